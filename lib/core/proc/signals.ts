/**
 * The signal sets of a process, by name.
 *
 * @module
 */
import { signalName } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { ROOT, text } from "./file.ts";
import { pidPath } from "./pid.ts";
import { parseStatus } from "./status.ts";

/** Signal sets by name, each in the order of the numbers. */
export interface NamedSignalSets {
  /** Blocked by this thread. */
  blocked: string[];
  /** Disposition SIG_IGN. */
  ignored: string[];
  /** A handler is set. */
  caught: string[];
  /** Sent to this thread and not yet taken. */
  pending: string[];
  /** Sent to the process and not yet taken by a thread. */
  shared: string[];
  /** Signals queued for the real user id of the process, and how many may be (RLIMIT_SIGPENDING). */
  queued: { used: number; limit: number };
}

/**
 * Pending, blocked, ignored and caught signals of a process or thread, by name. A signal that is in neither of the last two has its
 * default action.
 *
 * @param pid a process (then `blocked` and `pending` are its first thread's), or a thread by its id
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.signals(getpid()).ignored.includes("SIGPIPE")); // true: runtimes ignore it
 * ```
 */
export function signals(pid: number): NamedSignalSets {
  entering("proc.signals");
  const { signals: sets, raw } = parseStatus(text(ROOT, pidPath("proc.signals", pid, "status")));
  const [used = 0, limit = 0] = (raw.get("SigQ") ?? "").split("/").map(Number);
  const named = (set: readonly number[]): string[] => set.map(signalName);
  return {
    blocked: named(sets.blocked), ignored: named(sets.ignored), caught: named(sets.caught), pending: named(sets.pending), shared: named(sets.shared),
    queued: { used, limit: limit >= 2 ** 63 ? Infinity : limit },
  };
}
