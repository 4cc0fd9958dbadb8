/**
 * A hook at the entry of every public call of the library; off at the cost of one test.
 *
 * @module
 */

let hook: ((call: string) => void) | undefined;

/** Called by each public function first, with its own name. */
export function entering(call: string): void {
  if (hook) hook(call);
}

/** Sets the function that hears of every call of the library before it is made, or takes it away. A forked child inherits it. */
export function onCall(heard: ((call: string) => void) | undefined): void {
  hook = heard;
}
