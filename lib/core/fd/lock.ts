/** flock, record locks and open-file-description locks. @module */
import { type Block, libc, scratch } from "../../ffi/mod.ts";
import {
  F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_RDLCK, F_SETLK, F_SETLKW, F_UNLCK, F_WRLCK, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN,
} from "../../ffi/constants/event.ts";
import { SEEK_END, SEEK_SET } from "../../ffi/constants/file.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { FLOCK } from "../../ffi/layout/event.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, checkOptions, outOfRange, wrongType } from "../validate.ts";
import { Fd } from "./fd.ts";

const OPERATIONS: readonly number[] = [F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW];
const { MAX_SAFE_INTEGER, MIN_SAFE_INTEGER } = Number;

/**
 * `flock(fd, op)`: locks a whole file, waits while another open file description holds it, or lets it go.
 *
 * The lock is the description's: a forked child and a duplicate share it, and it goes with LOCK_UN on any of them or with the last of
 * them. It binds only those who ask for it. A call that a signal interrupts is made again.
 *
 * @param op LOCK_SH, LOCK_EX or LOCK_UN, with LOCK_NB to fail and not wait
 * @throws {SystemError} EAGAIN: held, and LOCK_NB set; EBADF; EINVAL: none of the three; ENOLCK
 * @see https://man7.org/linux/man-pages/man2/flock.2.html
 * @example
 * ```ts
 * import { flock, LOCK_EX, LOCK_UN, memfd_create } from "forkscope";
 * const fd = memfd_create("door");
 * flock(fd, LOCK_EX);
 * flock(fd, LOCK_UN);
 * ```
 */
export function flock(fd: number, op: number): void {
  entering("flock");
  checkFd("flock", fd);
  checkFlags("flock", "op", op, LOCK_SH | LOCK_EX | LOCK_UN | LOCK_NB);
  retrying(() => eventFunctions().flock(fd, op), "flock", [fd, op]);
}

/** A lock on bytes of a file, as struct flock. */
export interface RecordLock {
  /** F_RDLCK (shared; fd must be open to read), F_WRLCK (fd must be open to write) or F_UNLCK. */
  type: number;
  /** What `start` counts from: SEEK_SET unless given, SEEK_CUR, SEEK_END. */
  whence?: number;
  /** First byte, 0 unless given. */
  start?: number;
  /** Bytes; 0, unless given, for all to the end however far it moves; below 0: those before `start`. */
  length?: number;
}

/** A lock that stands in the way. */
export interface HeldLock extends Required<RecordLock> {
  /** Who holds it: a process, or -1 for an open file description. */
  pid: number;
}

/**
 * `fcntl(fd, op, lock)`: locks on bytes of a file.
 *
 * F_SETLK, F_SETLKW: the lock is the process's: a forked child does not have it, and it goes when the process closes any descriptor of
 * the file. F_OFD_SETLK, F_OFD_SETLKW (Linux 3.15): the open file description's, as flock's. The W waits; a call that a signal interrupts
 * is made again. F_GETLK, F_OFD_GETLK ask who stands in the way.
 *
 * @returns of F_GETLK and F_OFD_GETLK: a lock in the way, its start from SEEK_SET; undefined when there is none, and of the others
 * @throws {SystemError} EAGAIN, EACCES: held by another; EDEADLK: each would wait for the other (F_SETLKW); EBADF: not open so as the
 *   type needs; EINVAL: a range below 0; EOVERFLOW; ENOLCK
 * @see https://man7.org/linux/man-pages/man2/F_SETLK.2const.html
 * @example
 * ```ts
 * import { F_OFD_SETLK, F_UNLCK, F_WRLCK, fcntlLock, memfd_create } from "forkscope";
 * const fd = memfd_create("table");
 * fcntlLock(fd, F_OFD_SETLK, { type: F_WRLCK, start: 0, length: 100 });
 * fcntlLock(fd, F_OFD_SETLK, { type: F_UNLCK });
 * ```
 */
export function fcntlLock(fd: number, op: number, lock: RecordLock): HeldLock | undefined {
  entering("fcntlLock");
  checkFd("fcntlLock", fd);
  checkInteger("fcntlLock", "op", op, 0, 0x7fffffff);
  if (!OPERATIONS.includes(op)) throw outOfRange("fcntlLock", "op", op, "F_GETLK, F_SETLK, F_SETLKW or their F_OFD_ forms");
  const wanted = checkedLock("fcntlLock", lock);
  using room = scratch();
  const block = room.take(FLOCK.size);
  writeLock(block, wanted);
  retrying(() => libc().fcntl(fd, op, block.address), "fcntl", [fd, op, lock]);
  const asked = op === F_GETLK || op === F_OFD_GETLK;
  return asked ? readLock(block) : undefined;
}

/** The lock with all its fields. */
export function checkedLock(call: string, lock: RecordLock): Required<RecordLock> {
  if (lock === undefined) throw wrongType(call, "lock", lock, "an object { type, start, length }");
  checkOptions(call, lock);
  const { type, whence = SEEK_SET, start = 0, length = 0 } = lock;
  checkInteger(call, "type", type, F_RDLCK, F_UNLCK);
  checkInteger(call, "whence", whence, SEEK_SET, SEEK_END);
  checkInteger(call, "start", start, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER);
  checkInteger(call, "length", length, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER);
  return { type, whence, start, length };
}

/** Writes a struct flock. */
export function writeLock(block: Block, { type, whence, start, length }: Required<RecordLock>): void {
  block.setU16(FLOCK.at.l_type, type);
  block.setU16(FLOCK.at.l_whence, whence);
  block.setU64(FLOCK.at.l_start, start);
  block.setU64(FLOCK.at.l_len, length);
}

function readLock(block: Block): HeldLock | undefined {
  const type = block.view.getInt16(FLOCK.at.l_type, true);
  if (type === F_UNLCK) return undefined;
  const whence = block.view.getInt16(FLOCK.at.l_whence, true);
  return { type, whence, start: block.i64(FLOCK.at.l_start), length: block.i64(FLOCK.at.l_len), pid: block.i32(FLOCK.at.l_pid) };
}

/** What to lock, and how. */
export interface LockOptions {
  /** Others may hold it shared too; the file must be open to read. Exclusive unless set. */
  shared?: boolean;
  /** First byte, from the start of the file. */
  start?: number;
  /** Bytes; all to the end unless given. */
  length?: number;
}

/**
 * Takes an open-file-description lock and gives what lets it go; waits for it.
 *
 * @throws {SystemError} as {@linkcode fcntlLock}
 * @see https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html
 * @example
 * ```ts
 * import { lockFile, memfd_create } from "forkscope";
 * const fd = memfd_create("table");
 * {
 *   using lock = lockFile(fd, { start: 0, length: 100 });
 *   console.log(lock.isHeld); // true
 * }
 * ```
 */
export function lockFile(fd: number | Fd, options: LockOptions = {}): FileLock {
  return taken(fd, F_OFD_SETLKW, options);
}

/**
 * As {@linkcode lockFile}, without waiting: undefined when another holds it.
 *
 * @throws {SystemError} as {@linkcode lockFile}, but for the wait
 * @example
 * ```ts
 * import { memfd_create, tryLockFile } from "forkscope";
 * using lock = tryLockFile(memfd_create("table"));
 * console.log(lock !== undefined); // true
 * ```
 */
export function tryLockFile(fd: number | Fd, options: LockOptions = {}): FileLock | undefined {
  try {
    return taken(fd, F_OFD_SETLK, options);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EAGAIN" || code === "EACCES") return undefined;
    throw error;
  }
}

function taken(fd: number | Fd, op: number, options: LockOptions): FileLock {
  const lock = ownedLock(options);
  fcntlLock(fd instanceof Fd ? fd.number : fd, op, lock);
  return new FileLock(fd, lock.start, lock.length);
}

/** The lock that these options ask for. */
export function ownedLock(options: LockOptions): { type: number; start: number; length: number } {
  checkOptions("lock", options);
  const { shared = false, start = 0, length = 0 } = options;
  if (typeof shared !== "boolean") throw wrongType("lock", "shared", shared, "true or false");
  return { type: shared ? F_RDLCK : F_WRLCK, start, length };
}

/**
 * A lock that {@linkcode lockFile} took; let go once, or with the last descriptor of the description.
 *
 * @example
 * ```ts
 * import { Fd, lockFile, O_RDWR, O_TMPFILE } from "forkscope";
 * using file = Fd.open("/tmp", O_TMPFILE | O_RDWR);
 * {
 *   using held = lockFile(file);
 *   console.log(held.isHeld); // true
 * }
 * ```
 */
export class FileLock {
  readonly #fd: number | Fd;
  readonly #range: { start: number; length: number };
  #held = true;

  constructor(fd: number | Fd, start: number, length: number) {
    this.#fd = fd;
    this.#range = { start, length };
  }

  /** True until it was let go, or the owned descriptor closed. */
  get isHeld(): boolean {
    return this.#held && (typeof this.#fd === "number" || this.#fd.isOpen);
  }

  /** Lets it go; nothing when that was done. */
  release(): void {
    if (!this.isHeld) return;
    this.#held = false;
    fcntlLock(this.#fd instanceof Fd ? this.#fd.number : this.#fd, F_OFD_SETLK, { type: F_UNLCK, ...this.#range });
  }
  [Symbol.dispose](): void {
    this.release();
  }
}
