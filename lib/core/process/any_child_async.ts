/**
 * Waiting until any child has changed, without taking it.
 *
 * One thread sleeps in waitid(2) with WNOWAIT for all who wait for the same children. What it is told of may be the runtime's to reap, or
 * may have been taken already: then there is nothing for us, and since that child hides the others, a while goes by before the next look.
 *
 * @module
 */
import { type Asker, callAsync } from "../async/call.ts";
import { SystemError } from "../../ffi/mod.ts";
import { WCONTINUED, WEXITED, WNOWAIT, WSTOPPED } from "./waitid_call.ts";

/** A sleep that is shared, and how many share it. */
interface Sleep {
  readonly over: Promise<unknown>;
  readonly controller: AbortController;
  sharers: number;
}

const sleeps = new Map<string, Sleep>();

/** Waits until a child among those has changed, or none is left; `idtype` is P_ALL or P_PGID. */
export async function anyChanged(idtype: number, id: number, flags: number, asker: Asker): Promise<void> {
  const how = (flags & (WEXITED | WSTOPPED | WCONTINUED)) | WNOWAIT;
  const key = `${idtype} ${id} ${how}`;
  const sleep = sleeps.get(key) ?? fallAsleep(key, [idtype, id, 0, how, 0], asker);
  sleep.sharers += 1;
  try {
    await unlessAborted(sleep.over, asker.signal);
  } finally {
    sleep.sharers -= 1;
    if (sleep.sharers === 0) end(key, sleep);
  }
}

function fallAsleep(key: string, values: readonly number[], { call, args }: Asker): Sleep {
  const controller = new AbortController();
  const over = callAsync("waitid", values, { call, args, signal: controller.signal }).catch(noneLeft).finally(() => end(key, sleep));
  over.catch(() => {}); // who shares it hears of it
  const sleep = { over, controller, sharers: 0 };
  sleeps.set(key, sleep);
  return sleep;
}

/** It is over, or nobody waits for it any more: who comes next begins another. */
function end(key: string, sleep: Sleep): void {
  if (sleeps.get(key) === sleep) sleeps.delete(key);
  sleep.controller.abort();
}

/** ECHILD: that there is no child to wait for is for the next look to say. */
function noneLeft(error: unknown): void {
  if (!(error instanceof SystemError && error.is("ECHILD"))) throw error;
}

function unlessAborted(over: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (!signal) return over;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    over.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
