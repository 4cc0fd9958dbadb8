/** The calls of a POSIX semaphore, with a name or in shared memory. @module */
import { check, scratch } from "../../ffi/mod.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, setTimespec } from "../time.ts";
import { wrongType, wrongValue } from "../validate.ts";

/** The highest value. */
export const SEM_VALUE_MAX = 0x7fffffff;

/** A semaphore that may be used: libc would read any other address too. */
interface Usable {
  /** How often it is open by name; undefined for one in shared memory. */
  count: number | undefined;
  /** Of one in shared memory: whether the memory is still there. */
  isThere(): boolean;
}

const known = new Map<number, Usable>();
const always = (): boolean => true;

/** A semaphore was opened by name, once more or for the first time. */
export function remember(address: number): void {
  known.set(address, { count: (known.get(address)?.count ?? 0) + 1, isThere: always });
}

/** A semaphore lies in shared memory. */
export function rememberIn(address: number, isThere: () => boolean): void {
  known.set(address, { count: undefined, isThere });
}

/** It was closed once, or destroyed. */
export function forget(address: number): void {
  const { count = 1 } = known.get(address) ?? {};
  if (count > 1) known.set(address, { count: count - 1, isThere: always });
  else known.delete(address);
}

/** An address that one of the calls may use; with `kind` of one that was opened by name, or lies in memory of the program's. */
export function checkSemaphore(call: string, semaphore: unknown, kind?: "name" | "memory"): number {
  if (typeof semaphore !== "number") throw wrongType(call, "semaphore", semaphore, "what sem_open or sem_init gave");
  const found = known.get(semaphore);
  if (!found?.isThere()) throw wrongValue(call, "semaphore", semaphore, "open");
  if (kind && (kind === "name") !== (found.count !== undefined)) throw wrongValue(call, "semaphore", semaphore, `what ${kind === "name" ? "sem_open" : "sem_init"} gave`);
  return semaphore;
}

/**
 * `sem_wait(sem)`: takes 1, waiting while it is 0. A call that a signal interrupts is made again. Nothing comes back when the process
 * ends: System V's SEM_UNDO does that.
 *
 * @throws {TypeError} not an open semaphore
 * @see https://man7.org/linux/man-pages/man3/sem_wait.3.html
 */
export function sem_wait(semaphore: number): void {
  entering("sem_wait");
  checkSemaphore("sem_wait", semaphore);
  retrying(() => posixIpcFunctions().sem_wait(semaphore), "sem_wait", [semaphore]);
}

/** `sem_trywait(sem)`: as {@linkcode sem_wait}, without waiting. Throws EAGAIN: it is 0. @see https://man7.org/linux/man-pages/man3/sem_wait.3.html */
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

/** `sem_post(sem)`: adds 1 and wakes one who waits. Throws EOVERFLOW. @see https://man7.org/linux/man-pages/man3/sem_post.3.html */
export function sem_post(semaphore: number): void {
  entering("sem_post");
  checkSemaphore("sem_post", semaphore);
  check(posixIpcFunctions().sem_post(semaphore), "sem_post", [semaphore]);
}

/** `sem_getvalue(sem, sval)`: the value now. @see https://man7.org/linux/man-pages/man3/sem_getvalue.3.html */
export function sem_getvalue(semaphore: number): number {
  entering("sem_getvalue");
  checkSemaphore("sem_getvalue", semaphore);
  using room = scratch();
  const value = room.take(4);
  check(posixIpcFunctions().sem_getvalue(semaphore, value.address), "sem_getvalue", [semaphore]);
  return value.i32(0);
}

