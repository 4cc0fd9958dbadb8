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
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A block of memory with a fixed address. Values are little-endian, as on every machine supported. */
export class Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly address: number;

  constructor(bytes: Uint8Array, address: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.address = address;
  }

  i32(offset: number): number {
    return this.view.getInt32(offset, true);
  }
  u32(offset: number): number {
    return this.view.getUint32(offset, true);
  }
  /** An unsigned 64-bit value as a number; exact up to 2^53. */
  u64(offset: number): number {
    return this.view.getUint32(offset, true) + this.view.getUint32(offset + 4, true) * 4294967296;
  }
  /** A signed 64-bit value as a number; exact within 2^53. */
  i64(offset: number): number {
    return this.view.getUint32(offset, true) + this.view.getInt32(offset + 4, true) * 4294967296;
  }
  setI32(offset: number, value: number): void {
    this.view.setInt32(offset, value, true);
  }
  setU32(offset: number, value: number): void {
    this.view.setUint32(offset, value, true);
  }
  setU16(offset: number, value: number): void {
    this.view.setUint16(offset, value, true);
  }
  /** Stores a safe integer (negative ones as two's complement) in 64 bits. */
  setU64(offset: number, value: number): void {
    this.view.setUint32(offset, value >>> 0, true);
    this.view.setUint32(offset + 4, Math.floor(value / 4294967296) >>> 0, true);
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

let arena: Block | undefined;
let top = 0;

/** Room taken from the arena in stack order; released by `release` or at the end of a `using` scope. */
export class Scratch {
  readonly #mark = top;

  /** `length` zeroed bytes, 16-byte aligned. */
  take(length: number): Block {
    const start = top;
    const end = start + ((length + ALIGN - 1) & ~(ALIGN - 1));
    if (end > SIZE) return allocateKept(this, length);
    arena ??= allocate(SIZE);
    top = end;
    const bytes = arena.bytes.subarray(start, start + length);
    bytes.fill(0);
    return new Block(bytes, arena.address + start);
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

  /** Blocks too large for the arena, kept alive by this scope. */
  readonly kept: Block[] = [];

  release(): void {
    top = this.#mark;
    this.kept.length = 0;
  }
  [Symbol.dispose](): void {
    this.release();
  }
}

/** Opens a scope of scratch memory. */
export function scratch(): Scratch {
  return new Scratch();
}

function allocateKept(scope: Scratch, length: number): Block {
  const block = allocate(length);
  scope.kept.push(block);
  return block;
}

/** Address of a view's first byte, see Backend.address. */
export function addressOf(view: Uint8Array): number {
  if (!backend) throw new Error("Cannot take an address: this runtime has no FFI");
  return backend.address(view);
}
