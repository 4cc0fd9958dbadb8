/** Who a process is: its number, its parent, its group, session and user. @module */
import { check, libc } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";

const MAX_PID = 0x7fffffff;

/**
 * `pid_t getpid(void)`: the process id, asked of the kernel each time, so that it is right in a forked child too.
 *
 * @see https://man7.org/linux/man-pages/man2/getpid.2.html
 * @example
 * ```ts
 * import { getpid } from "forkscope";
 * console.log(getpid());
 * ```
 */
export function getpid(): number {
  entering("getpid");
  return libc().getpid();
}

/**
 * `pid_t getppid(void)`: the parent's process id now; another one once the parent has ended.
 *
 * @see https://man7.org/linux/man-pages/man2/getpid.2.html
 */
export function getppid(): number {
  entering("getppid");
  return libc().getppid();
}

/**
 * `pid_t gettid(void)`: the id of the calling thread; equal to getpid() in the main thread.
 *
 * @see https://man7.org/linux/man-pages/man2/gettid.2.html
 */
export function gettid(): number {
  entering("gettid");
  return libc().gettid();
}

/**
 * `pid_t getpgid(pid_t pid)`: the process group of a process; 0 means the caller.
 *
 * @throws SystemError ESRCH: no such process.
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 */
export function getpgid(pid = 0): number {
  entering("getpgid");
  checkInteger("getpgid", "pid", pid, 0, MAX_PID);
  return check(libc().getpgid(pid), "getpgid", [pid]);
}

/**
 * `pid_t getpgrp(void)`: the caller's process group.
 *
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 */
export function getpgrp(): number {
  entering("getpgrp");
  return libc().getpgid(0);
}

/**
 * `int setpgid(pid_t pid, pid_t pgid)`: moves a process into a process group; `pid` 0 is the caller, `pgid` 0 makes a group named after `pid`.
 *
 * @throws SystemError ESRCH: not the caller or its child. EPERM: another session, a session leader, or no such group. EACCES: the child has exec'ed.
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 */
export function setpgid(pid: number, pgid: number): void {
  entering("setpgid");
  checkInteger("setpgid", "pid", pid, 0, MAX_PID);
  checkInteger("setpgid", "pgid", pgid, 0, MAX_PID);
  check(libc().setpgid(pid, pgid), "setpgid", [pid, pgid]);
}

/**
 * `pid_t getsid(pid_t pid)`: the session of a process; 0 means the caller.
 *
 * @throws SystemError ESRCH: no such process.
 * @see https://man7.org/linux/man-pages/man2/getsid.2.html
 */
export function getsid(pid = 0): number {
  entering("getsid");
  checkInteger("getsid", "pid", pid, 0, MAX_PID);
  return check(libc().getsid(pid), "getsid", [pid]);
}

/**
 * `pid_t setsid(void)`: makes the caller the leader of a new session and group, without a terminal; gives the session's id.
 *
 * @throws SystemError EPERM: the caller already leads a process group.
 * @see https://man7.org/linux/man-pages/man2/setsid.2.html
 */
export function setsid(): number {
  entering("setsid");
  return check(libc().setsid(), "setsid");
}

/** `uid_t getuid(void)`: the real user id. @see https://man7.org/linux/man-pages/man2/getuid.2.html */
export function getuid(): number {
  entering("getuid");
  return libc().getuid();
}

/** `uid_t geteuid(void)`: the effective user id. @see https://man7.org/linux/man-pages/man2/getuid.2.html */
export function geteuid(): number {
  entering("geteuid");
  return libc().geteuid();
}

/** `gid_t getgid(void)`: the real group id. @see https://man7.org/linux/man-pages/man2/getgid.2.html */
export function getgid(): number {
  entering("getgid");
  return libc().getgid();
}

/** `gid_t getegid(void)`: the effective group id. @see https://man7.org/linux/man-pages/man2/getgid.2.html */
export function getegid(): number {
  entering("getegid");
  return libc().getegid();
}
