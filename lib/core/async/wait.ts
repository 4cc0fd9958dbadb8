/** Waits made of other waits: try and wait until ready, a deadline, a pause. @module */
import { ERRNO, errno, SystemError } from "../../ffi/mod.ts";
import type { Asker } from "./call.ts";
import { count } from "./pending.ts";
import { ready } from "./ready.ts";

/** So often a descriptor may be ready and yet have nothing before it is looked at less often: others are quicker, or its readiness says nothing. */
const QUICK_TRIES = 4;
const LONGEST_PAUSE = 20; // ms

/**
 * Makes a call that does not wait, and again each time the descriptor is ready, until it gives something else than EAGAIN.
 *
 * @param attempt -1 for a failure, told by errno
 * @throws {SystemError} another failure
 * @throws the signal's reason
 */
export async function whenReady(fd: number, events: number, attempt: () => number, asker: Asker): Promise<number> {
  for (let tries = 0; ; tries++) {
    const result = attempt();
    if (result !== -1) return result;
    const reason = errno();
    if (reason === ERRNO.EAGAIN) await readyAgain(fd, events, tries, asker);
    else if (reason !== ERRNO.EINTR) throw new SystemError(asker.call, reason, asker.args);
  }
}

/** Waits until a descriptor is ready; from the fifth time in a row that it had nothing, with a pause before. */
export async function readyAgain(fd: number, events: number, tries: number, asker: Asker): Promise<void> {
  await pauseAfter(tries, asker);
  await ready(fd, events, asker);
}

/** Lets some time go by when so many tries were in vain. */
export async function pauseAfter(tries: number, asker: Asker): Promise<void> {
  if (tries >= QUICK_TRIES) await pause(tries - QUICK_TRIES + 1, asker);
}

/** Waits for nothing, until the signal is aborted. */
export function forever({ signal }: Asker): Promise<never> {
  count(1);
  return new Promise((_, reject) => {
    const abort = (): void => {
      count(-1);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Lets some time go by: so many milliseconds, at most 20. */
export function pause(milliseconds: number, { signal }: Asker): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      end();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, Math.min(milliseconds, LONGEST_PAUSE));
    signal?.addEventListener("abort", abort);
  });
}

/**
 * Runs a wait for at most so many milliseconds: undefined when they were over first.
 *
 * @param timeout below 0 for no end
 */
export async function within<T>(timeout: number, asker: Asker, wait: (asker: Asker) => Promise<T>): Promise<T | undefined> {
  if (timeout < 0) return wait(asker);
  const { signal } = asker;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const over = new Error("the time is over");
  const abort = (): void => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(over), Math.min(timeout, 0x7fffffff));
  signal?.addEventListener("abort", abort);
  try {
    return await wait({ ...asker, signal: controller.signal });
  } catch (error) {
    if (error === over) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
