/** Who a process is: its number, its parent, its group, session and user. @module */
import { check, libc } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";

const MAX_PID = 0x7fffffff;

/**
 * `pid_t getpid(void)`: the process id, asked of the kernel each time, so that it is right in a forked child too. Never fails.
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
 * `pid_t getppid(void)`: the parent's process id now; another one once the parent has ended. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getpid.2.html
 * @example
 * ```ts
 * import { getpid, getppid } from "forkscope";
 * console.log(getppid() !== getpid()); // true
 * ```
 */
export function getppid(): number {
  entering("getppid");
  return libc().getppid();
}

/**
 * `pid_t gettid(void)`: the id of the calling thread; equal to getpid() in the main thread. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/gettid.2.html
 * @example
 * ```ts
 * import { getpid, gettid } from "forkscope";
 * console.log(gettid() === getpid()); // true
 * ```
 */
export function gettid(): number {
  entering("gettid");
  return libc().gettid();
}

/**
 * `pid_t getpgid(pid_t pid)`: the process group of a process; 0 means the caller.
 *
 * @throws {SystemError} ESRCH: no such process.
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpgid, getpgrp } from "forkscope";
 * const child = forkRun(() => 0);
 * console.log(getpgid(child.pid) === getpgrp()); // true
 * child.wait();
 * ```
 */
export function getpgid(pid = 0): number {
  entering("getpgid");
  checkInteger("getpgid", "pid", pid, 0, MAX_PID);
  return check(libc().getpgid(pid), "getpgid", [pid]);
}

/**
 * `pid_t getpgrp(void)`: the caller's process group. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 * @example
 * ```ts
 * import { getpgid, getpgrp } from "forkscope";
 * console.log(getpgrp() === getpgid(0)); // true
 * ```
 */
export function getpgrp(): number {
  entering("getpgrp");
  return libc().getpgid(0);
}

/**
 * `int setpgid(pid_t pid, pid_t pgid)`: moves a process into a process group; `pid` 0 is the caller, `pgid` 0 makes a group named after `pid`.
 *
 * @throws {SystemError} ESRCH: not the caller or its child. EPERM: another session, a session leader, or no such group. EACCES: the child has exec'ed.
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpgrp, getpid, setpgid } from "forkscope";
 * const child = forkRun(() => {
 *   setpgid(0, 0);
 *   return getpgrp() === getpid() ? 7 : 1;
 * });
 * console.log(child.wait()); // { kind: "exited", code: 7, raw: 1792 }
 * ```
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
 * @throws {SystemError} ESRCH: no such process.
 * @see https://man7.org/linux/man-pages/man2/getsid.2.html
 * @example
 * ```ts
 * import { getsid } from "forkscope";
 * console.log(getsid() === getsid(0)); // true
 * ```
 */
export function getsid(pid = 0): number {
  entering("getsid");
  checkInteger("getsid", "pid", pid, 0, MAX_PID);
  return check(libc().getsid(pid), "getsid", [pid]);
}

/**
 * `pid_t setsid(void)`: makes the caller the leader of a new session and group, without a terminal; gives the session's id.
 *
 * @throws {SystemError} EPERM: the caller already leads a process group.
 * @see https://man7.org/linux/man-pages/man2/setsid.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpid, setsid } from "forkscope";
 * const child = forkRun(() => (setsid() === getpid() ? 7 : 1));
 * console.log(child.wait()); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function setsid(): number {
  entering("setsid");
  return check(libc().setsid(), "setsid");
}

/**
 * `uid_t getuid(void)`: the real user id. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getuid.2.html
 * @example
 * ```ts
 * import { getresuid, getuid } from "forkscope";
 * console.log(getuid() === getresuid().real); // true
 * ```
 */
export function getuid(): number {
  entering("getuid");
  return libc().getuid();
}

/**
 * `uid_t geteuid(void)`: the effective user id. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getuid.2.html
 * @example
 * ```ts
 * import { geteuid, getresuid } from "forkscope";
 * console.log(geteuid() === getresuid().effective); // true
 * ```
 */
export function geteuid(): number {
  entering("geteuid");
  return libc().geteuid();
}

/**
 * `gid_t getgid(void)`: the real group id. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getgid.2.html
 * @example
 * ```ts
 * import { getgid, getresgid } from "forkscope";
 * console.log(getgid() === getresgid().real); // true
 * ```
 */
export function getgid(): number {
  entering("getgid");
  return libc().getgid();
}

/**
 * `gid_t getegid(void)`: the effective group id. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getgid.2.html
 * @example
 * ```ts
 * import { getegid, getresgid } from "forkscope";
 * console.log(getegid() === getresgid().effective); // true
 * ```
 */
export function getegid(): number {
  entering("getegid");
  return libc().getegid();
}
