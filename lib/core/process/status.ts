/** Wait statuses: the number the kernel gives, the union, the W* macros. @module */

import { checkInteger } from "../validate.ts";

/** How a child changed state. `raw` is the number the W* macros take. */
export type WaitStatus =
  | { kind: "exited"; code: number; raw: number }
  | { kind: "signaled"; signal: number; core: boolean; raw: number }
  | { kind: "stopped"; signal: number; raw: number }
  | { kind: "continued"; raw: number };

/**
 * True when the child ended by _exit, exit or return from main. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WIFEXITED } from "forkscope";
 * console.log(WIFEXITED(1792)); // true
 * ```
 */
export function WIFEXITED(raw: number): boolean {
  return (checkRaw("WIFEXITED", raw) & 0x7f) === 0;
}
/**
 * Exit code 0..255, of a child for which WIFEXITED is true. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WEXITSTATUS } from "forkscope";
 * console.log(WEXITSTATUS(1792)); // 7
 * ```
 */
export function WEXITSTATUS(raw: number): number {
  return (checkRaw("WEXITSTATUS", raw) >> 8) & 0xff;
}
/**
 * True when a signal ended the child. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WIFSIGNALED } from "forkscope";
 * console.log(WIFSIGNALED(15)); // true
 * ```
 */
export function WIFSIGNALED(raw: number): boolean {
  return ((checkRaw("WIFSIGNALED", raw) & 0x7f) + 1) << 24 >> 25 > 0;
}
/**
 * The signal that ended the child. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WTERMSIG } from "forkscope";
 * console.log(WTERMSIG(15)); // 15
 * ```
 */
export function WTERMSIG(raw: number): number {
  return checkRaw("WTERMSIG", raw) & 0x7f;
}
/**
 * True when it left a core dump. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WCOREDUMP } from "forkscope";
 * console.log(WCOREDUMP(0x86)); // true
 * ```
 */
export function WCOREDUMP(raw: number): boolean {
  return (checkRaw("WCOREDUMP", raw) & 0x80) !== 0;
}
/**
 * True when a signal stopped the child (only with WUNTRACED, or under a tracer). Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WIFSTOPPED } from "forkscope";
 * console.log(WIFSTOPPED(0x137f)); // true
 * ```
 */
export function WIFSTOPPED(raw: number): boolean {
  return (checkRaw("WIFSTOPPED", raw) & 0xff) === 0x7f;
}
/**
 * The signal that stopped the child. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WSTOPSIG } from "forkscope";
 * console.log(WSTOPSIG(0x137f)); // 19
 * ```
 */
export function WSTOPSIG(raw: number): number {
  return (checkRaw("WSTOPSIG", raw) >> 8) & 0xff;
}
/**
 * True when SIGCONT let the child go on (only with WCONTINUED). Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { WIFCONTINUED } from "forkscope";
 * console.log(WIFCONTINUED(0xffff)); // true
 * ```
 */
export function WIFCONTINUED(raw: number): boolean {
  return checkRaw("WIFCONTINUED", raw) === 0xffff;
}

/**
 * The union a raw status stands for. Never fails.
 *
 * @example
 * ```ts
 * import { waitStatus } from "forkscope";
 * console.log(waitStatus(15)); // { kind: "signaled", signal: 15, core: false, raw: 15 }
 * ```
 */
export function waitStatus(raw: number): WaitStatus {
  checkRaw("waitStatus", raw);
  if (WIFCONTINUED(raw)) return { kind: "continued", raw };
  if (WIFSTOPPED(raw)) return { kind: "stopped", signal: WSTOPSIG(raw), raw };
  if (WIFEXITED(raw)) return { kind: "exited", code: WEXITSTATUS(raw), raw };
  return { kind: "signaled", signal: WTERMSIG(raw), core: WCOREDUMP(raw), raw };
}

function checkRaw(call: string, raw: number): number {
  return checkInteger(call, "raw", raw, -0x80000000, 0x7fffffff);
}

/** The raw status that waitid's si_code and si_status stand for. */
export function rawStatus(code: number, value: number): number {
  switch (code) {
    case CLD_EXITED:
      return (value & 0xff) << 8;
    case CLD_KILLED:
      return value & 0x7f;
    case CLD_DUMPED:
      return (value & 0x7f) | 0x80;
    case CLD_CONTINUED:
      return 0xffff;
    default:
      return ((value & 0xff) << 8) | 0x7f;
  }
}

/**
 * What happened to a child: `code` of what {@linkcode waitid} gives.
 *
 * @see https://man7.org/linux/man-pages/man2/waitid.2.html
 */

/** It called _exit. */
export const CLD_EXITED = 1;
/** A signal ended it. */
export const CLD_KILLED = 2;
/** A signal ended it, and it left a core dump. */
export const CLD_DUMPED = 3;
/** Its tracer holds it. */
export const CLD_TRAPPED = 4;
/** A signal stopped it. */
export const CLD_STOPPED = 5;
/** SIGCONT let it go on. */
export const CLD_CONTINUED = 6;
