/** When a timer expires: of timerfd_settime and timer_settime. @module */
import { ITIMERSPEC } from "../ffi/layout/event.ts";
import type { Block, Scratch } from "../ffi/mod.ts";
import { checkMilliseconds, setTimespec, timespec } from "./time.ts";
import { checkOptions, wrongType } from "./validate.ts";

/** When a timer expires, in milliseconds, fractions allowed. */
export interface TimerSetting {
  /** First expiry, from now unless the call was told that it is a time of the clock; 0: never. */
  value: number;
  /** From one expiry to the next; 0 or left out: it expires once. */
  interval?: number;
}

/** Checks a setting and lays it out as a struct itimerspec. */
export function settingIn(room: Scratch, call: string, setting: TimerSetting): Block {
  if (setting === undefined) throw wrongType(call, "setting", setting, "an object { value, interval }");
  checkOptions(call, setting);
  const { value, interval = 0 } = setting;
  checkMilliseconds(call, "value", value);
  checkMilliseconds(call, "interval", interval);
  const block = room.take(ITIMERSPEC.size);
  setTimespec(block, ITIMERSPEC.at.it_value, value);
  setTimespec(block, ITIMERSPEC.at.it_interval, interval);
  return block;
}

/** Reads a struct itimerspec. */
export function settingOf(block: Block): Required<TimerSetting> {
  return { value: timespec(block, ITIMERSPEC.at.it_value), interval: timespec(block, ITIMERSPEC.at.it_interval) };
}
