/** Names of POSIX objects. @module */
import { CLOCK_REALTIME } from "../../ffi/constants/event.ts";
import { clock_gettime } from "../time.ts";
import { checkString, wrongValue } from "../validate.ts";

const MAX_NAME = 250;

/** "/name": a slash, then at most 250 bytes without another. */
export function checkName(call: string, name: unknown): string {
  const text = checkString(call, name, "name", MAX_NAME + 1);
  if (!/^\/[^/]+$/.test(text)) throw wrongValue(call, "name", text, "a slash and a name without one");
  return text;
}

/** So many milliseconds from now, as a time of CLOCK_REALTIME. */
export function fromNow(milliseconds: number): number {
  return clock_gettime(CLOCK_REALTIME) + milliseconds;
}
