/** alarm(2), and the deadline every forked child has. @module */
import { libc } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";

const MAX_SECONDS = 0x7fffffff;

/** True while the pending alarm is the library's deadline, not one the program set. */
let isDeadline = false;

/**
 * `unsigned int alarm(unsigned int seconds)`: asks for SIGALRM in so many seconds; 0 takes a pending alarm away.
 * In a forked child this replaces its deadline. Never fails.
 *
 * @returns seconds that were left of the alarm before, 0 when there was none.
 * @see https://man7.org/linux/man-pages/man2/alarm.2.html
 * @example
 * ```ts
 * import { alarm } from "forkscope";
 * alarm(30);
 * console.log(alarm(0)); // 30
 * ```
 */
export function alarm(seconds: number): number {
  entering("alarm");
  checkInteger("alarm", "seconds", seconds, 0, MAX_SECONDS);
  isDeadline = false;
  return libc().alarm(seconds);
}

/**
 * Gives the calling process so many seconds to live; 0 takes the deadline away. A forked child has one of 60 s unless fork was told
 * otherwise: should it ever hang, SIGALRM ends it and its parent's wait says so. Never fails.
 *
 * @example
 * ```ts
 * import { deadline, forkRun } from "forkscope";
 * forkRun(() => deadline(600)).wait();
 * ```
 */
export function deadline(seconds: number): void {
  entering("deadline");
  checkInteger("deadline", "seconds", seconds, 0, MAX_SECONDS);
  setDeadline(seconds);
}

/** As {@linkcode deadline}, for the library itself; undefined leaves all as it is. */
export function setDeadline(seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (seconds > 0 || isDeadline) libc().alarm(seconds);
  isDeadline = seconds > 0;
}

/** The program took the alarm's timer for itself: exec keeps it. */
export function deadlineReplaced(): void {
  isDeadline = false;
}

/** Takes the deadline away before exec, which would keep it; gives back what puts it in place again. */
export function suspendDeadline(): () => void {
  if (!isDeadline) return () => {};
  const left = libc().alarm(0);
  return () => void libc().alarm(left);
}
