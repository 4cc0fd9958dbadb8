/**
 * Memory of a held process, by process_vm_readv(2).
 *
 * What a call's arguments point to is fetched while its thread is held, and shown after it has gone on: a {@linkcode Kept}
 * holds the bytes meanwhile, in one pool that is used anew when everything fetched was shown.
 *
 * @module
 */
import { allocate, Block, libc } from "../ffi/mod.ts";

const PAGE = 4096;
const SIZE = 1 << 16;
const POOL = 1 << 20;
const WINDOW = 256;
/** Most strings are shorter. */
const SHORT = 192;
const decoder = new TextDecoder();
let local: Block | undefined;
let vectors: Block | undefined;
let pool: Block | undefined;
let windowed: Block | undefined;
let top = 0;
/** Where reading looks, while a call is shown that may have gone on. */
let shown: Kept | undefined;

/** Bytes fetched for one call. */
export class Kept {
  /** Address, place in the pool and length of each piece. */
  readonly #pieces: number[] = [];

  /** Fetches up to `length` bytes at an address. */
  fetch(pid: number, address: number, length: number): void {
    if (address === 0 || length === 0 || shown) return;
    const into = (pool ??= allocate(POOL));
    const want = Math.min(length, POOL - top);
    const count = want > 0 ? copyIn(pid, address, want, into.address + top) : 0;
    if (count <= 0) return;
    this.#pieces.push(address, top, count);
    top += count;
  }

  /** Fetches a string: at once what most have, and what is longer up to `max` bytes. */
  fetchString(pid: number, address: number, max: number): void {
    if (shown) return;
    this.fetch(pid, address, Math.min(SHORT, max));
    const got = this.#pieces.at(-1) ?? 0;
    const from = top - got;
    if (got !== SHORT || max <= SHORT || this.#pieces.at(-3) !== address || pool?.bytes.subarray(from, top).includes(0)) return;
    this.#pieces.length -= 3;
    top = from;
    this.fetch(pid, address, max);
  }

  /** Takes over bytes that were fetched otherwise. */
  put(address: number, bytes: Uint8Array): void {
    if (bytes.length > POOL - top) return;
    (pool ??= allocate(POOL)).bytes.set(bytes, top);
    this.#pieces.push(address, top, bytes.length);
    top += bytes.length;
  }

  find(address: number, length: number): Uint8Array | undefined {
    const pieces = this.#pieces;
    for (let i = 0; i < pieces.length; i += 3) {
      const at = pieces[i + 1] ?? 0;
      if (pieces[i] === address) return pool?.bytes.subarray(at, at + Math.min(length, pieces[i + 2] ?? 0));
    }
    return undefined;
  }
}

/** The pool is filling up: what was fetched should be shown soon. */
export function isPoolFull(): boolean {
  return top > POOL / 2;
}

/** Everything fetched was shown. */
export function emptyPool(): void {
  top = 0;
}

/** Calls `show` with every read going to what was fetched; inside another, to what that one was given. */
export function showing<T>(kept: Kept, show: () => T): T {
  if (shown) return show();
  shown = kept;
  try {
    return show();
  } finally {
    shown = undefined;
  }
}

/**
 * Reads up to `length` bytes (at most 64 KiB) at an address. Fewer come back where memory ends; undefined where none can be read.
 * The bytes are overwritten by the next read.
 */
export function readBytes(pid: number, address: number, length: number): Uint8Array | undefined {
  if (address === 0) return undefined;
  if (shown) return length === 0 ? new Uint8Array(0) : shown.find(address, length);
  const room = (local ??= allocate(SIZE));
  const want = Math.min(length, SIZE);
  if (want === 0) return room.bytes.subarray(0, 0);
  const count = copyIn(pid, address, want, room.address);
  return count > 0 ? room.bytes.subarray(0, count) : undefined;
}

/** One remote vector a page: the kernel stops at the first it cannot read and gives what came before. */
function copyIn(pid: number, address: number, length: number, to: number): number {
  const list = (vectors ??= allocate(16 * 20));
  list.setU64(0, to);
  list.setU64(8, length);
  let pieces = 0;
  for (let done = 0; done < length && pieces < 18; pieces++) {
    const piece = Math.min(length - done, PAGE - ((address + done) % PAGE));
    list.setU64(16 + 16 * pieces, address + done);
    list.setU64(24 + 16 * pieces, piece);
    done += piece;
  }
  return libc().process_vm_readv(pid, list.address, 1, list.address + 16, pieces, 0);
}

/** A block over the bytes at an address, or undefined unless all of them could be read. */
export function readBlock(pid: number, address: number, length: number): Block | undefined {
  const bytes = readBytes(pid, address, length);
  if (!bytes || bytes.length < length) return undefined;
  return new Block(bytes.slice(), 0);
}

/** As {@linkcode readBlock}, of at most 256 bytes, in a block that the next call of this function uses again. */
export function readWindow(pid: number, address: number, length: number): Block | undefined {
  const bytes = readBytes(pid, address, length);
  if (!bytes || bytes.length < length) return undefined;
  windowed ??= allocate(WINDOW);
  windowed.bytes.set(bytes);
  return windowed;
}

/** A NUL-terminated string; `cut` when it goes on after `max` bytes. */
export function readString(pid: number, address: number, max: number): { text: string; cut: boolean } | undefined {
  const bytes = readBytes(pid, address, max + 1);
  if (!bytes) return undefined;
  const end = bytes.indexOf(0);
  if (end >= 0) return { text: decoder.decode(bytes.subarray(0, end)), cut: false };
  return { text: decoder.decode(bytes.subarray(0, max)), cut: true };
}

/** UTF-8 text of exactly these bytes, or undefined. */
export function readText(pid: number, address: number, length: number): string | undefined {
  const bytes = readBytes(pid, address, length);
  return bytes && bytes.length === length ? decoder.decode(bytes) : undefined;
}

/** A NULL-terminated array of strings; at most `max` of them, and the number there are (counted up to 512). */
export function readStrings(pid: number, address: number, max: number, length: number): { list: { text: string; cut: boolean }[]; count: number } | undefined {
  const bytes = readBytes(pid, address, 8 * 513);
  if (!bytes) return undefined;
  const block = new Block(bytes.slice(), 0);
  const list: { text: string; cut: boolean }[] = [];
  let count = 0;
  for (; 8 * count + 8 <= block.bytes.length; count++) {
    const at = block.u64(8 * count);
    if (at === 0) break;
    const text = count < max ? readString(pid, at, length) : undefined;
    if (text) list.push(text);
  }
  return { list, count };
}
