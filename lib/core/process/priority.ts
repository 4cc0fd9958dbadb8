/** Scheduling priority, and the mask of new files' permissions. @module */
import { PRIO_PROCESS, PRIO_USER } from "../../ffi/constants/resource.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, libc } from "../../ffi/mod.ts";
import { lines } from "../proc/status.ts";
import { ROOT, text } from "../proc/file.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";

const MAX_ID = 0xffffffff;
const MAX_NICE = 19;
const MIN_NICE = -20;
/** Furthest that nice can go. */
const SPAN = 40;

/**
 * `getpriority(which, who)`: the nice value, -20 (runs first) to 19 (runs last); of several processes, the smallest.
 *
 * @param which PRIO_PROCESS, PRIO_PGRP or PRIO_USER
 * @param who a process, group or user; 0 is the caller's
 * @throws {SystemError} ESRCH: nobody there
 * @see https://man7.org/linux/man-pages/man2/getpriority.2.html
 * @example
 * ```ts
 * import { getpriority, PRIO_PROCESS } from "forkscope";
 * console.log(getpriority(PRIO_PROCESS, 0) >= -20); // true
 * ```
 */
export function getpriority(which: number, who: number): number {
  entering("getpriority");
  checkWhom("getpriority", which, who);
  return niceOf(which, who);
}

/**
 * `setpriority(which, who, prio)`: sets the nice value. With PRIO_PROCESS Linux changes one thread: 0 is the calling one, and the
 * runtime's others keep theirs. Inherited by threads and processes made afterwards.
 *
 * @param prio -20 to 19
 * @throws {SystemError} ESRCH: nobody there. EACCES: a lower value without privilege (see RLIMIT_NICE). EPERM: another user's process.
 * @see https://man7.org/linux/man-pages/man2/getpriority.2.html
 * @example
 * ```ts
 * import { getpriority, PRIO_PROCESS, setpriority } from "forkscope";
 * setpriority(PRIO_PROCESS, 0, 19);
 * console.log(getpriority(PRIO_PROCESS, 0)); // 19
 * ```
 */
export function setpriority(which: number, who: number, prio: number): void {
  entering("setpriority");
  checkWhom("setpriority", which, who);
  const value = checkInteger("setpriority", "prio", prio, MIN_NICE, MAX_NICE);
  check(libc().syscall(syscallNumber("setpriority"), which, who, value, 0, 0, 0), "setpriority", [which, who, prio]);
}

/**
 * `nice(inc)`: adds to the calling thread's nice value, and gives the new one, kept between -20 and 19.
 *
 * @param increment -40 to 40
 * @throws {SystemError} EACCES (EPERM in libc's form): a lower value without privilege
 * @see https://man7.org/linux/man-pages/man2/nice.2.html
 * @example
 * ```ts
 * import { nice } from "forkscope";
 * console.log(nice(5) - nice(0)); // 0
 * ```
 */
export function nice(increment: number): number {
  entering("nice");
  checkInteger("nice", "increment", increment, -SPAN, SPAN);
  const wanted = Math.min(MAX_NICE, Math.max(MIN_NICE, niceOf(PRIO_PROCESS, 0) + increment));
  check(libc().syscall(syscallNumber("setpriority"), PRIO_PROCESS, 0, wanted, 0, 0, 0), "nice", [increment]);
  return niceOf(PRIO_PROCESS, 0);
}

/**
 * `mode_t umask(mode_t mask)`: sets which permission bits new files do not get, and gives those before. Without an argument it only
 * asks, of /proc, so that no moment has another mask. The whole process has one mask; fork and exec keep it. Never fails.
 *
 * @param mask 0 to 0o777
 * @see https://man7.org/linux/man-pages/man2/umask.2.html
 * @example
 * ```ts
 * import { umask } from "forkscope";
 * umask(0o077);
 * console.log(umask()); // 63
 * ```
 */
export function umask(mask?: number): number {
  entering("umask");
  if (mask === undefined) return Number.parseInt(lines(text(ROOT, "/proc/self/status")).get("Umask") ?? "", 8);
  checkInteger("umask", "mask", mask, 0, 0o777);
  return libc().syscall(syscallNumber("umask"), mask, 0, 0, 0, 0, 0);
}

/** The call itself gives 1 to 40, so that no value looks like an error. */
function niceOf(which: number, who: number): number {
  return MAX_NICE + 1 - check(libc().syscall(syscallNumber("getpriority"), which, who, 0, 0, 0, 0), "getpriority", [which, who]);
}

function checkWhom(call: string, which: number, who: number): void {
  checkInteger(call, "which", which, PRIO_PROCESS, PRIO_USER);
  checkInteger(call, "who", who, 0, MAX_ID);
}
