/**
 * What a program may hand to read and write.
 *
 * @module
 */
import { outOfRange, wrongType, wrongValue } from "../validate.ts";

const LIMIT = "a view over an ArrayBuffer";
const STALE = `${LIMIT} that is neither detached nor too short`;
const OWN = ["length", "byteLength", "byteOffset", "buffer"] as const;
const encoder = new TextEncoder();

/** What the engine knows of a view, whatever the object says. */
function known(prototype: object) {
  const getter = (name: string): (() => unknown) => Object.getOwnPropertyDescriptor(prototype, name)?.get ?? (() => undefined);
  return { buffer: getter("buffer") as () => ArrayBuffer, byteOffset: getter("byteOffset") as () => number, byteLength: getter("byteLength") as () => number };
}
const ARRAY = known(Object.getPrototypeOf(Uint8Array.prototype) as object);
const VIEW = known(DataView.prototype);

/**
 * The bytes of a view, checked. A SharedArrayBuffer is refused: another thread could write into it while the kernel
 * reads it. A detached buffer is refused, as is a view that its resizable buffer has left behind.
 */
export function checkBuffer(call: string, value: unknown, name = "buffer"): Uint8Array {
  if (!ArrayBuffer.isView(value)) throw wrongType(call, name, value, LIMIT);
  if (isPlain(value)) {
    if (!(value.buffer instanceof ArrayBuffer)) throw wrongValue(call, name, value, `${LIMIT}, not over a SharedArrayBuffer`);
    if (isStale(value)) throw wrongValue(call, name, value, STALE);
    return value;
  }
  try {
    const { buffer, byteOffset, byteLength } = value instanceof DataView ? VIEW : ARRAY;
    return checkBuffer(call, new Uint8Array(buffer.call(value), byteOffset.call(value), byteLength.call(value)), name);
  } catch (error) {
    if ((error as { code?: string }).code !== undefined) throw error;
    throw wrongValue(call, name, value, STALE);
  }
}

/** A Uint8Array that says of itself what the engine knows. A subclass or a property may say more, and the kernel would write beyond the end. */
function isPlain(value: ArrayBufferView): value is Uint8Array {
  return Object.getPrototypeOf(value) === Uint8Array.prototype && !OWN.some((name) => Object.hasOwn(value, name));
}

/** Bytes to send: a view as {@linkcode checkBuffer} takes it, or a text in UTF-8 (NUL is a byte like any other). */
export function checkData(call: string, value: unknown, name = "data"): Uint8Array {
  if (typeof value === "string") return encoder.encode(value);
  if (!ArrayBuffer.isView(value)) throw wrongType(call, name, value, `a string or ${LIMIT}`);
  return checkBuffer(call, value, name);
}

/** A count of bytes that fits into the buffer. */
export function checkLength(call: string, length: unknown, buffer: Uint8Array): number {
  const limit = (): string => `an integer from 0 to ${buffer.byteLength}, the length of the buffer`;
  if (typeof length !== "number") throw wrongType(call, "length", length, limit());
  if (!Number.isInteger(length) || length < 0 || length > buffer.byteLength) throw outOfRange(call, "length", length, limit());
  return length + 0; // never -0
}

/**
 * True when nothing lies behind the view any more. Such a typed array reads as empty, and only its methods refuse. One that writes, and
 * nothing here: Bun's compiler leaves out a method whose result is not used, its check included.
 */
function isStale(view: ArrayBufferView): boolean {
  try {
    if (view.byteLength === 0 && !(view instanceof DataView)) Uint8Array.prototype.fill.call(view as Uint8Array, 0, 0, 0);
    return false;
  } catch {
    return true;
  }
}
