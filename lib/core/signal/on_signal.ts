/** Handlers of signals for daily use. @module */
import { safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFunction, checkOptions, wrongType } from "../validate.ts";
import { type Disposition, putBack, sigaction } from "./action.ts";
import { handlingOf } from "./handlers.ts";
import type { SignalInfo } from "./info.ts";
import { keepLoopFor } from "./loop.ts";
import { refuseHandlers } from "./runtime.ts";
import { signalNumbers, type SignalSet } from "./set.ts";
import { type SignalName, signalNumber } from "./signals.ts";

type Handler = (info: SignalInfo) => void;

/** How {@linkcode onSignal} hears. */
export interface OnSignalOptions {
  /** Takes the handler away before it runs for the first time. */
  once?: boolean;
  /** The event loop lives while the handler is there: a program that does nothing but hear signals does not end. */
  ref?: boolean;
}

/** A handler that was set, to be taken away again: by `using`, or at any time. */
export interface SignalHandler extends Disposable {
  /** Takes the handler away. With the last one of a signal, what the signal did before is put back, unless it was changed meanwhile. */
  remove(): void;
}

/** The handlers of one signal, and what they took the place of. */
interface Shared {
  readonly listeners: Set<Handler>;
  readonly handler: Handler;
  readonly before: Disposition;
}

const bySignal = new Map<number, Shared>();

/**
 * Has a function called when one of the signals comes: {@linkcode sigaction} for daily use. A signal may have several; all are called, in the order in
 * which they were set.
 *
 * They run at the next safe point, as told there: also in a forked child, which inherits them. They keep no program alive unless
 * `ref` says so. Errors of theirs do not keep the others from running.
 *
 * @param signals one or several
 * @returns what takes the handler away
 * @throws {TypeError | SystemError} as sigaction: a signal that can have no handler
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 * @example
 * ```ts
 * import { kill, onSignal } from "forkscope";
 * {
 *   using handler = onSignal(["SIGTERM", "SIGUSR2"], ({ signal, pid }) => console.log(signal, pid === process.pid));
 *   kill(process.pid, "SIGUSR2"); // 12 true
 * }
 * // SIGTERM ends the program again
 * ```
 */
export function onSignal(signals: number | SignalName | SignalSet, handler: (info: SignalInfo) => void, options: OnSignalOptions = {}): SignalHandler {
  entering("onSignal");
  const numbers = Array.isArray(signals) ? signalNumbers("onSignal", signals) : [signalNumber("onSignal", signals)];
  checkFunction("onSignal", handler, "handler");
  checkOptions("onSignal", options);
  const { once = false, ref = false } = options;
  for (const [name, value] of [["once", once], ["ref", ref]] as const) if (typeof value !== "boolean") throw wrongType("onSignal", name, value, "a boolean");
  refuseHandlers("onSignal", numbers);
  return setAll([...new Set(numbers)], handler, once, ref);
}

function setAll(numbers: readonly number[], handler: Handler, once: boolean, ref: boolean): SignalHandler {
  const set: number[] = [];
  let isThere = true;
  const listener = (info: SignalInfo): void => {
    if (once) remove();
    handler(info);
  };
  const remove = (): void => {
    if (!isThere) return;
    isThere = false;
    if (ref) keepLoopFor(-1);
    removeFrom(set, listener);
  };
  try {
    for (const number of numbers) {
      add(number, listener);
      set.push(number);
    }
  } catch (error) {
    removeFrom(set, listener);
    throw error;
  }
  if (ref) keepLoopFor(1);
  return { remove, [Symbol.dispose]: remove };
}

function add(number: number, listener: Handler): void {
  const there = bySignal.get(number);
  if (there && isInPlace(number, there)) return void there.listeners.add(listener);
  const listeners = new Set([listener]);
  const handler = (info: SignalInfo): void => callAll(listeners, info);
  bySignal.set(number, { listeners, handler, before: sigaction(number, { handler }) });
}

/** What came before is for the listener still, unless it takes itself away. */
function removeFrom(numbers: readonly number[], listener: Handler): void {
  const shared = numbers.flatMap((number) => {
    const one = bySignal.get(number);
    return one?.listeners.has(listener) ? [{ number, ...one }] : []; // else other listeners took the place of these
  });
  for (const one of shared) {
    if (one.listeners.size > 1) continue;
    if (isInPlace(one.number, one)) putBack(one.number, one.before);
    bySignal.delete(one.number);
  }
  try {
    safePoint();
  } finally {
    for (const { listeners } of shared) listeners.delete(listener);
  }
}

function isInPlace(number: number, { handler }: Pick<Shared, "handler">): boolean {
  return handlingOf(number)?.handler === handler;
}

function callAll(listeners: ReadonlySet<Handler>, info: SignalInfo): void {
  const errors: unknown[] = [];
  for (const listener of [...listeners]) {
    try {
      listener(info);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} handlers of a signal threw`);
}
