/**
 * Calls that a signal handler interrupts.
 *
 * @module
 */
import { ERRNO, errno, SystemError } from "../ffi/mod.ts";

/** Makes a call again while it fails with EINTR; any other failure throws SystemError. */
export function retrying(call: () => number, syscall: string, args: readonly unknown[]): number {
  for (;;) {
    const result = call();
    if (result !== -1) return result;
    unlessInterrupted(syscall, args);
  }
}

/** After a call that failed: returns when it is to be made again, since a signal handler interrupted it; throws SystemError otherwise. */
export function unlessInterrupted(syscall: string, args: readonly unknown[]): void {
  const reason = errno();
  if (reason !== ERRNO.EINTR) throw new SystemError(syscall, reason, args);
}
