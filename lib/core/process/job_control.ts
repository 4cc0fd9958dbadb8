/** Which process group has the foreground of a terminal. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { done, retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkPid } from "../validate.ts";

export const TIOCGPGRP = 0x540f;
export const TIOCSPGRP = 0x5410;

/**
 * `tcgetpgrp(fd)`: the process group that has the foreground of the terminal, which gets its SIGINT, SIGQUIT and SIGTSTP and may read from it.
 *
 * @returns a group that may have no process any more
 * @throws {SystemError} ENOTTY: not the calling process's controlling terminal. EBADF
 * @see https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html
 * @example
 * ```ts
 * import { pipe2, SystemError, tcgetpgrp } from "forkscope";
 * const [reader] = pipe2();
 * try {
 *   tcgetpgrp(reader);
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ENOTTY"
 * }
 * ```
 */
export function tcgetpgrp(fd: number): number {
  entering("tcgetpgrp");
  checkFd("tcgetpgrp", fd);
  using room = scratch();
  const group = room.take(4);
  check(libc().syscall(syscallNumber("ioctl"), fd, TIOCGPGRP, group.address, 0, 0, 0), "tcgetpgrp", [fd]);
  return done(group.i32(0));
}

/**
 * `tcsetpgrp(fd, pgrp)`: gives a process group of the caller's session the foreground of its terminal.
 *
 * A caller in the background is stopped by SIGTTOU, unless it blocks or ignores that ({@linkcode withBlocked}).
 *
 * @throws {SystemError} ENOTTY: not the calling process's controlling terminal. EPERM: a group of another session. ESRCH: no such group. EBADF
 * @see https://man7.org/linux/man-pages/man3/tcsetpgrp.3.html
 * @example
 * ```ts
 * import { getpgrp, SystemError, tcsetpgrp, withBlocked } from "forkscope";
 * try {
 *   withBlocked(["SIGTTOU"], () => tcsetpgrp(0, getpgrp()));
 * } catch (error) {
 *   console.log(error instanceof SystemError); // true: no terminal
 * }
 * ```
 */
export function tcsetpgrp(fd: number, pgrp: number): void {
  entering("tcsetpgrp");
  checkFd("tcsetpgrp", fd);
  checkPid("tcsetpgrp", pgrp, "pgrp");
  using room = scratch();
  const group = room.take(4);
  group.setI32(0, pgrp);
  retrying(() => libc().syscall(syscallNumber("ioctl"), fd, TIOCSPGRP, group.address, 0, 0, 0), "tcsetpgrp", [fd, pgrp]);
}
