/**
 * The one loop for calls that a signal handler interrupts.
 *
 * @module
 */
import { check, ERRNO, errno } from "../ffi/mod.ts";

/** Makes a call again while it fails with EINTR; any other failure throws SystemError. */
export function retrying(call: () => number, syscall: string, args: readonly unknown[]): number {
  for (;;) {
    const result = call();
    if (result !== -1 || errno() !== ERRNO.EINTR) return check(result, syscall, args);
  }
}
