/**
 * Memory outside the collected heap as an ArrayBuffer. Before the memory goes the buffer is detached, so that no view of it can reach what
 * is no longer there.
 *
 * @module
 */
import { usable } from "../../ffi/mod.ts";
import { wrongType, wrongValue } from "../validate.ts";

/** Where a buffer's memory lies. */
export interface Mapping {
  readonly address: number;
  readonly length: number;
}

const mappings = new WeakMap<ArrayBuffer, Mapping>();

/** The memory as a buffer. */
export function expose(address: number, length: number): ArrayBuffer {
  const buffer = usable().memory(address, length);
  mappings.set(buffer, { address, length });
  return buffer;
}

/** The mapping behind a buffer that {@linkcode expose} gave; refuses any other, and one whose memory was moved to another owner. */
export function mappingOf(call: string, buffer: unknown): Mapping {
  const limit = "a buffer of mapped memory that is still there";
  if (!(buffer instanceof ArrayBuffer)) throw wrongType(call, "buffer", buffer, limit);
  const mapping = mappings.get(buffer);
  if (!mapping || buffer.byteLength !== mapping.length) throw wrongValue(call, "buffer", buffer, limit);
  return mapping;
}

/** Detaches the buffer: it and its views have length 0 from here on. */
export function detach(buffer: ArrayBuffer): void {
  mappings.delete(buffer);
  structuredClone(buffer, { transfer: [buffer] });
}
