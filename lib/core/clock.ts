/** Clocks by name or number. @module */
import {
  CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, CLOCK_TAI, CLOCK_THREAD_CPUTIME_ID,
} from "../ffi/constants/event.ts";
import { checkInteger, wrongValue } from "./validate.ts";

const CLOCKS = {
  CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM, CLOCK_TAI,
};

/** A clock by name. */
export type ClockName = keyof typeof CLOCKS;

/** The number of a clock; whether the kernel has one of that number is for it to say (EINVAL). Those of processes and threads are negative. */
export function clockNumber(call: string, clock: unknown): number {
  if (typeof clock !== "string") return checkInteger(call, "clockid", clock, -0x80000000, 0x7fffffff);
  if (!Object.hasOwn(CLOCKS, clock)) throw wrongValue(call, "clockid", clock, "a known clock such as CLOCK_MONOTONIC");
  return CLOCKS[clock as ClockName];
}
