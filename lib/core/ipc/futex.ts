/** futex: sleeping until another process changes a word of shared memory. @module */
import { CLOCK_MONOTONIC } from "../../ffi/constants/event.ts";
import { FUTEX_BITSET_MATCH_ANY, FUTEX_WAIT_BITSET, FUTEX_WAKE, FUTEX_WAKE_BITSET } from "../../ffi/constants/futex.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { check, errno, ERRNO, libc, scratch } from "../../ffi/mod.ts";
import { done, unlessInterrupted } from "../retry.ts";
import { interruptible } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, clock_gettime, setTimespec } from "../time.ts";
import { checkInteger, checkOptions, outOfRange } from "../validate.ts";
import { elementAddress } from "./mapping.ts";

/** More than can ever sleep. */
export const EVERYONE = 0x7fffffff;
const MAX_U32 = 0xffffffff;

/** A 32-bit array over memory that {@linkcode mmap}, {@linkcode shmat} or {@linkcode SharedMemory} gave. */
export type FutexView = Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** How {@linkcode futexWait} ended, in the words of Atomics.wait: woken, not there what was expected, or late. */
export type FutexWaited = "ok" | "not-equal" | "timed-out";

/** How to wait. */
export interface FutexWaitOptions {
  /** In milliseconds; no end unless given. */
  timeout?: number;
  /** 32 bits, one at least: only a wake that has one of them in common wakes. All unless given. */
  bitset?: number;
}

/** Whom to wake. */
export interface FutexWakeOptions {
  /** How many at most; all unless given. */
  count?: number;
  /** See {@linkcode FutexWaitOptions}. All unless given. */
  bitset?: number;
}

/**
 * `futex(uaddr, FUTEX_WAIT_BITSET, val, timeout, NULL, val3)`: sleeps while the element has this value, until {@linkcode futexWake}. As
 * Atomics.wait, which does not work between processes.
 *
 * Compare and sleep are one step: a wake that follows the change is never missed. "ok" may come without a wake: look at the value again.
 *
 * @param value what the element is expected to be; something else there: "not-equal" at once
 * @throws {TypeError} the view is not over mapped memory
 * @throws {SystemError} EFAULT: the file behind the memory was cut short
 * @see https://man7.org/linux/man-pages/man2/futex.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, futexWait, futexWake, MAP_ANONYMOUS, MAP_SHARED, mmap } from "forkscope";
 * const words = new Int32Array(mmap(4096, MAP_SHARED | MAP_ANONYMOUS));
 * const child = forkRun(() => {
 *   Atomics.store(words, 0, 1);
 *   futexWake(words, 0);
 * });
 * while (Atomics.load(words, 0) === 0) futexWait(words, 0, 0);
 * console.log(words[0]); // 1
 * child.wait();
 * ```
 */
export function futexWait(view: FutexView, index: number, value: number, options: FutexWaitOptions = {}): FutexWaited {
  entering("futexWait");
  return sleepAt(checkedWait("futexWait", view, index, value, options), [index, value, options]);
}

/** Sleeps on the word at a checked address, as {@linkcode futexWait}. */
export function sleepAt(wait: CheckedWait, args: readonly unknown[]): FutexWaited {
  using room = scratch();
  const time = room.take(TIMESPEC.size);
  if (wait.until !== undefined) setTimespec(time, 0, wait.until);
  const number = syscallNumber("futex");
  for (;;) {
    const sleep = (): number => libc().syscall(number, wait.address, FUTEX_WAIT_BITSET, wait.value, wait.until === undefined ? 0 : time.address, 0, wait.bitset);
    const waited = interruptible(sleep) === -1 ? waitedOf(errno()) : "ok";
    if (waited) return done(waited);
    unlessInterrupted("futex", args);
  }
}

/**
 * `futex(uaddr, FUTEX_WAKE, val)`, with `bitset` FUTEX_WAKE_BITSET: wakes processes that sleep on the element.
 *
 * @returns how many
 * @throws {TypeError} the view is not over mapped memory
 * @see https://man7.org/linux/man-pages/man2/futex.2.html
 * @example
 * ```ts
 * import { futexWake, MAP_ANONYMOUS, MAP_SHARED, mmap } from "forkscope";
 * const words = new Int32Array(mmap(4096, MAP_SHARED | MAP_ANONYMOUS));
 * console.log(futexWake(words, 0)); // 0
 * ```
 */
export function futexWake(view: FutexView, index: number, options: FutexWakeOptions = {}): number {
  entering("futexWake");
  const address = elementAddress("futexWake", view, index);
  checkOptions("futexWake", options);
  const { count = EVERYONE, bitset } = options;
  checkInteger("futexWake", "count", count, 0, EVERYONE);
  if (count === 0) return 0;
  return wakeAt(address, count, bitset === undefined ? undefined : checkBitset("futexWake", bitset));
}

/** A checked wait: where, for which value, until when by CLOCK_MONOTONIC. */
export interface CheckedWait {
  readonly address: number;
  readonly value: number;
  readonly until: number | undefined;
  readonly bitset: number;
}

/** Checks the arguments of a wait. */
export function checkedWait(call: string, view: FutexView, index: number, value: number, options: FutexWaitOptions): CheckedWait {
  const address = elementAddress(call, view, index);
  checkInteger(call, "value", value, -0x80000000, MAX_U32);
  checkOptions(call, options);
  const { timeout, bitset = FUTEX_BITSET_MATCH_ANY } = options;
  checkBitset(call, bitset);
  const until = timeout === undefined ? undefined : clock_gettime(CLOCK_MONOTONIC) + checkMilliseconds(call, "timeout", timeout);
  return { address, value: value >>> 0, until, bitset };
}

/** What an errno says of a wait; nothing when it is a failure, or EINTR. */
export function waitedOf(reason: number): FutexWaited | undefined {
  if (reason === ERRNO.EAGAIN) return "not-equal";
  return reason === ERRNO.ETIMEDOUT ? "timed-out" : undefined;
}

/** Wakes those who sleep at a checked address. */
export function wakeAt(address: number, count: number, bitset?: number): number {
  const op = bitset === undefined ? FUTEX_WAKE : FUTEX_WAKE_BITSET;
  return check(libc().syscall(syscallNumber("futex"), address, op, count, 0, 0, bitset ?? 0), "futex", [count]);
}

function checkBitset(call: string, bitset: unknown): number {
  if (bitset === 0) throw outOfRange(call, "bitset", bitset, "32 bits, of which one at least is set");
  return checkInteger(call, "bitset", bitset, 1, MAX_U32);
}
