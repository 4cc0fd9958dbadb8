/** Sending signals. @module */
import { check, libc } from "../../ffi/mod.ts";
import { safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { signalNumber, type SignalName } from "./signals.ts";

const MAX_PID = 0x7fffffff;

/**
 * `int kill(pid_t pid, int sig)`: sends a signal to a process or a process group.
 *
 * `pid` > 0 names a process; 0 the caller's process group; -1 every process the caller may signal; < -1 the group `-pid`.
 * `signal` is a name, a number 1..64, or 0 to only ask whether the process exists. A zombie exists. A signal that this process sends to
 * itself and does not block has run its handler when the call returns.
 *
 * @throws {SystemError} ESRCH: no such process or group. EPERM: not allowed.
 * @see https://man7.org/linux/man-pages/man2/kill.2.html
 * @example
 * ```ts
 * import { getpid, kill } from "forkscope";
 * kill(getpid(), 0);
 * ```
 */
export function kill(pid: number, signal: number | SignalName): void {
  entering("kill");
  const target = checkInteger("kill", "pid", pid, -MAX_PID, MAX_PID);
  const number = signalNumber("kill", signal, 0);
  check(libc().kill(target, number), "kill", [pid, signal]);
  safePoint();
}

/**
 * `int killpg(int pgrp, int sig)`: sends a signal to a process group; 0 means the caller's own.
 *
 * @throws {SystemError} ESRCH: no such group. EPERM: not allowed.
 * @see https://man7.org/linux/man-pages/man3/killpg.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpid, killpg, setpgid } from "forkscope";
 * const child = forkRun(() => {
 *   setpgid(0, 0);
 *   killpg(getpid(), "SIGTERM");
 * });
 * console.log(child.wait()); // { kind: "signaled", signal: 15, core: false, raw: 15 }
 * ```
 */
export function killpg(pgrp: number, signal: number | SignalName): void {
  entering("killpg");
  const group = checkInteger("killpg", "pgrp", pgrp, 0, MAX_PID);
  const number = signalNumber("killpg", signal, 0);
  check(libc().kill(0 - group, number), "killpg", [pgrp, signal]);
  safePoint();
}

/**
 * `int raise(int sig)`: sends a signal to the calling thread.
 *
 * @throws {SystemError} EINVAL: a number that libc keeps for itself
 * @see https://man7.org/linux/man-pages/man3/raise.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, raise } from "forkscope";
 * const child = forkRun(() => {
 *   raise("SIGTERM");
 * });
 * console.log(child.wait()); // { kind: "signaled", signal: 15, core: false, raw: 15 }
 * ```
 */
export function raise(signal: number | SignalName): void {
  entering("raise");
  const number = signalNumber("raise", signal, 0);
  if (libc().raise(number) !== 0) check(-1, "raise", [signal]);
  safePoint();
}
