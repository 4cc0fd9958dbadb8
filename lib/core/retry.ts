/**
 * The one loop for calls that a signal handler interrupts.
 *
 * @module
 */
import { ERRNO, errno, SystemError } from "../ffi/mod.ts";
import { interruptible, safePoint, safePointAfter } from "./safe_point.ts";

/** Makes a call again while it fails with EINTR, handlers of signals in between; any other failure throws SystemError. */
export function retrying(call: () => number, syscall: string, args: readonly unknown[]): number {
  for (;;) {
    const result = interruptible(call);
    if (result !== -1) return done(result);
    unlessInterrupted(syscall, args);
  }
}

/**
 * After a call that failed: returns when it is to be made again, since a signal interrupted it whose handlers have run now; throws
 * SystemError otherwise.
 */
export function unlessInterrupted(syscall: string, args: readonly unknown[]): void {
  const reason = errno();
  if (reason !== ERRNO.EINTR) throw new SystemError(syscall, reason, args);
  safePoint();
}

/** The result of a call that was done, after handlers that are due. */
export function done<T>(result: T): T {
  safePointAfter();
  return result;
}
