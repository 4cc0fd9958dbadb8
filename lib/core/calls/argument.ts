/**
 * How one argument of a C function is read for people. Memory is read only where the library itself gave the address for the call.
 *
 * @module
 */
import { Block, type CArgument, usable } from "../../ffi/mod.ts";

/** One argument of a function. */
export interface Argument<T> {
  /** When it is read: before the call (undefined), after it, or after it unless it failed. */
  readonly when?: "after" | "success";
  read(value: CArgument, all: readonly CArgument[], result: number): T;
  /** As it stands in a line of text, where JSON would not do. */
  show?(value: T): string;
}

/** The beginning of some bytes that went through a call. */
export interface Bytes {
  /** How many. */
  bytes: number;
  /** The first 32 of them, as UTF-8. */
  text: string;
}

/** Several texts, of which the first are here. */
export type Texts = readonly string[];

const PAGE = 4096;
const PREVIEW = 32;
const MOST = 32;
const POINTER = 8;
const MAX_TEXT = 4096;
const decoder = new TextDecoder();

/** An argument that is read before the call. */
export function before<T>(read: (value: number, all: readonly CArgument[]) => T, show?: (value: T) => string): Argument<T> {
  return { read: (value, all) => read(Number(value), all), ...(show ? { show } : {}) };
}

/** What a call leaves where the argument points, when it succeeds; undefined for NULL, and when it fails. */
export function out<T>(size: number, read: (block: Block) => T): Argument<T | undefined> {
  return { when: "success", read: (value) => at(value, size, read) };
}

/** What lies where an argument points, before the call; undefined for NULL. */
export function pointed<T>(size: number, read: (block: Block) => T): Argument<T | undefined> {
  return { read: (value) => at(value, size, read) };
}

/** Reads `size` bytes at an address as a block. */
export function at<T>(address: CArgument, size: number, read: (block: Block) => T): T | undefined {
  return address === 0 || address instanceof Uint8Array ? undefined : read(blockAt(address, size));
}

/** A copy of memory, without an address. */
export function blockAt(address: number, size: number): Block {
  return new Block(size === 0 ? new Uint8Array(0) : usable().readBytes(address, size), 0);
}

/** The text at an address up to its NUL; undefined for NULL. Read page by page: the next one may not be there. */
export function textAt(address: number): string | undefined {
  if (address === 0) return undefined;
  const parts: Uint8Array[] = [];
  for (let from = address, length = 0; length < MAX_TEXT; ) {
    const piece = usable().readBytes(from, PAGE - (from % PAGE));
    const end = piece.indexOf(0);
    parts.push(end < 0 ? piece : piece.subarray(0, end));
    if (end >= 0) break;
    from += piece.length;
    length += piece.length;
  }
  return decoder.decode(joined(parts));
}

/** The texts of an argv, at most 32, "..." after them when there are more. */
export function textsAt(address: number): Texts {
  const list: string[] = [];
  if (address === 0) return list;
  for (let i = 0; ; i++) {
    const text = textAt(blockAt(address + i * POINTER, POINTER).u64(0));
    if (text === undefined) return list;
    if (i === MOST) return [...list, "..."];
    list.push(text);
  }
}

/** How many texts an envp has. */
export function countAt(address: number): number {
  if (address === 0) return 0;
  let count = 0;
  while (blockAt(address + count * POINTER, POINTER).u64(0) !== 0) count++;
  return count;
}

/** Bytes given as a view or by their address. */
export function bytesAt(value: CArgument, length: number): Bytes {
  if (length <= 0) return { bytes: 0, text: "" };
  const first = value instanceof Uint8Array ? value.subarray(0, Math.min(length, PREVIEW)) : value === 0 ? new Uint8Array(0) : usable().readBytes(value, Math.min(length, PREVIEW));
  return { bytes: length, text: decoder.decode(first) };
}

export function showBytes({ bytes, text }: Bytes): string {
  return `${JSON.stringify(text)}${bytes > PREVIEW ? "..." : ""}`;
}

export function hex(value: number): string {
  return value === 0 ? "NULL" : `0x${value.toString(16)}`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    all.set(part, to);
    to += part.length;
  }
  return all;
}
