/**
 * What every asynchronous operation has in common: it needs an event loop, keeps it alive while it waits, and can be given up by an
 * AbortSignal.
 *
 * @module
 */
import { checkOptions, wrongType } from "../validate.ts";
import { isForkedChild } from "../process/forked.ts";
import { keepLoopAlive } from "./threads.ts";

/** How to wait without blocking the event loop. */
export interface AsyncOptions {
  /**
   * Gives the wait up: the promise is rejected with the signal's reason. A result that came first stands. A signal that was aborted before
   * rejects without a call.
   */
  signal?: AbortSignal | undefined;
}

let pending = 0;

/**
 * Checks the options of an asynchronous call and gives their signal.
 *
 * @throws the signal's reason, when it was aborted before
 * @throws {Error} ERR_NO_EVENT_LOOP: this is a forked child
 */
export function asyncSignal(call: string, options: AsyncOptions | undefined): AbortSignal | undefined {
  checkOptions(call, options);
  const signal: unknown = options?.signal;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrongType(call, "signal", signal, "an AbortSignal");
  refuseWithoutLoop(call);
  signal?.throwIfAborted();
  return signal;
}

/**
 * Takes apart the end of an argument list in which a value may be left out: `xAsync(fd, length, { signal })` and `xAsync(fd, { signal })`.
 */
export function valueAndOptions<T>(value: T | AsyncOptions | undefined, options: AsyncOptions | undefined): [T | undefined, AsyncOptions | undefined] {
  const left = typeof value === "object" && value !== null && options === undefined;
  return left ? [undefined, value as AsyncOptions] : [value as T | undefined, options];
}

/** False in a forked child. */
export function hasEventLoop(): boolean {
  return !isForkedChild();
}

function refuseWithoutLoop(call: string): void {
  if (!isForkedChild()) return;
  const why = `Cannot ${call}: a forked child has no event loop, wait by the call without Async`;
  throw Object.assign(new Error(why), { code: "ERR_NO_EVENT_LOOP" });
}

/** An operation begins, or one has ended: the loop lives while there are any. */
export function count(by: 1 | -1): void {
  pending += by;
  if (pending === (by === 1 ? 1 : 0)) keepLoopAlive(by === 1);
}

/** In a forked child: what its parent waits for is not its own. */
export function forgetPending(): void {
  pending = 0;
}
