/**
 * Memory outside the collected heap as an ArrayBuffer. Before the memory goes the buffer is detached, so that no view of it can reach what
 * is no longer there.
 *
 * @module
 */
import { usable } from "../../ffi/mod.ts";
import { checkInteger, outOfRange, wrongType, wrongValue } from "../validate.ts";
import { Ends, type Subscribe } from "./lasting.ts";

/** Where a buffer's memory lies. */
export interface Mapping {
  readonly address: number;
  readonly length: number;
}

/** What libc keeps an address of: the memory must stay while one `isHeld`. */
export interface Holder {
  readonly isHeld: boolean;
}

interface Known extends Mapping {
  readonly holders: Set<Holder>;
  readonly ends: Ends;
}

const mappings = new WeakMap<ArrayBuffer, Known>();

/** The memory as a buffer. */
export function expose(address: number, length: number): ArrayBuffer {
  const buffer = usable().memory(address, length);
  mappings.set(buffer, { address, length, holders: new Set(), ends: new Ends() });
  return buffer;
}

/** The mapping behind a buffer that {@linkcode expose} gave; refuses any other, and one whose memory was moved to another owner. */
export function mappingOf(call: string, buffer: unknown): Mapping {
  return known(call, buffer);
}

/** Address of `size` bytes at an offset, a multiple of `align`, of a mapped buffer. */
export function addressIn(call: string, buffer: unknown, offset: unknown, size: number, align: number): number {
  const { address, length } = known(call, buffer);
  const at = checkInteger(call, "offset", offset, 0, Number.MAX_SAFE_INTEGER);
  if (at + size > length) throw outOfRange(call, "offset", at, `at most ${length - size}, for ${size} bytes to fit`);
  if (at % align !== 0) throw outOfRange(call, "offset", at, `a multiple of ${align}`);
  return address + at;
}

/** Address of one element of a view over mapped memory. */
export function elementAddress(call: string, view: unknown, index: unknown): number {
  const limit = "an Int32Array or Uint32Array over mapped memory";
  if (!(view instanceof Int32Array || view instanceof Uint32Array)) throw wrongType(call, "view", view, limit);
  const { address } = known(call, view.buffer, "view.buffer");
  const at = checkInteger(call, "index", index, 0, Math.max(0, view.length - 1));
  return address + view.byteOffset + 4 * at;
}

/** Keeps a buffer's memory mapped while `holder` is held. */
export function hold(call: string, buffer: unknown, holder: Holder): void {
  known(call, buffer).holders.add(holder);
}

/** Tells a wait of the moment when a buffer's memory goes. */
export function untilUnmapped(buffer: ArrayBuffer): Subscribe {
  return mappings.get(buffer)?.ends.subscribe ?? (() => () => undefined);
}

/** The holder does no more. */
export function letGo(buffer: ArrayBuffer, holder: Holder): void {
  mappings.get(buffer)?.holders.delete(holder);
}

/**
 * Detaches the buffer: it and its views have length 0 from here on.
 *
 * @throws {Error} ERR_MEMORY_HELD: a mutex in it is held by this thread
 */
export function detach(call: string, buffer: ArrayBuffer): void {
  for (const { isHeld } of mappings.get(buffer)?.holders ?? []) if (isHeld) refuse(call);
  mappings.get(buffer)?.ends.tell(Ends.error("the memory was unmapped"));
  mappings.delete(buffer);
  structuredClone(buffer, { transfer: [buffer] });
}

/** libc has the held mutexes of a thread in a list that runs through them: gone memory would break the list. */
function refuse(call: string): never {
  throw Object.assign(new Error(`Cannot ${call}: a mutex in this memory is held, release it first`), { code: "ERR_MEMORY_HELD" });
}

function known(call: string, buffer: unknown, name = "buffer"): Known {
  const limit = "a buffer of mapped memory that is still there";
  if (!(buffer instanceof ArrayBuffer)) throw wrongType(call, name, buffer, limit);
  const mapping = mappings.get(buffer);
  if (!mapping || buffer.byteLength !== mapping.length) throw wrongValue(call, name, buffer, limit);
  return mapping;
}
