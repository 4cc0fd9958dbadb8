/**
 * Waiting for a POSIX semaphore without blocking the event loop.
 *
 * libc's own wait would sleep on this thread. So the wait is made of what libc's is made of: the value is taken by sem_trywait, and where it
 * is 0 a call thread sleeps on it, after this process was counted among the waiters that sem_post wakes. In glibc since 2.21 a sem_t begins
 * with a 64-bit number: the value below, the waiters above. musl's differs: `support()` says so.
 *
 * @module
 */
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../ffi/constants/event.ts";
import { errno, ERRNO, SystemError } from "../../ffi/mod.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, clock_gettime } from "../time.ts";
import { sleepOn } from "./futex_async.ts";
import { whileThere } from "./lasting.ts";
import { checkSemaphore, type Located, located } from "./semaphore.ts";

/** One waiter, in the upper half. */
const WAITER = 1n << 32n;

/**
 * {@linkcode sem_wait} without blocking the event loop.
 *
 * @throws {TypeError} not an open semaphore
 * @throws {Error} ERR_MEMORY_GONE: it was closed, or its memory unmapped, meanwhile
 * @see https://man7.org/linux/man-pages/man3/sem_wait.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_getvalue, sem_init, sem_post, sem_waitAsync } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 0);
 * setTimeout(() => sem_post(semaphore), 5);
 * await sem_waitAsync(semaphore, { signal: AbortSignal.timeout(10_000) });
 * console.log(sem_getvalue(semaphore)); // 0
 * ```
 */
export async function sem_waitAsync(semaphore: number, options?: AsyncOptions): Promise<void> {
  entering("sem_waitAsync");
  checkSemaphore("sem_waitAsync", semaphore);
  await taken(semaphore, undefined, { call: "sem_wait", args: [semaphore], signal: asyncSignal("sem_waitAsync", options) });
}

/**
 * {@linkcode sem_timedwait} without blocking the event loop.
 *
 * @param until in milliseconds since 1970, as Date.now() gives
 * @throws {SystemError} ETIMEDOUT
 * @see https://man7.org/linux/man-pages/man3/sem_wait.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_init, sem_timedwaitAsync, SystemError } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 0);
 * try {
 *   await sem_timedwaitAsync(semaphore, Date.now() + 5);
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ETIMEDOUT"
 * }
 * ```
 */
export async function sem_timedwaitAsync(semaphore: number, until: number, options?: AsyncOptions): Promise<void> {
  entering("sem_timedwaitAsync");
  checkSemaphore("sem_timedwaitAsync", semaphore);
  checkMilliseconds("sem_timedwaitAsync", "until", until);
  const left = until - clock_gettime(CLOCK_REALTIME);
  await taken(semaphore, left, { call: "sem_timedwait", args: [semaphore, until], signal: asyncSignal("sem_timedwaitAsync", options) });
}

/** Takes 1, within so many milliseconds. */
async function taken(semaphore: number, timeout: number | undefined, asker: Asker): Promise<void> {
  if (tryTake(semaphore, asker)) return;
  const place = located(semaphore);
  const until = timeout === undefined ? undefined : clock_gettime(CLOCK_MONOTONIC) + Math.max(0, timeout);
  await whileThere(place.subscribe, asker, async (mine) => {
    for (;;) {
      const waited = await asWaiter(place, () => sleepOn(semaphore, 0, until, mine));
      // What a post has given is taken even when the wait was given up meanwhile: its wake went to nobody else.
      if (place.data.length > 0 && tryTake(semaphore, asker)) return;
      mine.signal.throwIfAborted();
      if (waited === "timed-out") throw new SystemError(asker.call, ERRNO.ETIMEDOUT, asker.args);
    }
  });
}

/** Sleeps as one of those that sem_post wakes. */
async function asWaiter<T>({ data }: Located, sleep: () => Promise<T>): Promise<T> {
  Atomics.add(data, 0, WAITER);
  try {
    return await sleep();
  } finally {
    if (data.length > 0) Atomics.sub(data, 0, WAITER); // else the memory has gone
  }
}

function tryTake(semaphore: number, { call, args }: Asker): boolean {
  while (posixIpcFunctions().sem_trywait(semaphore) === -1) {
    if (errno() === ERRNO.EAGAIN) return false;
    if (errno() !== ERRNO.EINTR) throw new SystemError(call, errno(), args);
  }
  return true;
}
