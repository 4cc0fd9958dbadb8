/**
 * Signals by name and number (Linux numbering of x86_64 and aarch64).
 *
 * @module
 */
import { outOfRange, wrongType, wrongValue } from "../validate.ts";

/**
 * Standard signals by name. Real-time signals are numbers 34 (SIGRTMIN in glibc) to 64 (SIGRTMAX).
 *
 * @example
 * ```ts
 * import { SIGNALS } from "forkscope";
 * console.log(SIGNALS.SIGTERM); // 15
 * ```
 */
export const SIGNALS = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10,
  SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGSTKFLT: 16, SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19,
  SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28,
  SIGIO: 29, SIGPWR: 30, SIGSYS: 31,
} as const;

/** A signal by name: "SIGTERM", "SIGRTMIN+3". */
export type SignalName = keyof typeof SIGNALS | "SIGRTMIN" | "SIGRTMAX" | `SIGRTMIN+${number}` | `SIGRTMAX-${number}`;

/**
 * First and last real-time signal, as glibc numbers them. Each can be queued many times, with a value: {@linkcode sigqueue}.
 *
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 */

/** The first. */
export const SIGRTMIN = 34;
/** The last. */
export const SIGRTMAX = 64;

const NAMES = new Map<number, string>(Object.entries(SIGNALS).map(([name, number]) => [number, name]));

/**
 * Name of a signal: `signalName(9)` is "SIGKILL", `signalName(35)` "SIGRTMIN+1". Numbers 32 and 33 are glibc's own and have none. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 * @example
 * ```ts
 * import { signalName } from "forkscope";
 * console.log(signalName(9), signalName(35)); // "SIGKILL" "SIGRTMIN+1"
 * ```
 */
export function signalName(signal: number): string {
  if (typeof signal !== "number") throw wrongType("signalName", "signal", signal, "a number");
  const name = NAMES.get(signal);
  if (name) return name;
  if (signal === SIGRTMIN) return "SIGRTMIN";
  if (signal === SIGRTMAX) return "SIGRTMAX";
  return signal > SIGRTMIN && signal < SIGRTMAX ? `SIGRTMIN+${signal - SIGRTMIN}` : `signal ${signal}`;
}

/** Number of a signal given by name or number; `least` 0 also allows the null signal. Unknown ones are refused. */
export function signalNumber(call: string, signal: unknown, least: 0 | 1 = 1): number {
  if (typeof signal === "string") return numberOf(call, signal);
  const limit = `a signal name or a number from ${least} to ${SIGRTMAX}`;
  if (typeof signal !== "number") throw wrongType(call, "signal", signal, limit);
  if (!Number.isInteger(signal) || signal < least || signal > SIGRTMAX) throw outOfRange(call, "signal", signal, limit);
  return signal + 0; // never -0
}

function numberOf(call: string, name: string): number {
  if (Object.hasOwn(SIGNALS, name)) return SIGNALS[name as keyof typeof SIGNALS];
  const [, base, steps = "0"] = /^SIG(RTMIN|RTMAX)(?:[+-](\d{1,2}))?$/.exec(name) ?? [];
  const number = base === "RTMIN" ? SIGRTMIN + Number(steps) : SIGRTMAX - Number(steps);
  const wellFormed = base !== undefined && !name.includes(base === "RTMIN" ? "-" : "+");
  if (!wellFormed || number < SIGRTMIN || number > SIGRTMAX) throw wrongValue(call, "signal", name, "a known signal such as SIGTERM");
  return number;
}
