/**
 * The resource limits of any process: /proc/pid/limits.
 *
 * @module
 */
import type * as numbers from "../process/limits.ts";
import type { Limits } from "../process/limits.ts";
import { entering } from "../tap.ts";
import { ROOT, text } from "./file.ts";
import { pidPath } from "./pid.ts";

/** Names of the limits as they stand in the file. */
const NAMES = {
  "cpu time": "RLIMIT_CPU", "file size": "RLIMIT_FSIZE", "data size": "RLIMIT_DATA", "stack size": "RLIMIT_STACK", "core file size": "RLIMIT_CORE",
  "resident set": "RLIMIT_RSS", processes: "RLIMIT_NPROC", "open files": "RLIMIT_NOFILE", "locked memory": "RLIMIT_MEMLOCK",
  "address space": "RLIMIT_AS", "file locks": "RLIMIT_LOCKS", "pending signals": "RLIMIT_SIGPENDING", "msgqueue size": "RLIMIT_MSGQUEUE",
  "nice priority": "RLIMIT_NICE", "realtime priority": "RLIMIT_RTPRIO", "realtime timeout": "RLIMIT_RTTIME",
} as const satisfies Record<string, keyof typeof numbers>;

/** Name of a limit: "RLIMIT_NOFILE". */
export type LimitName = (typeof NAMES)[keyof typeof NAMES];

const LINE = /^Max (.+?) +(\d+|unlimited) +(\d+|unlimited)(?: |$)/;

/**
 * The soft and hard limits of a process, by name, in the units of setrlimit; `Infinity` is unlimited. Everyone may look.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
 * @example
 * ```ts
 * import { getpid, getrlimit, proc, RLIMIT_NOFILE } from "forkscope";
 * console.log(proc.limits(getpid()).RLIMIT_NOFILE?.soft === getrlimit(RLIMIT_NOFILE).soft); // true
 * ```
 */
export function limits(pid: number): Partial<Record<LimitName, Limits>> {
  entering("proc.limits");
  return limitsOf(text(ROOT, pidPath("proc.limits", pid, "limits")));
}

/** Reads the text of /proc/pid/limits. */
export function limitsOf(content: string): Partial<Record<LimitName, Limits>> {
  const found: Partial<Record<LimitName, Limits>> = {};
  for (const line of content.split("\n")) {
    const [, words = "", soft = "", hard = ""] = LINE.exec(line) ?? [];
    if (!Object.hasOwn(NAMES, words)) continue;
    found[NAMES[words as keyof typeof NAMES]] = { soft: amount(soft), hard: amount(hard) };
  }
  return found;
}

function amount(word: string): number {
  return word === "unlimited" ? Infinity : Number(word);
}
