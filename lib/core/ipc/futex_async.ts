/** futex without blocking the event loop. @module */
import { FUTEX_BITSET_MATCH_ANY, FUTEX_WAIT_BITSET } from "../../ffi/constants/futex.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { scratch, SystemError } from "../../ffi/mod.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { setTimespec } from "../time.ts";
import { checkedWait, type FutexView, type FutexWaited, type FutexWaitOptions, waitedOf } from "./futex.ts";
import { whileThere } from "./lasting.ts";
import { untilUnmapped } from "./mapping.ts";

/**
 * {@linkcode futexWait} without blocking the event loop.
 *
 * @throws {Error} ERR_MEMORY_GONE: the memory was unmapped meanwhile
 * @throws {SystemError} as futexWait
 * @see https://man7.org/linux/man-pages/man2/futex.2.html
 * @example
 * ```ts
 * import { futexWaitAsync, futexWake, MAP_ANONYMOUS, MAP_SHARED, mmap } from "forkscope";
 * const words = new Int32Array(mmap(4096, MAP_SHARED | MAP_ANONYMOUS));
 * setTimeout(() => {
 *   Atomics.store(words, 0, 1);
 *   futexWake(words, 0);
 * }, 5);
 * while (Atomics.load(words, 0) === 0) await futexWaitAsync(words, 0, 0);
 * console.log(words[0]); // 1
 * ```
 */
export async function futexWaitAsync(view: FutexView, index: number, value: number, options: FutexWaitOptions & AsyncOptions = {}): Promise<FutexWaited> {
  entering("futexWaitAsync");
  const { address, value: expected, until, bitset } = checkedWait("futexWaitAsync", view, index, value, options);
  const asker = { call: "futex", args: [index, value, options], signal: asyncSignal("futexWaitAsync", options) };
  return whileThere(untilUnmapped(view.buffer), asker, (mine) => sleepOn(address, expected, until, mine, bitset));
}

/** Sleeps on the word at a checked address while it has a value, until a time of CLOCK_MONOTONIC. */
export async function sleepOn(address: number, value: number, until: number | undefined, asker: Asker, bitset = FUTEX_BITSET_MATCH_ANY): Promise<FutexWaited> {
  using time = until === undefined ? undefined : timeMemory(until);
  try {
    await callAsync("futex", [address, FUTEX_WAIT_BITSET, value, time?.address ?? 0, 0, bitset], asker);
    return "ok";
  } catch (error) {
    const waited = error instanceof SystemError ? waitedOf(error.errno) : undefined;
    if (waited) return waited;
    throw error;
  }
}

function timeMemory(until: number): CMemory {
  using room = scratch();
  const time = room.take(TIMESPEC.size);
  setTimespec(time, 0, until);
  return CMemory.of("futex", time.bytes);
}
