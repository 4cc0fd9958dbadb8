/** A mutex in shared memory that survives its owner's death. @module */
import { arch } from "../../ffi/arch.ts";
import { CLOCK_MONOTONIC } from "../../ffi/constants/event.ts";
import { FUTEX_TID_MASK, FUTEX_WAITERS } from "../../ffi/constants/futex.ts";
import { PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED } from "../../ffi/constants/pthread.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { PTHREAD_MUTEX, PTHREAD_MUTEXATTR } from "../../ffi/layout/thread.ts";
import { ERRNO, libc, scratch } from "../../ffi/mod.ts";
import { mutexFunctions } from "../../ffi/mutex_symbols.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { pause } from "../async/wait.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, clock_gettime, setTimespec } from "../time.ts";
import { checkOptions, wrongValue } from "../validate.ts";
import { EVERYONE, type FutexWaited, wakeAt } from "./futex.ts";
import { sleepOn } from "./futex_async.ts";
import { HeldMutex, must, mutexFailure } from "./held_mutex.ts";
import { whileThere } from "./lasting.ts";
import { addressIn, untilUnmapped } from "./mapping.ts";

const LAYOUT = PTHREAD_MUTEX[arch];
const WORD = LAYOUT.at["__data.__lock"];
const KIND = LAYOUT.at["__data.__kind"];
const ALIGN = 8;
/** Bits of __kind in glibc: robust, and shared between processes. */
const SHARED_AND_ROBUST = 0x90;
/** Normal, recursive or error-checking; no protocol for priorities. */
const TYPES = 0x03;

/** How long to wait for a mutex. */
export interface LockWait {
  /** In milliseconds; no end unless given. */
  timeout?: number;
}

/**
 * A mutex in shared memory: a pthread_mutex_t that is robust, shared between processes and error-checking. When its owner ends, killed or
 * not, the next one gets it and is told.
 *
 * It belongs to the thread that took it: in a runtime to the one that runs the program, a Worker is another. A child that is forked while
 * it is held does not hold it; exec lets it go as the end does. A C program uses the same memory as its pthread_mutex_t. Whoever can
 * write to the memory can harm those who lock it.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { _exit, forkRun, MAP_ANONYMOUS, MAP_SHARED, mmap, SharedMutex } from "forkscope";
 * const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
 * const mutex = SharedMutex.create(memory);
 * forkRun(() => {
 *   mutex.lock();
 *   _exit(0); // with the mutex in its hands
 * }).wait();
 * using held = mutex.lock();
 * console.log(held.ownerDied); // true
 * held.consistent(); // after looking at what the mutex protects
 * ```
 */
export class SharedMutex {
  /** Bytes that one takes, on every machine. */
  static readonly size = 48;
  readonly #buffer: ArrayBuffer;
  readonly #offset: number;

  private constructor(buffer: ArrayBuffer, offset: number) {
    this.#buffer = buffer;
    this.#offset = offset;
  }

  /**
   * `pthread_mutex_init(mutex, attr)`: makes one in mapped memory, free at first. Nobody may be using what was there.
   *
   * @param offset in bytes, a multiple of 8
   */
  static create(buffer: ArrayBuffer, offset = 0): SharedMutex {
    entering("SharedMutex.create");
    const address = addressIn("make a mutex", buffer, offset, SharedMutex.size, ALIGN);
    const calls = mutexFunctions();
    using room = scratch();
    const attributes = room.take(PTHREAD_MUTEXATTR[arch].size).address;
    must(calls.pthread_mutexattr_init(attributes), "pthread_mutexattr_init");
    must(calls.pthread_mutexattr_settype(attributes, PTHREAD_MUTEX_ERRORCHECK), "pthread_mutexattr_settype");
    must(calls.pthread_mutexattr_setpshared(attributes, PTHREAD_PROCESS_SHARED), "pthread_mutexattr_setpshared");
    must(calls.pthread_mutexattr_setrobust(attributes, PTHREAD_MUTEX_ROBUST), "pthread_mutexattr_setrobust");
    must(calls.pthread_mutex_init(address, attributes), "pthread_mutex_init");
    must(calls.pthread_mutexattr_destroy(attributes), "pthread_mutexattr_destroy");
    return new SharedMutex(buffer, offset);
  }

  /** The one that was made at this place, here or in another process. Throws where there is none that is robust and shared. */
  static at(buffer: ArrayBuffer, offset = 0): SharedMutex {
    entering("SharedMutex.at");
    addressIn("use a mutex", buffer, offset, SharedMutex.size, ALIGN);
    const kind = new Int32Array(buffer, offset + KIND, 1)[0] ?? 0;
    if ((kind & ~TYPES) !== SHARED_AND_ROBUST) throw wrongValue("use a mutex", "offset", offset, "where SharedMutex.create has made one");
    return new SharedMutex(buffer, offset);
  }

  /** Thread that holds it now, 0 for none. */
  get owner(): number {
    return Atomics.load(this.#word, 0) & FUTEX_TID_MASK;
  }

  /**
   * `pthread_mutex_lock(mutex)`, with `timeout` `pthread_mutex_clocklock`: takes it, waiting while another holds it. The runtime's loop
   * stands still meanwhile.
   *
   * @throws {SystemError} ETIMEDOUT; EDEADLK: this thread holds it already; ENOTRECOVERABLE: an owner died, and the next one released it
   *   without {@linkcode HeldMutex.consistent}; EINVAL: no mutex any more
   * @see https://man7.org/linux/man-pages/man3/pthread_mutex_lock.3p.html
   */
  lock(options: LockWait = {}): HeldMutex {
    entering("SharedMutex.lock");
    checkOptions("lock a mutex", options);
    const { timeout } = options;
    if (timeout !== undefined) checkMilliseconds("lock a mutex", "timeout", timeout);
    const address = this.#address;
    if (timeout === undefined) return this.#taken(address, mutexFunctions().pthread_mutex_lock(address), "pthread_mutex_lock");
    using room = scratch();
    const time = room.take(TIMESPEC.size);
    setTimespec(time, 0, clock_gettime(CLOCK_MONOTONIC) + timeout);
    return this.#taken(address, mutexFunctions().pthread_mutex_clocklock(address, CLOCK_MONOTONIC, time.address), "pthread_mutex_clocklock");
  }

  /**
   * As {@linkcode lock}, without blocking the event loop: a call thread sleeps, and the mutex is taken here. Waits as well for another part of
   * this program that holds it.
   *
   * @throws {SystemError} ETIMEDOUT; ENOTRECOVERABLE; EINVAL
   * @throws {Error} ERR_MEMORY_GONE: the memory was unmapped meanwhile
   * @see https://man7.org/linux/man-pages/man3/pthread_mutex_lock.3p.html
   */
  async lockAsync(options: LockWait & AsyncOptions = {}): Promise<HeldMutex> {
    entering("SharedMutex.lockAsync");
    checkOptions("lock a mutex", options);
    const { timeout } = options;
    if (timeout !== undefined) checkMilliseconds("lock a mutex", "timeout", timeout);
    const asker = { call: "pthread_mutex_lock", args: [], signal: asyncSignal("lock a mutex", options) };
    const now = this.#tryNow();
    if (now) return now;
    const until = timeout === undefined ? undefined : clock_gettime(CLOCK_MONOTONIC) + timeout;
    return whileThere(untilUnmapped(this.#buffer), asker, (mine) => this.#sleepUntilTaken(until, mine));
  }

  /**
   * `pthread_mutex_trylock(mutex)`: as {@linkcode lock}, without waiting: undefined when it is held, by this thread too.
   *
   * @see https://man7.org/linux/man-pages/man3/pthread_mutex_lock.3p.html
   */
  tryLock(): HeldMutex | undefined {
    entering("SharedMutex.tryLock");
    return this.#tryNow();
  }

  #tryNow(): HeldMutex | undefined {
    const address = this.#address;
    const result = mutexFunctions().pthread_mutex_trylock(address);
    if (result === ERRNO.EBUSY || result === ERRNO.EDEADLK) return undefined;
    if (result === ERRNO.ENOTRECOVERABLE) this.#letLostGo();
    return this.#taken(address, result, "pthread_mutex_trylock");
  }

  /**
   * Sleeps as libc's waiters do: on the word, marked to say that somebody waits; who was woken and got it leaves the mark for the others.
   */
  async #sleepUntilTaken(until: number | undefined, asker: Asker & { signal: AbortSignal }): Promise<HeldMutex> {
    try {
      for (;;) {
        const waited = await this.#sleep(until, asker);
        const held = this.#tryNow();
        if (held) {
          Atomics.or(this.#word, 0, FUTEX_WAITERS);
          return held;
        }
        asker.signal.throwIfAborted();
        if (waited === "timed-out") throw mutexFailure(ERRNO.ETIMEDOUT, asker.call);
      }
    } catch (error) {
      // A wake that may have come here is another waiter's now.
      if (this.#buffer.byteLength > 0) wakeAt(this.#address + WORD, 1);
      throw error;
    }
  }

  async #sleep(until: number | undefined, asker: Asker): Promise<FutexWaited> {
    const word = this.#word;
    const seen = Atomics.load(word, 0);
    const marked = seen | FUTEX_WAITERS;
    const isHeld = (seen & FUTEX_TID_MASK) !== 0;
    if (isHeld && Atomics.compareExchange(word, 0, seen, marked) === seen) return sleepOn(this.#address + WORD, marked >>> 0, until, asker);
    await pause(0, asker); // it has just been released
    return "ok";
  }

  /** Address of a mutex that is still there. */
  get #address(): number {
    return addressIn("use a mutex", this.#buffer, this.#offset, SharedMutex.size, ALIGN);
  }

  /** The word that holds the owner's thread id. */
  get #word(): Int32Array<ArrayBuffer> {
    void this.#address; // refuses memory that is gone
    return new Int32Array(this.#buffer, this.#offset + WORD, 1);
  }

  /** glibc's trylock of a lost mutex fails and leaves it in the hands of this thread (seen in 2.36): the next lock would wait for ever. */
  #letLostGo(): void {
    const word = this.#word;
    if ((Atomics.load(word, 0) & FUTEX_TID_MASK) !== libc().gettid()) return;
    Atomics.store(word, 0, 0);
    wakeAt(this.#address + WORD, EVERYONE);
  }

  #taken(address: number, result: number, call: string): HeldMutex {
    if (result !== 0 && result !== ERRNO.EOWNERDEAD) throw mutexFailure(result, call);
    return new HeldMutex(address, this.#buffer, result === ERRNO.EOWNERDEAD);
  }
}
