/**
 * Sets of signals, as arrays in the API and as bits in memory.
 *
 * @module
 */
import type { Block, Scratch } from "../../ffi/mod.ts";
import { SIGSET } from "../../ffi/layout/process.ts";
import { outOfRange, wrongType } from "../validate.ts";
import { type SignalName, signalNumber, SIGRTMAX } from "./signals.ts";

/** A set of signals, by name or number, in any order. */
export type SignalSet = readonly (number | SignalName)[];

/** Bytes of the set that the kernel knows. */
export const KERNEL_SET = 8;

/** libc's own signals, by which it cancels threads and changes the user id of all of them. */
const OF_LIBC = [32, 33];

/** The numbers of a set. libc's own two signals are refused: blocked, they would hang setuid. */
export function signalNumbers(call: string, signals: unknown, name = "signals"): number[] {
  if (!Array.isArray(signals)) throw wrongType(call, name, signals, "an array of signal names or numbers");
  return Array.from(signals, (signal: unknown) => {
    const number = signalNumber(call, signal);
    if (OF_LIBC.includes(number)) throw outOfRange(call, "signal", number, "a signal that libc does not keep for itself");
    return number;
  });
}

/** A sigset_t with these signals in it. */
export function sigset(room: Scratch, numbers: readonly number[] = []): Block {
  const set = room.take(SIGSET.size);
  for (const number of numbers) {
    const at = (number - 1) >> 3;
    set.bytes[at] = (set.bytes[at] ?? 0) | (1 << ((number - 1) & 7));
  }
  return set;
}

/** The signals in a sigset_t, ascending. */
export function signalsIn(set: Block, offset = 0): number[] {
  const all = Array.from({ length: SIGRTMAX }, (_, i) => i + 1);
  return all.filter((number) => ((set.bytes[offset + ((number - 1) >> 3)] ?? 0) & (1 << ((number - 1) & 7))) !== 0);
}
