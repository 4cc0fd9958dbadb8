/**
 * Files under /proc through libc alone: Deno needs no permission but --allow-ffi.
 *
 * One block of memory per thread is reused for every read; a text is copied out of it before the next call.
 *
 * @module
 */
import { allocate, type Block, check, errno, errnoMessage, libc, SystemError } from "../../ffi/mod.ts";
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH, O_RDONLY } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { DIRENT64, STATX } from "../../ffi/layout/file.ts";
import { ERRNO } from "../../ffi/errno.ts";
import { isTelling } from "../tap.ts";

const FIRST_SIZE = 1 << 16;
const PATH_SIZE = 4096;
/** Files under /proc/sys fail with ENOMEM when asked for 4 MiB or more at once. */
const MOST_AT_ONCE = 1 << 20;
const NAME_SIZE = 256;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The blocks in use. */
interface Rooms {
  content?: Block;
  path?: Block;
  statx?: Block;
}

const own: Rooms = {};
/** A listener of the call tap may read while a read of the library is under way. */
const listeners: Rooms = {};
const rooms = (): Rooms => (isTelling() ? listeners : own);

/** A directory under /proc that paths are taken relative to: its descriptor, and its name for errors. */
export interface Place {
  readonly fd: number;
  readonly name: string;
}

/** Paths relative to nothing: absolute ones. */
export const ROOT: Place = { fd: AT_FDCWD, name: "" };

/** Opens a directory for use as a {@linkcode Place}, calls `use`, and closes it. */
export function inDirectory<T>(path: string, use: (place: Place) => T): T {
  const fd = openAt(ROOT, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    return use({ fd, name: `${path}/` });
  } finally {
    libc().close(fd);
  }
}

/** Whole content of a file as text; bytes that are not UTF-8 become U+FFFD. */
export function text(place: Place, path: string): string {
  const length = slurp(place, path);
  return decoder.decode(blockOf().bytes.subarray(0, length));
}

/** A copy of the whole content of a file. */
export function bytesOf(place: Place, path: string): Uint8Array {
  const length = slurp(place, path);
  return blockOf().bytes.slice(0, length);
}

/** Target of a symbolic link. */
export function link(place: Place, path: string): string {
  const block = blockOf();
  const length = libc().readlinkat(place.fd, pathAt(path), block.address, PATH_SIZE);
  if (length < 0) fail("readlinkat", place, path);
  return decoder.decode(block.bytes.subarray(0, length));
}

/** Names of a directory's entries that are numbers, ascending. With `own`, less the directory's own descriptor. */
export function numbers(place: Place, path: string, own = false): number[] {
  const fd = openAt(place, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  try {
    const found: number[] = [];
    while (eachEntry(fd, (at) => { const number = decimal(blockOf().bytes, at); if (number >= 0) found.push(number); }));
    return (own ? found.filter((number) => number !== fd) : found).sort((a, b) => a - b);
  } finally {
    libc().close(fd);
  }
}

/** Names of a directory's entries, in the order the kernel gives them, less "." and "..". */
export function names(place: Place, path: string): string[] {
  const fd = openAt(place, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  try {
    const found: string[] = [];
    while (eachEntry(fd, (at) => found.push(blockOf().text(at, NAME_SIZE))));
    return found.filter((name) => name !== "." && name !== "..");
  } finally {
    libc().close(fd);
  }
}

/** Calls statx on a path, links followed; the block is reused by the next call. */
export function statx(place: Place, path: string, flags: number, mask: number): Block {
  const block = (rooms().statx ??= allocate(STATX.size));
  const result = libc().syscall(syscallNumber("statx"), place.fd, pathAt(path), flags, mask, block.address, 0);
  if (result < 0) fail("statx", place, path);
  return block;
}

/** True when the error says that the process or descriptor asked for is not there (any more). */
export function isGone(error: unknown): boolean {
  return error instanceof SystemError && error.is("ENOENT", "ESRCH");
}

/** Facts that could not be read, by name, each with the reason: "EACCES, Permission denied". */
export type Unknown = Readonly<Record<string, string>>;

/** Reads a fact. What may not be read is undefined, with the reason under its name in `unknown`; that a process is gone is thrown. */
export function known<T>(unknown: Record<string, string>, name: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SystemError) || isGone(error)) throw error;
    unknown[name] = `${error.code}, ${errnoMessage(error.errno)}`;
    return undefined;
  }
}

/** What `read` gives for each, less those that are gone when it looks. */
export function present<A, T>(list: readonly A[], read: (one: A) => T): T[] {
  const found: T[] = [];
  for (const one of list) {
    try {
      found.push(read(one));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return found;
}

function openAt(place: Place, path: string, flags: number): number {
  const fd = libc().openat(place.fd, pathAt(path), flags, 0);
  if (fd < 0) fail("openat", place, path);
  return fd;
}

function fail(call: string, place: Place, path: string): never {
  throw new SystemError(call, errno(), [place.name + path]);
}

/** Reads a file to its end into the room, which grows as needed; returns the length. */
function slurp(place: Place, path: string): number {
  const fd = openAt(place, path, O_RDONLY | O_CLOEXEC);
  try {
    let length = 0;
    for (;;) {
      if (length === blockOf().bytes.length) grow();
      const { bytes } = blockOf();
      const free = length === 0 && bytes.length <= MOST_AT_ONCE ? bytes : bytes.subarray(length, length + MOST_AT_ONCE);
      const count = libc().read(fd, free, free.length);
      if (count < 0 && errno() === ERRNO.EINTR) continue;
      if (count < 0) fail("read", place, path);
      if (count === 0) return length;
      length += count;
    }
  } finally {
    libc().close(fd);
  }
}

/** Calls `use` with the place of each name of one getdents64 batch; false at the end. */
function eachEntry(fd: number, use: (at: number) => void): boolean {
  const { bytes, view, address } = blockOf();
  const length = check(libc().syscall(syscallNumber("getdents64"), fd, address, bytes.length, 0, 0, 0), "getdents64", [fd]);
  for (let at = 0; at < length; at += view.getUint16(at + DIRENT64.at.d_reclen, true)) use(at + DIRENT64.at.d_name);
  return length > 0;
}

/** The NUL-terminated decimal number at `from`, or -1. */
function decimal(bytes: Uint8Array, from: number): number {
  let value = 0;
  for (let at = from; ; at++) {
    const digit = bytes[at] ?? 0;
    if (digit === 0) return at === from ? -1 : value;
    if (digit < 48 || digit > 57) return -1;
    value = value * 10 + digit - 48;
  }
}

function blockOf(): Block {
  return (rooms().content ??= allocate(FIRST_SIZE));
}

function grow(): void {
  const old = blockOf();
  const wider = (rooms().content = allocate(old.bytes.length * 2));
  wider.bytes.set(old.bytes);
}

function pathAt(path: string): number {
  const block = (rooms().path ??= allocate(PATH_SIZE));
  const { read, written } = encoder.encodeInto(path, block.bytes);
  if (read < path.length || written === PATH_SIZE) throw new RangeError(`Cannot open: path has ${path.length} characters, must be at most ${PATH_SIZE - 1} bytes`);
  block.bytes[written] = 0;
  return block.address;
}
