/**
 * What tests of asynchronous calls share.
 *
 * @module
 */
import type { Asker } from "../../lib/core/async/call.ts";
import { getpid, proc } from "../../lib/core/mod.ts";

/** Asks for a call on behalf of a test. */
export function asker(signal?: AbortSignal): Asker {
  return { call: "test", args: [], signal };
}

/** How a promise ended: its value, or the code or name of what it was rejected with. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: string };
    return typeof code === "string" ? code : (name ?? error);
  }
}

/** The threads of this process that only make calls, by their state. */
export function callThreadStates(): string[] {
  const pid = getpid();
  return proc.threads(pid).flatMap((tid) => {
    const stat = readable(`${pid}/task/${tid}/stat`);
    return stat.includes("(fs-call)") ? [stat.charAt(stat.lastIndexOf(")") + 2)] : [];
  });
}

/** Waits for a fact, giving the event loop its turns. */
export async function eventually(fact: () => boolean, deadline = 20_000): Promise<void> {
  const giveUp = performance.now() + deadline;
  while (!fact()) {
    if (performance.now() > giveUp) throw new Error(`gave up waiting for ${fact.toString()}`);
    await new Promise((resolve) => { setTimeout(resolve, 2); });
  }
}

/** Waits until a thread of this process sleeps in this system call, as /proc tells. */
export async function sleepsIn(number: number, threads = 1): Promise<void> {
  const pid = getpid();
  await eventually(() => proc.threads(pid).filter((tid) => readable(`${pid}/task/${tid}/syscall`).startsWith(`${number} `)).length >= threads);
}

/** A file of /proc, or nothing when its thread has just ended. */
function readable(path: string): string {
  try {
    return proc.readFile(path);
  } catch {
    return "";
  }
}

/** Lets the event loop take so many turns of a timer: it must not be blocked. */
export async function ticking(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => { setTimeout(resolve, 1); });
}
