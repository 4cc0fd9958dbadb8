/**
 * A hook at the entry of every public call of the library; off at the cost of one test.
 *
 * @module
 */
import { safePoint } from "./safe_point.ts";
import { checkFunction } from "./validate.ts";

type Hook = (call: string) => void;

/** Both listeners as one, or nothing. */
let hook: Hook | undefined;
let listener: Hook | undefined;
let note: Hook | undefined;
let telling = false;

/** Called by each public function first, with its own name. Handlers of signals that are due run here, before the call is made. */
export function entering(call: string): void {
  safePoint();
  if (hook) hook(call);
}

/**
 * Sets the function that hears of every public call of the library before it is made, refused ones too, or takes it away.
 *
 * It hears the name alone; {@linkcode tapCalls} tells what each call does in libc. A forked child inherits it. Calls that it makes
 * itself are not heard, and what it throws is dropped.
 *
 * @throws {TypeError} ERR_INVALID_ARG_TYPE: no function
 * @example
 * ```ts
 * import { getpid, onCall } from "forkscope";
 * const names: string[] = [];
 * onCall((call) => names.push(call));
 * getpid();
 * onCall(undefined);
 * console.log(names); // ["getpid"]
 * ```
 */
export function onCall(heard: ((call: string) => void) | undefined): void {
  if (heard !== undefined) checkFunction("onCall", heard, "heard");
  listener = heard;
  join();
}

/** Sets who notes the name of the public function that was entered last, or nobody. */
export function noteEntered(noted: Hook | undefined): void {
  note = noted;
  join();
}

/** True while a listener runs: the calls it makes are told to nobody, and come in the middle of another call. */
export function isTelling(): boolean {
  return telling;
}

/** Runs a listener, unless one runs already; gives what it threw in a list, or nothing. */
export function tell(call: () => void): [unknown] | undefined {
  if (telling) return undefined;
  telling = true;
  try {
    call();
    return undefined;
  } catch (error) {
    return [error];
  } finally {
    telling = false;
  }
}

function join(): void {
  hook = listener || note ? heardAndNoted : undefined;
}

function heardAndNoted(call: string): void {
  if (telling) return;
  note?.(call);
  if (listener) tell(() => listener?.(call));
}
