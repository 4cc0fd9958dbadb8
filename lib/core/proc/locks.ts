/**
 * The file locks of the machine: who holds them, who waits.
 *
 * @module
 */
import { entering } from "../tap.ts";
import { checkOptions, wrongType } from "../validate.ts";
import { inDirectory, known, link, numbers, type Place, present, ROOT, text, type Unknown } from "./file.ts";
import { groupByKernel } from "./group.ts";
import { compareFiles, type OpenDescriptor } from "./kcmp.ts";

/** A lock on a file, or the wish for one. */
export interface LockClaim {
  /** "posix": of fcntl, owned by a process. "ofd": of fcntl, owned by an open file description. "flock": of flock, owned by a description too. "lease": of fcntl's F_SETLEASE. */
  kind: "posix" | "ofd" | "flock" | "lease" | "other";
  /** Whether writing is claimed, to the exclusion of all others; else reading, which others may too. */
  exclusive: boolean;
  /**
   * Process that took it; 0 when it belongs to no one process (an open file description's lock) or to one outside this pid namespace.
   * A lock of flock names the process that took it, though it lives on with the description after that process.
   */
  pid: number;
  /** First byte and last byte; Infinity to the end of the file however it grows. */
  start: number;
  end: number;
  /** The file: device as "major:minor" in hexadecimal, and inode. */
  dev: string;
  ino: number;
}

/** A lock that is held. */
export interface KernelLock extends LockClaim {
  /** Claims that wait for it, in the order of the kernel's list. */
  waiting: LockClaim[];
  /** Descriptors through which it is held. Undefined unless asked for. */
  holders?: OpenDescriptor[];
}

/** The locks, and what could not be looked at. */
export interface KernelLocks {
  locks: KernelLock[];
  /** With `holders`: processes whose descriptors may not be read, with the reason, by pid. */
  unknown: Unknown;
}

const LINE = /^(\d+):\s*(-> *)?(\S+) +(\S+) +(\S+) +(-?\d+|<none>) +(\S+):(\d+) (\d+) (\d+|EOF)/;
const KINDS: Readonly<Record<string, LockClaim["kind"]>> = { POSIX: "posix", OFDLCK: "ofd", FLOCK: "flock", LEASE: "lease" };

/**
 * The locks on files, from /proc/locks.
 *
 * @param options `holders`: also find the descriptors behind each lock, by reading the descriptor table of every process
 * @throws {SystemError} ENOENT: no /proc is mounted
 * @see https://man7.org/linux/man-pages/man5/proc_locks.5.html
 * @example
 * ```ts
 * import { getpid, lockFile, memfd_create, proc } from "forkscope";
 * const fd = memfd_create("mine", 0);
 * using lock = lockFile(fd);
 * const { ino } = proc.fdStat(getpid(), fd);
 * console.log(proc.locks().locks.some((one) => one.ino === ino && one.exclusive)); // true
 * ```
 */
export function locks(options: { holders?: boolean } = {}): KernelLocks {
  entering("proc.locks");
  checkOptions("proc.locks", options);
  const { holders = false } = options;
  if (typeof holders !== "boolean") throw wrongType("proc.locks", "holders", holders, "a boolean");
  const unknown: Record<string, string> = {};
  const found = parseLocks(text(ROOT, "/proc/locks"));
  if (holders && found.length > 0) findHolders(found, unknown);
  return { locks: found, unknown };
}

/** Reads the text of /proc/locks. Lines of one number are one lock and those that wait for it. */
export function parseLocks(content: string): KernelLock[] {
  const found = new Map<string, KernelLock>();
  for (const line of content.split("\n")) {
    const [whole, number = "", waits] = LINE.exec(line) ?? [];
    if (whole === undefined) continue;
    const claim = claimOf(line);
    const held = found.get(number);
    if (waits === undefined) found.set(number, { ...claim, waiting: [] });
    else held?.waiting.push(claim);
  }
  return [...found.values()];
}

function claimOf(line: string): LockClaim {
  const [, , , kind = "", , access = "", pid = "", dev = "", ino, start, end = ""] = LINE.exec(line) ?? [];
  return { kind: KINDS[kind] ?? "other", exclusive: access === "WRITE", pid: Math.max(0, Number(pid) || 0), start: Number(start), end: end === "EOF" ? Infinity : Number(end), dev, ino: Number(ino) };
}

/**
 * A description's locks stand in the fdinfo of each descriptor that refers to it; a process's own in those of its descriptors of the file.
 * Locks that read alike (two descriptions of one process, both locked for reading) are told apart by the descriptions.
 */
function findHolders(list: readonly KernelLock[], unknown: Record<string, string>): void {
  const alike = new Map<string, KernelLock[]>();
  for (const lock of list) {
    lock.holders = [];
    const key = keyOf(lock);
    alike.set(key, [...(alike.get(key) ?? []), lock]);
  }
  const found = new Map<string, OpenDescriptor[]>();
  present(numbers(ROOT, "/proc"), (pid) => inDirectory(`/proc/${pid}`, (place) => {
    known(unknown, String(pid), () => present(numbers(place, "fd"), (fd) => {
      for (const key of new Set(shownAt(place, fd))) if (alike.has(key)) found.set(key, [...(found.get(key) ?? []), { pid, fd }]);
    }));
  }));
  for (const [key, holders] of found) share(alike.get(key) ?? [], holders);
}

/** Gives each lock the descriptors of one description. */
function share(list: readonly KernelLock[], holders: readonly OpenDescriptor[]): void {
  const groups = list.length === 1 ? holders.map(() => 0) : groupByKernel(holders, compareFiles);
  holders.forEach((holder, i) => list[groups[i] ?? -1]?.holders?.push(holder));
}

/** The locks that a descriptor's fdinfo shows. */
function shownAt(place: Place, fd: number): string[] {
  if (!link(place, `fd/${fd}`).startsWith("/")) return [];
  const info = text(place, `fdinfo/${fd}`);
  return info.split("\n").filter((line) => line.startsWith("lock:")).map((line) => keyOf(claimOf(line.slice(5).trim())));
}

function keyOf({ kind, exclusive, pid, start, end, dev, ino }: LockClaim): string {
  return [kind, exclusive, pid, start, end, dev, ino].join();
}
