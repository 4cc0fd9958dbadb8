/**
 * Memory of C's for a call that goes on when the JavaScript that made it has returned.
 *
 * A program may transfer, resize or drop its buffer meanwhile, and a Worker's heap may end: the kernel must not be writing there. So the
 * call is given memory of its own, and what came is copied.
 *
 * @module
 */
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { copyFrom, copyTo, nativeFunctions } from "../../ffi/native/functions.ts";

/** A block of zeroed memory that stays where it is until it is freed. */
export class CMemory {
  readonly address: number;
  readonly length: number;

  /** @throws {SystemError} ENOMEM, in the name of `call` */
  constructor(call: string, length: number) {
    this.address = nativeFunctions().calloc(1, Math.max(1, length));
    if (this.address === 0) throw new SystemError(call, ERRNO.ENOMEM, [length]);
    this.length = length;
  }

  /** Memory that holds a copy of these bytes. */
  static of(call: string, bytes: Uint8Array): CMemory {
    const memory = new CMemory(call, bytes.length);
    memory.put(bytes);
    return memory;
  }

  /** Copies bytes into it. */
  put(bytes: Uint8Array, offset = 0): void {
    copyTo(this.address + offset, bytes);
  }

  /** A copy of so many of its bytes. */
  get(length = this.length, offset = 0): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(new ArrayBuffer(length));
    copyFrom(this.address + offset, bytes);
    return bytes;
  }

  /** Frees it; no call may be using it. */
  [Symbol.dispose](): void {
    nativeFunctions().free(this.address);
  }
}
