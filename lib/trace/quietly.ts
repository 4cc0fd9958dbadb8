/** Asking about processes that may be gone. @module */
import { isGone } from "../core/proc/file.ts";

/** What is asked for, or undefined when the process or descriptor is not there any more. */
export function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
