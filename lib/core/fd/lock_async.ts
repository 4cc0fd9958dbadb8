/** Locks that are waited for without blocking the event loop. @module */
import { F_OFD_SETLK, F_OFD_SETLKW, F_SETLK, F_SETLKW, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN } from "../../ffi/constants/event.ts";
import { FLOCK } from "../../ffi/layout/event.ts";
import { errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags } from "../validate.ts";
import { Fd } from "./fd.ts";
import { checkedLock, fcntlLock, FileLock, type HeldLock, type LockOptions, ownedLock, type RecordLock, writeLock } from "./lock.ts";

/** The operations that wait, and what each is called when it does not. */
const WAITING = new Map([[F_SETLKW, F_SETLK], [F_OFD_SETLKW, F_OFD_SETLK]]);

/**
 * {@linkcode flock} without blocking the event loop.
 *
 * @throws {SystemError} as flock
 * @see https://man7.org/linux/man-pages/man2/flock.2.html
 * @example
 * ```ts
 * import { flockAsync, LOCK_EX, LOCK_UN, memfd_create } from "forkscope";
 * const fd = memfd_create("door");
 * await flockAsync(fd, LOCK_EX, { signal: AbortSignal.timeout(1000) });
 * await flockAsync(fd, LOCK_UN);
 * ```
 */
export async function flockAsync(fd: number, op: number, options?: AsyncOptions): Promise<void> {
  entering("flockAsync");
  checkFd("flockAsync", fd);
  checkFlags("flockAsync", "op", op, LOCK_SH | LOCK_EX | LOCK_UN | LOCK_NB);
  const asker = { call: "flock", args: [fd, op], signal: asyncSignal("flockAsync", options) };
  const now = eventFunctions().flock(fd, op | LOCK_NB);
  if (!mustWait(now, (op & LOCK_NB) !== 0, asker)) return;
  await callAsync("flock", [fd, op], asker);
}

/**
 * {@linkcode fcntlLock} without blocking the event loop. Only F_SETLKW and F_OFD_SETLKW wait.
 *
 * A lock of F_SETLKW is the process's, and so are all waits for one: two waits that stand in each other's way from two processes fail
 * with EDEADLK.
 *
 * @throws {SystemError} as fcntlLock
 * @see https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html
 * @example
 * ```ts
 * import { F_OFD_SETLKW, F_WRLCK, fcntlLockAsync, memfd_create } from "forkscope";
 * await fcntlLockAsync(memfd_create("table"), F_OFD_SETLKW, { type: F_WRLCK, start: 0, length: 100 });
 * ```
 */
export async function fcntlLockAsync(fd: number, op: number, lock: RecordLock, options?: AsyncOptions): Promise<HeldLock | undefined> {
  entering("fcntlLockAsync");
  checkFd("fcntlLockAsync", fd);
  const wanted = checkedLock("fcntlLockAsync", lock);
  const signal = asyncSignal("fcntlLockAsync", options);
  if (!WAITING.has(op)) return fcntlLock(fd, op, lock);
  await locked(fd, op, wanted, { call: "fcntl", args: [fd, op, lock], signal });
  return undefined;
}

/**
 * {@linkcode lockFile} without blocking the event loop.
 *
 * @throws {SystemError} as fcntlLock
 * @see https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html
 * @example
 * ```ts
 * import { lockFileAsync, memfd_create } from "forkscope";
 * using lock = await lockFileAsync(memfd_create("table"), { start: 0, length: 100, signal: AbortSignal.timeout(1000) });
 * console.log(lock.isHeld); // true
 * ```
 */
export async function lockFileAsync(fd: number | Fd, options: LockOptions & AsyncOptions = {}): Promise<FileLock> {
  entering("lockFileAsync");
  const number = checkFd("lockFileAsync", fd instanceof Fd ? fd.number : fd);
  const wanted = checkedLock("lockFileAsync", ownedLock(options));
  await locked(number, F_OFD_SETLKW, wanted, { call: "fcntl", args: [number, F_OFD_SETLKW, options], signal: asyncSignal("lockFileAsync", options) });
  return new FileLock(fd, wanted.start, wanted.length);
}

/** Tries, and then waits on a thread. */
async function locked(fd: number, op: number, lock: Required<RecordLock>, asker: Asker): Promise<void> {
  const structure = tryLock(fd, WAITING.get(op) ?? op, lock, asker);
  if (!structure) return;
  using memory = CMemory.of(asker.call, structure);
  await callAsync("fcntl", [fd, op, memory.address], asker);
}

/** Takes a lock that nobody holds; else gives the struct flock to wait with. */
function tryLock(fd: number, op: number, lock: Required<RecordLock>, asker: Asker): Uint8Array | undefined {
  using room = scratch();
  const block = room.take(FLOCK.size);
  writeLock(block, lock);
  return mustWait(libc().fcntl(fd, op, block.address), false, asker) ? block.bytes.slice() : undefined;
}

/** Whether a try failed because another holds the lock; a failure of any other kind is thrown, as is this one where nobody wants to wait. */
function mustWait(result: number, never: boolean, { call, args }: Asker): boolean {
  if (result !== -1) return false;
  const reason = errno();
  if (!never && (reason === ERRNO.EAGAIN || reason === ERRNO.EACCES || reason === ERRNO.EINTR)) return true;
  throw new SystemError(call, reason, args);
}
