/**
 * How a process is known to descend from another, whatever became of its parents, session, group and environment.
 *
 * Limits are inherited by fork and kept over exec, and everybody may read them in /proc. RLIMIT_LOCKS has had no effect since
 * Linux 2.4.25, so its soft limit can bear a mark: a number that says which scope the process was started in. A scope opened in
 * a marked process marks with a number that begins with its own. So an orphan far below shows whose it is.
 *
 * @module
 */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { RLIMIT } from "../../ffi/layout/process.ts";
import { libc, scratch } from "../../ffi/mod.ts";
import { ROOT, text } from "../proc/file.ts";
import { type Limits, RLIMIT_LOCKS } from "../process/limits.ts";

/** Marks lie here: no limit that means one does. */
const LOWEST = 2 ** 52;
const HIGHEST = 2 ** 53;
/** Value of the lowest digit of each level: 28 bits for the outermost scope, eight for each of three within. */
const FIRST_UNIT = 2 ** 24;
const UNITS = [FIRST_UNIT, 2 ** 16, 2 ** 8, 1];
const DIGITS = 255;
const OUTERMOST = 2 ** 28;

/** A mark to give to children; undefined where the hard limit leaves no room for one. */
export type Mark = number | undefined;

let last = 0;

/** A new mark, below this process's own. */
export function newMark(): Mark {
  const { soft, hard } = ownLimit();
  if (hard < HIGHEST) return undefined;
  const unit = isMark(soft) ? UNITS[UNITS.indexOf(unitOf(soft)) + 1] : undefined;
  last = (last % DIGITS) + 1;
  return unit === undefined ? LOWEST + Math.floor(Math.random() * OUTERMOST) * FIRST_UNIT : soft + last * unit;
}

/** The limit that marks a child, for spawn. */
export function markLimits(mark: Mark): Readonly<Record<number, Limits>> {
  return mark === undefined ? {} : { [RLIMIT_LOCKS]: { soft: mark, hard: ownLimit().hard } };
}

/** Marks a process and what it makes from now on. */
export function setMark(pid: number, mark: Mark): void {
  if (mark === undefined) return;
  using room = scratch();
  const limit = room.take(RLIMIT.size);
  const old = room.take(RLIMIT.size);
  const call = syscallNumber("prlimit64");
  if (libc().syscall(call, pid, RLIMIT_LOCKS, 0, old.address, 0, 0) !== 0) return;
  limit.bytes.set(old.bytes);
  limit.setU64(RLIMIT.at.rlim_cur, mark);
  libc().syscall(call, pid, RLIMIT_LOCKS, limit.address, 0, 0, 0);
}

/** True when a process bears this mark, or one that begins with it. */
export function bears(pid: number, mark: number): boolean {
  const own = markOf(pid);
  const unit = unitOf(mark);
  return own !== undefined && Math.floor(own / unit) === mark / unit;
}

/** The mark of a process; undefined when it bears none or is gone. */
export function markOf(pid: number): Mark {
  try {
    const soft = Number(/^Max file locks\s+(\d+)/m.exec(text(ROOT, `/proc/${pid}/limits`))?.[1]);
    return isMark(soft) ? soft : undefined;
  } catch {
    return undefined;
  }
}

function isMark(limit: number): boolean {
  return limit >= LOWEST && limit < HIGHEST;
}

/** Value of the lowest digit that a mark has. */
function unitOf(mark: number): number {
  return [...UNITS].reverse().find((unit) => Math.floor(mark / unit) % (DIGITS + 1) !== 0) ?? FIRST_UNIT;
}

function ownLimit(): Limits {
  using room = scratch();
  const limit = room.take(RLIMIT.size);
  libc().getrlimit(RLIMIT_LOCKS, limit.address);
  return { soft: limit.u64(RLIMIT.at.rlim_cur), hard: limit.u32(4 + RLIMIT.at.rlim_max) === 0xffffffff ? Infinity : limit.u64(RLIMIT.at.rlim_max) };
}
