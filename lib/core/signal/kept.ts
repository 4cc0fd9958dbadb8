/**
 * Signals that an event loop's sleep let through.
 *
 * Bun's loop sleeps with no signal blocked, whatever the program blocks: a signal that is to be taken as a value would then do what it
 * does, which mostly is to end the program. So there such a signal gets a handler, which keeps what came until somebody takes it. It
 * has the handler for as long as it is blocked.
 *
 * @module
 */
import { libc, usable } from "../../ffi/mod.ts";
import { safePoint } from "../safe_point.ts";
import { isForkedChild } from "../process/forked.ts";
import type { SignalInfo } from "./info.ts";
import { onSignal, type SignalHandler } from "./on_signal.ts";
import { SIGRTMIN } from "./signals.ts";

const keepers = new Map<number, SignalHandler>();
const kept: SignalInfo[] = [];
/** Told when something is kept. */
const listeners = new Set<() => void>();

/** Has these signals, which are blocked, kept rather than acted upon while the event loop sleeps. */
export function keep(numbers: readonly number[]): void {
  if (!usable().host.unblocksSignals || isForkedChild()) return;
  for (const number of numbers) if (!keepers.has(number)) keepOne(number);
}

/** The oldest of these signals that was kept. */
export function takeKept(numbers: readonly number[]): SignalInfo | undefined {
  if (keepers.size > 0) safePoint();
  const at = kept.findIndex(({ signal }) => numbers.includes(signal));
  return at < 0 ? undefined : kept.splice(at, 1)[0];
}

/** Before these signals are unblocked: they do again what they did, and so does what was kept. */
export function keepNoMore(numbers: readonly number[]): void {
  for (const number of numbers) {
    keepers.get(number)?.remove();
    if (keepers.delete(number)) while (takeKept([number])) libc().raise(number);
  }
}

/** Those that are kept. */
export function keptSignals(): number[] {
  return [...keepers.keys()];
}

/** In a forked child, whose own signals none of these are. */
export function forgetKept(): void {
  kept.length = 0;
  listeners.clear();
}

/**
 * Waits by `wait`, and from the beginning when one of the signals was kept meanwhile, until there is one to take.
 *
 * @param wait given a signal that ends it early; it must take nothing then
 */
export async function takeWhenKept<T>(numbers: readonly number[], signal: AbortSignal | undefined, wait: (signal: AbortSignal | undefined) => Promise<T>): Promise<T | SignalInfo> {
  if (keepers.size === 0) return wait(signal);
  for (;;) {
    const info = takeKept(numbers);
    if (info) return info;
    signal?.throwIfAborted();
    const arrived = new Error("a signal was kept");
    const controller = new AbortController();
    const tell = (): void => controller.abort(arrived);
    const abort = (): void => controller.abort(signal?.reason);
    listeners.add(tell);
    signal?.addEventListener("abort", abort);
    try {
      return await wait(controller.signal);
    } catch (error) {
      if (error !== arrived) throw error;
    } finally {
      listeners.delete(tell);
      signal?.removeEventListener("abort", abort);
    }
  }
}

/** A signal that can have no handler is left alone: the runtime uses it, or no process can. */
function keepOne(number: number): void {
  try {
    keepers.set(number, onSignal(number, note));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

/** A standard signal that is pending already is dropped, as the kernel does. */
function note(info: SignalInfo): void {
  if (info.signal < SIGRTMIN && kept.some(({ signal }) => signal === info.signal)) return;
  kept.push(info);
  for (const tell of [...listeners]) tell();
}
