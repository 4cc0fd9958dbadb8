/**
 * /proc/pid/status: a process in lines of "Name: value".
 *
 * @module
 */
import { entering } from "../tap.ts";
import { ROOT, text } from "./file.ts";
import { pidPath } from "./pid.ts";

/** Signal sets as ascending arrays of numbers 1..64. */
export interface SignalSets {
  blocked: number[];
  ignored: number[];
  caught: number[];
  /** Pending for this thread. */
  pending: number[];
  /** Pending for the whole process. */
  shared: number[];
}

/** What /proc/pid/status says, by the names of proc_pid_status(5). */
export interface Status {
  name: string;
  /** One letter, see Stat.state. */
  state: string;
  /** Process id (thread group id). */
  tgid: number;
  pid: number;
  ppid: number;
  /** Process that traces it; 0 for none. */
  tracerPid: number;
  /** Real, effective, saved, file system. */
  uid: number[];
  gid: number[];
  /** Slots of the descriptor table; 0 for a zombie. */
  fdSize: number;
  threads: number;
  /** Its ids from the reader's pid namespace inwards. */
  nsPid: number[];
  signals: SignalSets;
  noNewPrivs: boolean;
  /** 0 none, 1 strict, 2 filter. */
  seccomp: number;
  /** Every line as it stands: "VmRSS" to "1234 kB". */
  raw: ReadonlyMap<string, string>;
}

/**
 * Reads /proc/pid/status.
 *
 * @param pid a process, or a thread by its id (then `pending` is that thread's)
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.status(getpid()).signals.blocked); // []
 * ```
 */
export function status(pid: number): Status {
  entering("proc.status");
  return parseStatus(text(ROOT, pidPath("proc.status", pid, "status")));
}

/** Reads the text of /proc/pid/status. */
export function parseStatus(content: string): Status {
  const raw = lines(content);
  const word = (name: string): string => raw.get(name) ?? "";
  const list = (name: string): number[] => word(name).split(/\s+/).filter(Boolean).map(Number);
  return {
    name: word("Name"),
    state: word("State").slice(0, 1),
    tgid: Number(word("Tgid")),
    pid: Number(word("Pid")),
    ppid: Number(word("PPid")),
    tracerPid: Number(word("TracerPid")),
    uid: list("Uid"),
    gid: list("Gid"),
    fdSize: Number(word("FDSize")),
    threads: Number(word("Threads")),
    nsPid: list("NSpid"),
    signals: {
      blocked: signalSet(word("SigBlk")),
      ignored: signalSet(word("SigIgn")),
      caught: signalSet(word("SigCgt")),
      pending: signalSet(word("SigPnd")),
      shared: signalSet(word("ShdPnd")),
    },
    noNewPrivs: word("NoNewPrivs") === "1",
    seccomp: Number(word("Seccomp")),
    raw,
  };
}

/** Numbers of the set bits of a mask in hexadecimal: "0000000000010002" is [2, 17]. */
export function signalSet(mask: string): number[] {
  const set: number[] = [];
  for (let digit = 0; digit < mask.length; digit++) {
    const bits = Number.parseInt(mask.charAt(mask.length - 1 - digit), 16);
    for (let bit = 0; bit < 4; bit++) if (bits & (1 << bit)) set.push(digit * 4 + bit + 1);
  }
  return set;
}

/** Lines "Name:\tvalue" as a map. */
export function lines(content: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const line of content.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) map.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return map;
}
