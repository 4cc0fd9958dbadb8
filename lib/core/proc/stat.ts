/**
 * /proc/pid/stat: one line about a process.
 *
 * @module
 */
import { entering } from "../tap.ts";
import { ROOT, text } from "./file.ts";
import { pidPath } from "./pid.ts";

/** What /proc/pid/stat says, by the names of proc_pid_stat(5). */
export interface Stat {
  pid: number;
  /** Name of the program, at most 15 bytes; may hold spaces and parentheses. */
  comm: string;
  /** R running, S sleeping, D uninterruptible, T stopped, t traced, Z zombie, X dead, I idle. */
  state: string;
  ppid: number;
  pgrp: number;
  session: number;
  /** Device number of the controlling terminal; 0 for none. */
  ttyNr: number;
  /** Foreground process group of that terminal; -1 for none. */
  tpgid: number;
  /** PF_* flags of the kernel. */
  flags: number;
  /** User and system time in clock ticks. */
  utime: number;
  stime: number;
  threads: number;
  /** Start time in clock ticks since boot: with the pid it names a process for good. */
  start: number;
  /** Signal sent to the parent at the end: 17 (SIGCHLD) for a process. */
  exitSignal: number;
  /** Raw wait status of a zombie, readable to those who may ptrace it; else 0. */
  exitCode: number;
}

/**
 * Reads /proc/pid/stat.
 *
 * @param pid a process, or a thread by its id
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.stat(getpid()).state); // "R"
 * ```
 */
export function stat(pid: number): Stat {
  entering("proc.stat");
  return parseStat(text(ROOT, pidPath("proc.stat", pid, "stat")));
}

/** Reads the line of /proc/pid/stat; `comm` lies between the first "(" and the last ")". */
export function parseStat(line: string): Stat {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  const rest = line.slice(close + 2).split(" ");
  /** Field by its number in the manual page, which counts from 1; `state` is 3. */
  const field = (number: number): number => Number(rest[number - 3]);
  return {
    pid: Number(line.slice(0, open - 1)),
    comm: line.slice(open + 1, close),
    state: rest[0] ?? "",
    ppid: field(4),
    pgrp: field(5),
    session: field(6),
    ttyNr: field(7),
    tpgid: field(8),
    flags: field(9),
    utime: field(14),
    stime: field(15),
    threads: field(20),
    start: field(22),
    exitSignal: field(38),
    exitCode: field(52),
  };
}
