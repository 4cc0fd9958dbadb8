/** Timers that send a signal. @module */
import { ITIMER_PROF, ITIMER_REAL } from "../../ffi/constants/resource.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { type Block, check, libc, scratch } from "../../ffi/mod.ts";
import { ITIMERVAL } from "../../ffi/layout/resource.ts";
import { deadlineReplaced } from "../process/deadline.ts";
import { entering } from "../tap.ts";
import { checkInteger, outOfRange, wrongType } from "../validate.ts";

/** A timer's setting, in milliseconds; the kernel counts in microseconds. */
export interface IntervalTimer {
  /** Time until it expires; 0: it does not run. */
  value: number;
  /** Time from one expiry to the next; 0: it expires once. */
  interval: number;
}

const MAX_MS = 0x7fffffff * 1000;
const { at } = ITIMERVAL;

/**
 * `setitimer(which, new, old)`: a timer of the process that sends a signal when it expires. Never fails.
 *
 * ITIMER_REAL counts time and sends SIGALRM, ITIMER_VIRTUAL the process's own processor time and sends SIGVTALRM, ITIMER_PROF also the
 * kernel's for it and sends SIGPROF. Each is one for the process; ITIMER_REAL is the same as alarm's, so in a forked child it replaces
 * the deadline. Not inherited by fork; kept over exec.
 *
 * @param setting milliseconds; fractions down to 0.001 count; `interval` 0 unless given
 * @returns the setting before, `value` being the time that was left
 * @see https://man7.org/linux/man-pages/man2/setitimer.2.html
 * @example
 * ```ts
 * import { ITIMER_REAL, setitimer, SIG_BLOCK, sigprocmask, sigwaitinfo } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGALRM"]);
 * console.log(setitimer(ITIMER_REAL, { value: 60_000 }).value); // 0
 * console.log(setitimer(ITIMER_REAL, { value: 0 }).value > 50_000); // true
 * ```
 */
export function setitimer(which: number, setting: { value: number; interval?: number }): IntervalTimer {
  entering("setitimer");
  checkInteger("setitimer", "which", which, ITIMER_REAL, ITIMER_PROF);
  if (typeof setting !== "object" || setting === null) throw wrongType("setitimer", "setting", setting, "an object with value and interval");
  const value = milliseconds("value", setting.value);
  const interval = milliseconds("interval", setting.interval ?? 0);
  using room = scratch();
  const after = room.take(ITIMERVAL.size);
  const before = room.take(ITIMERVAL.size);
  write(after, at["it_value.tv_sec"], value);
  write(after, at["it_interval.tv_sec"], interval);
  check(libc().syscall(syscallNumber("setitimer"), which, after.address, before.address, 0, 0, 0), "setitimer", [which, setting]);
  if (which === ITIMER_REAL) deadlineReplaced();
  return timer(before);
}

/**
 * `getitimer(which, current)`: a timer's setting now, `value` being the time left. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/setitimer.2.html
 * @example
 * ```ts
 * import { getitimer, ITIMER_VIRTUAL } from "forkscope";
 * console.log(getitimer(ITIMER_VIRTUAL).value); // 0
 * ```
 */
export function getitimer(which: number): IntervalTimer {
  entering("getitimer");
  checkInteger("getitimer", "which", which, ITIMER_REAL, ITIMER_PROF);
  using room = scratch();
  const now = room.take(ITIMERVAL.size);
  check(libc().syscall(syscallNumber("getitimer"), which, now.address, 0, 0, 0, 0), "getitimer", [which]);
  return timer(now);
}

/** A time above 0 is at least a microsecond: 0 would stop the timer. */
function milliseconds(name: string, value: unknown): number {
  const limit = `a number of milliseconds from 0 to ${MAX_MS}`;
  if (typeof value !== "number") throw wrongType("setitimer", name, value, limit);
  if (!(value >= 0 && value <= MAX_MS)) throw outOfRange("setitimer", name, value, limit);
  return Math.ceil(value * 1000);
}

function write(block: Block, offset: number, microseconds: number): void {
  block.setU64(offset, Math.floor(microseconds / 1e6));
  block.setU64(offset + 8, microseconds % 1e6);
}

function timer(block: Block): IntervalTimer {
  const read = (offset: number): number => block.u64(offset) * 1000 + block.u64(offset + 8) / 1000;
  return { value: read(at["it_value.tv_sec"]), interval: read(at["it_interval.tv_sec"]) };
}
