/**
 * Safe points: where handlers of signals that are written in JavaScript run.
 *
 * A signal comes between any two machine instructions, where no JavaScript may run. It is noted there, and its handler runs at the next
 * safe point: at the entry of each call of the library, when a call that it interrupted ends early, and when a call is done; in the main
 * process also from the event loop.
 *
 * @module
 */

/** What is shared with the machine code that notes signals, one word each. */
export interface Notes {
  /** Not 0 once a signal was noted since handlers were last looked for. */
  readonly woken: Int32Array;
  /** How many calls are under way that a signal is to end early; more than one when a listener of calls makes calls itself. */
  readonly calling: Int32Array;
  /** Runs the handlers that are due. `keeping`: what one throws is kept for the next safe point. */
  run(keeping: boolean): void;
}

let notes: Notes | undefined;
/** A handler can run though no signal was noted since, or what one threw waits. */
let isDue = false;

/** Says where signals are noted: before the first handler is set. */
export function setNotes(to: Notes): void {
  notes = to;
}

/** Says that a handler, or what one threw, is left for the next safe point. */
export function setDue(due: boolean): void {
  isDue = due;
}

/** Runs the handlers that are due. What a handler throws is thrown here. */
export function safePoint(): void {
  if (notes && (isDue || Atomics.load(notes.woken, 0) !== 0)) notes.run(false);
}

/** As {@linkcode safePoint}, after a call that was done: its result must not be lost, so what a handler throws waits for the next one. */
export function safePointAfter(): void {
  if (notes && (isDue || Atomics.load(notes.woken, 0) !== 0)) notes.run(true);
}

/** Makes a call that may sleep: a signal with a handler makes it fail with EINTR, also one that comes just before it begins. */
export function interruptible(call: () => number): number {
  sleepBegins();
  try {
    return call();
  } finally {
    sleepEnds();
  }
}

/** Before such a call, for the few that are made too often for a closure; handlers that are due run here. */
export function sleepBegins(): void {
  if (!notes) return;
  for (;;) {
    Atomics.add(notes.calling, 0, 1); // first, so that a signal is either seen here or ends the call
    if (!isDue && Atomics.load(notes.woken, 0) === 0) return;
    Atomics.sub(notes.calling, 0, 1);
    notes.run(false);
  }
}

/** After such a call. */
export function sleepEnds(): void {
  if (notes) Atomics.sub(notes.calling, 0, 1);
}
