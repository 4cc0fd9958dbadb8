/**
 * Memory that C may keep the address of for the length of a call.
 *
 * One arena over an explicit ArrayBuffer, off the moving heap, at one address for the life of the thread.
 * Callers take room in stack order: `const m = scratch(); ... m.release()` or the `using` form.
 *
 * @module
 */
import { backend } from "./backend/select.ts";

const SIZE = 1 << 18;
const ALIGN = 16;
/** Up to so many bytes a loop is faster than a view and its methods. */
const FEW = 32;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A block of memory with a fixed address. Values are little-endian, as on every machine supported. */
export class Block {
  readonly address: number;
  readonly length: number;
  /** The memory it lies in, and where. */
  readonly #room: DataView;
  readonly #at: number;
  #bytes: Uint8Array | undefined;
  #view: DataView | undefined;

  /** Over all of some memory, whose first byte lies at `address`, or over `length` bytes of it from `at` on. */
  constructor(memory: DataView | Uint8Array, address: number, at = 0, length = memory.byteLength) {
    this.#room = memory instanceof DataView ? memory : new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    this.#at = at;
    this.length = length;
    this.address = address + at;
  }

  /** All of it, as bytes. */
  get bytes(): Uint8Array {
    return (this.#bytes ??= new Uint8Array(this.#room.buffer, this.#room.byteOffset + this.#at, this.length));
  }
  /** All of it, for what the methods below do not read. */
  get view(): DataView {
    return (this.#view ??= new DataView(this.#room.buffer, this.#room.byteOffset + this.#at, this.length));
  }

  i32(offset: number): number {
    return this.#room.getInt32(this.#at + offset, true);
  }
  u32(offset: number): number {
    return this.#room.getUint32(this.#at + offset, true);
  }
  /** An unsigned 64-bit value as a number; exact up to 2^53. */
  u64(offset: number): number {
    return this.u32(offset) + this.u32(offset + 4) * 4294967296;
  }
  /** A signed 64-bit value as a number; exact within 2^53. */
  i64(offset: number): number {
    return this.u32(offset) + this.i32(offset + 4) * 4294967296;
  }
  setI32(offset: number, value: number): void {
    this.#room.setInt32(this.#at + offset, value, true);
  }
  setU32(offset: number, value: number): void {
    this.#room.setUint32(this.#at + offset, value, true);
  }
  setU16(offset: number, value: number): void {
    this.#room.setUint16(this.#at + offset, value, true);
  }
  /** Stores a safe integer (negative ones as two's complement) in 64 bits. */
  setU64(offset: number, value: number): void {
    this.setU32(offset, value >>> 0);
    this.setU32(offset + 4, Math.floor(value / 4294967296) >>> 0);
  }
  /** Copies bytes into its start. */
  put(bytes: Uint8Array): void {
    if (bytes.length > FEW) return this.bytes.set(bytes);
    for (let i = 0; i < bytes.length; i++) this.#room.setUint8(this.#at + i, bytes[i] ?? 0);
  }
  /** A copy of its first bytes. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    if (length > FEW) return new Uint8Array(this.bytes.subarray(0, length));
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.#room.getUint8(this.#at + i);
    return bytes;
  }
  /** The text up to the first NUL, at most `max` bytes. */
  text(offset: number, max: number): string {
    const end = this.bytes.subarray(offset, offset + max).indexOf(0);
    return decoder.decode(this.bytes.subarray(offset, end < 0 ? offset + max : offset + end));
  }
}

/** Makes a block that lives as long as it is referenced: for addresses the kernel keeps beyond a call. */
export function allocate(length: number): Block {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  return new Block(bytes, addressOf(bytes));
}

/** The arena as a whole, once somebody took of it. */
let arena: Block | undefined;
let top = 0;

/** Room taken from the arena in stack order; released by `release` or at the end of a `using` scope. */
export class Scratch {
  readonly #mark = top;
  /** Blocks too large for the arena, kept alive by this scope. */
  #kept: Block[] | undefined;

  /** `length` zeroed bytes, 16-byte aligned. */
  take(length: number): Block {
    const start = top;
    const end = start + ((length + ALIGN - 1) & ~(ALIGN - 1));
    if (end > SIZE) return this.#keep(allocate(length));
    const { address, bytes, view } = (arena ??= allocate(SIZE));
    top = end;
    bytes.fill(0, start, end);
    return new Block(view, address, start, length);
  }

  /** Address of a NUL-terminated copy of `text` in UTF-8. The caller has refused inner NUL bytes. */
  string(text: string): number {
    const bytes = encoder.encode(text);
    const block = this.take(bytes.length + 1);
    block.bytes.set(bytes);
    return block.address;
  }

  /** Address of a NULL-terminated array of strings, as argv and envp are. */
  strings(list: readonly string[]): number {
    const pointers = this.take(8 * (list.length + 1));
    const text = encoder.encode(`${list.join("\0")}\0`);
    const block = this.take(text.length);
    block.bytes.set(text);
    for (let i = 0, start = 0; i < list.length; i++) {
      pointers.setU64(8 * i, block.address + start);
      start = text.indexOf(0, start) + 1;
    }
    return pointers.address;
  }

  release(): void {
    top = this.#mark;
    this.#kept = undefined;
  }
  [Symbol.dispose](): void {
    this.release();
  }

  #keep(block: Block): Block {
    (this.#kept ??= []).push(block);
    return block;
  }
}

/** Opens a scope of scratch memory. */
export function scratch(): Scratch {
  return new Scratch();
}

/** Address of a view's first byte, see Backend.address. */
export function addressOf(view: Uint8Array): number {
  if (!backend) throw new Error("Cannot take an address: this runtime has no FFI");
  return backend.address(view);
}
