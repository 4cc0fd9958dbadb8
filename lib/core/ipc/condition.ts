/**
 * A condition variable in shared memory.
 *
 * A number that each signal changes, and a futex to sleep on while it stands: who has read it before letting the mutex go misses none. There is
 * no list of waiters, as libc's has, so one that is killed leaves nothing behind that the others would wait for.
 *
 * @module
 */
import { CLOCK_MONOTONIC } from "../../ffi/constants/event.ts";
import { FUTEX_BITSET_MATCH_ANY } from "../../ffi/constants/futex.ts";
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, clock_gettime } from "../time.ts";
import { checkOptions, wrongType, wrongValue } from "../validate.ts";
import { EVERYONE, sleepAt, wakeAt } from "./futex.ts";
import { sleepOn } from "./futex_async.ts";
import { adopt, HeldMutex, placeOf } from "./held_mutex.ts";
import { whileThere } from "./lasting.ts";
import { addressIn, untilUnmapped } from "./mapping.ts";
import { SharedMutex } from "./mutex.ts";

const ALIGN = 4;
/** What stands beside the number, to tell one from other memory: "COND". */
const MARK = 0x444e4f43;

/** How long to wait for a signal. */
export interface ConditionWait {
  /** In milliseconds; no end unless given. The time to take the mutex again is not counted. */
  timeout?: number;
}

/** How a wait ended: "ok" after a signal, or without one now and then. */
export type ConditionWaited = "ok" | "timed-out";

/**
 * A condition variable in shared memory, for use with a {@linkcode SharedMutex}: processes wait for what the mutex protects to change.
 *
 * As pthread_cond_t, but not its memory: C programs have none of it. A wait may end without a signal, so it stands in a loop that looks again. A
 * waiter that is killed harms no other; at the very moment in which it is woken it takes that signal along, so where processes may be
 * killed, broadcast, or wait with a timeout. Whoever can write to the memory can harm those who use it.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, MAP_ANONYMOUS, MAP_SHARED, mmap, SharedCondition, SharedMutex } from "forkscope";
 * const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = SharedMutex.create(memory);
 * const changed = SharedCondition.create(memory, SharedMutex.size);
 * const numbers = new Int32Array(memory, 64, 1);
 * const child = forkRun(() => {
 *   using held = mutex.lock();
 *   numbers[0] = 42;
 *   changed.signal();
 * });
 * {
 *   using held = mutex.lock();
 *   while (numbers[0] === 0) changed.wait(held);
 *   console.log(numbers[0]); // 42
 * }
 * child.wait();
 * ```
 */
export class SharedCondition {
  /** Bytes that one takes. */
  static readonly size = 8;
  readonly #buffer: ArrayBuffer;
  readonly #offset: number;

  private constructor(buffer: ArrayBuffer, offset: number) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  /**
   * Makes one in mapped memory; see pthread_cond_init. Nobody may be using what was there.
   *
   * @param offset in bytes, a multiple of 4
   */
  static create(buffer: ArrayBuffer, offset = 0): SharedCondition {
    entering("SharedCondition.create");
    addressIn("make a condition", buffer, offset, SharedCondition.size, ALIGN);
    const words = new Int32Array(buffer, offset, 2);
    Atomics.store(words, 0, 0);
    Atomics.store(words, 1, MARK);
    return new SharedCondition(buffer, offset);
  }

  /** The one that was made at this place, here or in another process. Throws where there is none. */
  static at(buffer: ArrayBuffer, offset = 0): SharedCondition {
    entering("SharedCondition.at");
    addressIn("use a condition", buffer, offset, SharedCondition.size, ALIGN);
    if (Atomics.load(new Int32Array(buffer, offset, 2), 1) !== MARK) throw wrongValue("use a condition", "offset", offset, "where SharedCondition.create has made one");
    return new SharedCondition(buffer, offset);
  }

  /**
   * As `pthread_cond_wait(cond, mutex)`, with `timeout` pthread_cond_timedwait: lets the mutex go, sleeps until a signal, and takes the mutex
   * again: in one step, so that a signal of who holds it meanwhile is not missed. The runtime's loop stands still.
   *
   * The mutex is held again afterwards, also when this throws what a handler of a signal throws; look at its `ownerDied` again.
   *
   * @throws {SystemError} EPERM: the mutex is not held by this thread. ENOTRECOVERABLE: it was lost meanwhile, and is not held
   * @see https://man7.org/linux/man-pages/man3/pthread_cond_wait.3p.html
   */
  wait(held: HeldMutex, options: ConditionWait = {}): ConditionWaited {
    entering("SharedCondition.wait");
    const { mutex, until } = this.#checked(held, options);
    const address = this.#address;
    const value = Atomics.load(this.#word, 0) >>> 0;
    held.release();
    try {
      return waitedOf(sleepAt({ address, value, until, bitset: FUTEX_BITSET_MATCH_ANY }, [options]));
    } finally {
      adopt(held, mutex.lock());
    }
  }

  /**
   * As {@linkcode wait}, without blocking the event loop. An abort gives the wait up; the mutex is taken again before the promise is rejected.
   *
   * @throws {SystemError} as wait
   * @throws {Error} ERR_MEMORY_GONE: the memory was unmapped meanwhile
   * @see https://man7.org/linux/man-pages/man3/pthread_cond_wait.3p.html
   */
  async waitAsync(held: HeldMutex, options: ConditionWait & AsyncOptions = {}): Promise<ConditionWaited> {
    entering("SharedCondition.waitAsync");
    const { mutex, until } = this.#checked(held, options);
    const asker = { call: "futex", args: [options], signal: asyncSignal("wait on a condition", options) };
    const address = this.#address;
    const value = Atomics.load(this.#word, 0) >>> 0;
    held.release();
    let ended: { waited: ConditionWaited } | { error: unknown };
    try {
      ended = { waited: waitedOf(await whileThere(untilUnmapped(this.#buffer), asker, (mine) => sleepOn(address, value, until, mine))) };
    } catch (error) {
      ended = { error };
    }
    try {
      adopt(held, await mutex.lockAsync());
    } catch (error) {
      throw "error" in ended ? ended.error : error;
    }
    if ("error" in ended) throw ended.error;
    return ended.waited;
  }

  /**
   * As `pthread_cond_signal(cond)`: wakes one of those that wait, if there is any. Best with the mutex held, in which what they wait for was changed.
   *
   * @see https://man7.org/linux/man-pages/man3/pthread_cond_broadcast.3p.html
   */
  signal(): void {
    entering("SharedCondition.signal");
    this.#wake(1);
  }

  /**
   * As `pthread_cond_broadcast(cond)`: wakes all that wait.
   *
   * @see https://man7.org/linux/man-pages/man3/pthread_cond_broadcast.3p.html
   */
  broadcast(): void {
    entering("SharedCondition.broadcast");
    this.#wake(EVERYONE);
  }

  #wake(count: number): void {
    Atomics.add(this.#word, 0, 1);
    wakeAt(this.#address, count);
  }

  #checked(held: unknown, options: ConditionWait): { mutex: SharedMutex; until: number | undefined } {
    if (!(held instanceof HeldMutex)) throw wrongType("wait on a condition", "held", held, "a mutex that SharedMutex.lock gave");
    checkOptions("wait on a condition", options);
    const { timeout } = options;
    if (timeout !== undefined) checkMilliseconds("wait on a condition", "timeout", timeout);
    if (!held.isHeld) throw new SystemError("pthread_cond_wait", ERRNO.EPERM, [], "the mutex is not held here any more");
    const { buffer, offset } = placeOf(held);
    void this.#address; // refuses memory that is gone, before the mutex is let go
    return { mutex: SharedMutex.at(buffer, offset), until: timeout === undefined ? undefined : clock_gettime(CLOCK_MONOTONIC) + timeout };
  }

  /** Address of a condition that is still there. */
  get #address(): number {
    return addressIn("use a condition", this.#buffer, this.#offset, SharedCondition.size, ALIGN);
  }

  /** The number. */
  get #word(): Int32Array<ArrayBuffer> {
    void this.#address;
    return new Int32Array(this.#buffer, this.#offset, 1);
  }
}

/** A number that has changed before the sleep began is a signal too. */
function waitedOf(waited: "ok" | "not-equal" | "timed-out"): ConditionWaited {
  return waited === "timed-out" ? waited : "ok";
}
