/** Memory of a held process, by process_vm_readv(2). @module */
import { allocate, Block, libc } from "../ffi/mod.ts";

const PAGE = 4096;
const SIZE = 1 << 16;
const decoder = new TextDecoder();
let local: Block | undefined;
let vectors: Block | undefined;

/**
 * Reads up to `length` bytes (at most 64 KiB) at an address. Fewer come back where memory ends; undefined where none can be read.
 * The bytes are overwritten by the next read.
 */
export function readBytes(pid: number, address: number, length: number): Uint8Array | undefined {
  if (address === 0) return undefined;
  const room = (local ??= allocate(SIZE));
  const want = Math.min(length, SIZE);
  if (want === 0) return room.bytes.subarray(0, 0);
  const count = copyIn(pid, address, want, room);
  return count > 0 ? room.bytes.subarray(0, count) : undefined;
}

/** One remote vector a page: the kernel stops at the first it cannot read and gives what came before. */
function copyIn(pid: number, address: number, length: number, room: Block): number {
  const list = (vectors ??= allocate(16 * 20));
  list.setU64(0, room.address);
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
  if (!bytes || bytes.length < length || !local) return undefined;
  return new Block(bytes.slice(), 0);
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
