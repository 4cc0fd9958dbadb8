/** The calls of a POSIX semaphore, with a name or in shared memory. @module */
import { check, scratch, usable } from "../../ffi/mod.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { SEM } from "../../ffi/layout/thread.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, setTimespec } from "../time.ts";
import { wrongType, wrongValue } from "../validate.ts";
import { Ends, type Subscribe } from "./lasting.ts";
import { untilUnmapped } from "./mapping.ts";

/** The highest value. */
export const SEM_VALUE_MAX = 0x7fffffff;

/** Where a semaphore lies, and what tells of its end. */
export interface Located {
  /** The value and the number of waiters; of length 0 once the memory has gone. */
  readonly data: BigInt64Array<ArrayBuffer>;
  readonly subscribe: Subscribe;
}

/** A semaphore that may be used: libc would read any other address too. */
interface Usable {
  /** How often it is open by name; undefined for one in shared memory. */
  count: number | undefined;
  readonly ends: Ends;
  /** Of one in shared memory: where it lies. Of one with a name: only once somebody waits for it here. */
  buffer: ArrayBuffer | undefined;
  readonly offset: number;
}

const known = new Map<number, Usable>();

/** A semaphore was opened by name, once more or for the first time. */
export function remember(address: number): void {
  const before = known.get(address);
  if (before?.count === undefined) known.set(address, { count: 1, ends: new Ends(), buffer: undefined, offset: 0 });
  else before.count++;
}

/** A semaphore lies in shared memory. */
export function rememberIn(address: number, buffer: ArrayBuffer, offset: number): void {
  const before = known.get(address);
  if (before?.buffer !== buffer) known.set(address, { count: undefined, ends: new Ends(), buffer, offset });
}

/** It was closed once, or destroyed: who waits for it here is told when it goes. */
export function forget(address: number): void {
  const found = known.get(address);
  if (!found) return;
  if (found.count !== undefined && --found.count > 0) return;
  known.delete(address);
  found.ends.tell(Ends.error("the semaphore was closed"));
  if (found.count !== undefined && found.buffer) structuredClone(found.buffer, { transfer: [found.buffer] });
}

/** The memory of a checked semaphore. */
export function located(address: number): Located {
  const found = known.get(address);
  if (!found) throw wrongValue("wait for a semaphore", "semaphore", address, "open");
  const buffer = (found.buffer ??= usable().memory(address, SEM.size));
  const unmapped = untilUnmapped(buffer);
  const subscribe: Subscribe = (ended) => {
    const all = [found.ends.subscribe(ended), unmapped(ended)];
    return () => all.forEach((unsubscribe) => unsubscribe());
  };
  return { data: new BigInt64Array(buffer, found.offset, 1), subscribe };
}

/** An address that one of the calls may use; with `kind` of one that was opened by name, or lies in memory of the program's. */
export function checkSemaphore(call: string, semaphore: unknown, kind?: "name" | "memory"): number {
  if (typeof semaphore !== "number") throw wrongType(call, "semaphore", semaphore, "what sem_open or sem_init gave");
  const found = known.get(semaphore);
  if (!found || found.buffer?.byteLength === 0) throw wrongValue(call, "semaphore", semaphore, "open");
  if (kind && (kind === "name") !== (found.count !== undefined)) throw wrongValue(call, "semaphore", semaphore, `what ${kind === "name" ? "sem_open" : "sem_init"} gave`);
  return semaphore;
}

/**
 * `sem_wait(sem)`: takes 1, waiting while it is 0. A call that a signal interrupts is made again. Nothing comes back when the process
 * ends: System V's SEM_UNDO does that.
 *
 * @throws {TypeError} not an open semaphore
 * @see https://man7.org/linux/man-pages/man3/sem_wait.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_getvalue, sem_init, sem_wait } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 2);
 * sem_wait(semaphore);
 * console.log(sem_getvalue(semaphore)); // 1
 * ```
 */
export function sem_wait(semaphore: number): void {
  entering("sem_wait");
  checkSemaphore("sem_wait", semaphore);
  retrying(() => posixIpcFunctions().sem_wait(semaphore), "sem_wait", [semaphore]);
}

/**
 * `sem_trywait(sem)`: as {@linkcode sem_wait}, without waiting.
 *
 * @throws {SystemError} EAGAIN: it is 0
 * @throws {TypeError} not an open semaphore
 * @see https://man7.org/linux/man-pages/man3/sem_wait.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_getvalue, sem_init, sem_trywait } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 1);
 * sem_trywait(semaphore);
 * console.log(sem_getvalue(semaphore)); // 0
 * ```
 */
export function sem_trywait(semaphore: number): void {
  entering("sem_trywait");
  checkSemaphore("sem_trywait", semaphore);
  retrying(() => posixIpcFunctions().sem_trywait(semaphore), "sem_trywait", [semaphore]);
}

/**
 * `sem_timedwait(sem, abs_timeout)`: as {@linkcode sem_wait}, until a time of CLOCK_REALTIME.
 *
 * @param until in milliseconds since 1970, as Date.now() gives
 * @throws {SystemError} ETIMEDOUT
 * @see https://man7.org/linux/man-pages/man3/sem_wait.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_init, sem_timedwait, SystemError } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 0);
 * try {
 *   sem_timedwait(semaphore, Date.now() + 5);
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ETIMEDOUT"
 * }
 * ```
 */
export function sem_timedwait(semaphore: number, until: number): void {
  entering("sem_timedwait");
  checkSemaphore("sem_timedwait", semaphore);
  checkMilliseconds("sem_timedwait", "until", until);
  using room = scratch();
  const time = room.take(TIMESPEC.size);
  setTimespec(time, 0, until);
  retrying(() => posixIpcFunctions().sem_timedwait(semaphore, time.address), "sem_timedwait", [semaphore, until]);
}

/**
 * `sem_post(sem)`: adds 1 and wakes one who waits.
 *
 * @throws {SystemError} EOVERFLOW: it is 2^31 - 1
 * @throws {TypeError} not an open semaphore
 * @see https://man7.org/linux/man-pages/man3/sem_post.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_getvalue, sem_init, sem_post } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 0);
 * sem_post(semaphore);
 * console.log(sem_getvalue(semaphore)); // 1
 * ```
 */
export function sem_post(semaphore: number): void {
  entering("sem_post");
  checkSemaphore("sem_post", semaphore);
  check(posixIpcFunctions().sem_post(semaphore), "sem_post", [semaphore]);
}

/**
 * `sem_getvalue(sem, sval)`: the value now; another process may change it at once.
 *
 * @throws {TypeError} not an open semaphore
 * @see https://man7.org/linux/man-pages/man3/sem_getvalue.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_getvalue, sem_init } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 5);
 * console.log(sem_getvalue(semaphore)); // 5
 * ```
 */
export function sem_getvalue(semaphore: number): number {
  entering("sem_getvalue");
  checkSemaphore("sem_getvalue", semaphore);
  using room = scratch();
  const value = room.take(4);
  check(posixIpcFunctions().sem_getvalue(semaphore, value.address), "sem_getvalue", [semaphore]);
  return value.i32(0);
}

