/**
 * Times: milliseconds as a number, fractions down to a nanosecond, against C's struct timespec.
 *
 * @module
 */
import { type Block, check, ERRNO, errno, scratch } from "../ffi/mod.ts";
import { eventFunctions } from "../ffi/event_symbols.ts";
import { TIMESPEC } from "../ffi/layout/process.ts";
import { type ClockName, clockNumber } from "./clock.ts";
import { done } from "./retry.ts";
import { interruptible, safePoint } from "./safe_point.ts";
import { entering } from "./tap.ts";
import { checkInteger, outOfRange, wrongType } from "./validate.ts";

const MAX_INT = 0x7fffffff;
const NANOS = 1e6;

/** A time span or point in milliseconds, 0 or more, fractions allowed. */
export function checkMilliseconds(call: string, name: string, value: unknown): number {
  const limit = `a number of milliseconds from 0 to ${Number.MAX_SAFE_INTEGER}`;
  if (typeof value !== "number") throw wrongType(call, name, value, limit);
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw outOfRange(call, name, value, limit);
  return value;
}

/** A timeout of a call that waits: whole milliseconds, -1 for no end. */
export function checkTimeout(call: string, value: unknown): number {
  return checkInteger(call, "timeout", value, -1, MAX_INT);
}

/** Writes milliseconds as a struct timespec. What is more than nothing stays so: at least a nanosecond. */
export function setTimespec(block: Block, offset: number, milliseconds: number): void {
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = Math.round((milliseconds - seconds * 1000) * NANOS);
  const least = milliseconds > 0 && seconds === 0 ? Math.max(1, nanos) : nanos;
  block.setU64(offset + TIMESPEC.at.tv_sec, least < 1e9 ? seconds : seconds + 1);
  block.setU64(offset + TIMESPEC.at.tv_nsec, least < 1e9 ? least : least - 1e9);
}

/** Reads a struct timespec as milliseconds. */
export function timespec(block: Block, offset: number): number {
  return block.i64(offset + TIMESPEC.at.tv_sec) * 1000 + block.i64(offset + TIMESPEC.at.tv_nsec) / NANOS;
}

/**
 * Makes a call that waits, and again with the time that is left while a signal interrupts it, whose handlers run in between.
 *
 * @param timeout in milliseconds; below 0 for no end
 */
export function retryingWithin(timeout: number, call: (left: number) => number, syscall: string, args: readonly unknown[]): number {
  const end = timeout < 0 ? Infinity : performance.now() + timeout;
  for (let left = timeout; ; left = timeout < 0 ? timeout : Math.max(0, end - performance.now())) {
    const result = interruptible(() => call(left));
    if (result !== -1) return done(result);
    if (errno() !== ERRNO.EINTR) return check(result, syscall, args);
    safePoint();
  }
}

/**
 * `clock_gettime(clockid, tp)`: the time of a clock, in milliseconds with fractions.
 *
 * CLOCK_REALTIME counts from 1970 in UTC and can be set; CLOCK_MONOTONIC from some point and never goes back; CLOCK_BOOTTIME too, with
 * the time the machine slept; CLOCK_PROCESS_CPUTIME_ID and CLOCK_THREAD_CPUTIME_ID are processor time used. A number holds the time
 * since 1970 to a quarter of a microsecond.
 *
 * @param clockid by number or name: "CLOCK_MONOTONIC"
 * @throws {SystemError} EINVAL: no such clock
 * @see https://man7.org/linux/man-pages/man2/clock_gettime.2.html
 * @example
 * ```ts
 * import { CLOCK_MONOTONIC, clock_gettime } from "forkscope";
 * const start = clock_gettime(CLOCK_MONOTONIC);
 * console.log(clock_gettime(CLOCK_MONOTONIC) >= start); // true
 * ```
 */
export function clock_gettime(clockid: number | ClockName): number {
  entering("clock_gettime");
  const clock = clockNumber("clock_gettime", clockid);
  using room = scratch();
  const time = room.take(TIMESPEC.size);
  check(eventFunctions().clock_gettime(clock, time.address), "clock_gettime", [clockid]);
  return timespec(time, 0);
}
