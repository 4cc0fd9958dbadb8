/**
 * Reading and writing without blocking the event loop.
 *
 * An O_NONBLOCK descriptor is tried, waited for and tried again. One that blocks is tried with RWF_NOWAIT, which neither waits nor touches
 * the flags that other processes share; what the kernel cannot do so (a file that is not in memory, a terminal) a call thread does, with
 * memory of its own.
 *
 * @module
 */
import { EPOLLIN, EPOLLOUT } from "../../ffi/constants/event.ts";
import { F_GETFL, O_NONBLOCK, S_IFREG } from "../../ffi/constants/file.ts";
import { RWF_NOWAIT } from "../../ffi/constants/memory.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, ERRNO, errno, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { readyAgain } from "../async/wait.ts";
import { isType } from "../proc/fd.ts";
import { vector } from "./position.ts";
import { fstat } from "./stat.ts";

/** The offset that stands for the description's own. */
export const HERE = -1;

/** What is read or written: asked for at each try, since a program may do away with a buffer meanwhile, which is refused then. */
type Pieces = () => readonly Uint8Array[];

/** One way: what a try is called, by readiness for what it waits, and what a call thread calls. */
interface Way {
  readonly now: "preadv2" | "pwritev2";
  readonly events: number;
  readonly plain: "read" | "write";
  readonly at: "pread64" | "pwrite64";
}

const READ: Way = { now: "preadv2", events: EPOLLIN, plain: "read", at: "pread64" };
const WRITE: Way = { now: "pwritev2", events: EPOLLOUT, plain: "write", at: "pwrite64" };
/** A descriptor that blocks and was ready so often in vain is left to a call thread. */
const TRIES = 3;

/** Reads once, as read(2) and its kin do; gives the bytes read. */
export async function readInto(fd: number, offset: number, pieces: Pieces, asker: Asker): Promise<number> {
  const blocking = isBlocking(fd, asker);
  const read = await transferNow(READ, fd, offset, pieces, blocking, asker);
  if (read === undefined) return readByThread(fd, offset, pieces, asker);
  // A file of which only a part was in memory: read(2) gives less than asked for at its end alone.
  if (!blocking || read === 0 || read === total(pieces()) || !isType(fstat(fd).mode, S_IFREG)) return read;
  return read + (await rest(() => readByThread(fd, offset === HERE ? HERE : offset + read, () => after(pieces(), read), asker)));
}

/** Writes as write(2) does: to a descriptor that blocks, all of it, unless an abort or a failure comes when a part was written. */
export async function writeFrom(fd: number, offset: number, pieces: Pieces, asker: Asker): Promise<number> {
  const blocking = isBlocking(fd, asker);
  const length = total(pieces());
  const once = async (done: number): Promise<number> => {
    const from = offset === HERE ? HERE : offset + done;
    const left = (): readonly Uint8Array[] => after(pieces(), done);
    return (await transferNow(WRITE, fd, from, left, blocking, asker)) ?? writeByThread(fd, from, left, asker);
  };
  const wanted = blocking ? length : 0;
  let done = await once(0);
  for (let more = done; done < wanted && more > 0; done += more) more = await rest(() => once(done));
  return done;
}

/** True for a descriptor whose description has no O_NONBLOCK. */
export function isBlocking(fd: number, { call, args }: Asker): boolean {
  return (check(libc().fcntl(fd, F_GETFL, 0), call, args) & O_NONBLOCK) === 0;
}

/** When a part is done, what ends the rest ends the call with that part. */
async function rest(go: () => Promise<number>): Promise<number> {
  try {
    return await go();
  } catch {
    return 0;
  }
}

/** Tries, and again when the descriptor is ready; undefined when a thread has to do it. */
async function transferNow(way: Way, fd: number, offset: number, pieces: Pieces, blocking: boolean, asker: Asker): Promise<number | undefined> {
  const most = blocking ? TRIES : Infinity;
  for (let tries = 0; tries < most; tries++) {
    const result = tryOnce(way.now, fd, offset, pieces(), blocking ? RWF_NOWAIT : 0);
    if (result !== -1) return result;
    const reason = errno();
    const unsupported = blocking && (reason === ERRNO.ENOTSUP || reason === ERRNO.ENOSYS);
    if (reason === ERRNO.EAGAIN || unsupported) await readyAgain(fd, way.events, tries, asker);
    else if (reason !== ERRNO.EINTR) throw new SystemError(asker.call, reason, asker.args);
    if (unsupported) return undefined;
  }
  return undefined;
}

function tryOnce(name: string, fd: number, offset: number, pieces: readonly Uint8Array[], flags: number): number {
  using room = scratch();
  return libc().syscall(syscallNumber(name), fd, vector(pieces, room).address, pieces.length, offset, 0, flags);
}

async function readByThread(fd: number, offset: number, pieces: Pieces, asker: Asker): Promise<number> {
  using memory = new CMemory(asker.call, total(pieces()));
  const read = await byThread(READ, fd, offset, memory, asker);
  let done = 0;
  for (const piece of pieces()) {
    const some = piece.subarray(0, Math.max(0, read - done));
    if (some.length > 0) some.set(memory.get(some.length, done));
    done += piece.length;
  }
  return read;
}

async function writeByThread(fd: number, offset: number, pieces: Pieces, asker: Asker): Promise<number> {
  const list = pieces();
  using memory = new CMemory(asker.call, total(list));
  let at = 0;
  for (const piece of list) {
    memory.put(piece, at);
    at += piece.length;
  }
  return await byThread(WRITE, fd, offset, memory, asker);
}

function byThread(way: Way, fd: number, offset: number, { address, length }: CMemory, asker: Asker): Promise<number> {
  return offset === HERE ? callAsync(way.plain, [fd, address, length], asker) : callAsync(way.at, [fd, address, length, offset], asker);
}

function total(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** The pieces without their first bytes. */
function after(pieces: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes;
  return pieces.flatMap((piece) => {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    return skipped === piece.length && bytes > 0 ? [] : [piece.subarray(skipped)];
  });
}
