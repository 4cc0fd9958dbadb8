/** Decoders of single arguments. @module */
import { AT_FDCWD } from "../../ffi/constants/file.ts";
import { signalName } from "../../core/signal/signals.ts";
import { type Kept, readBytes, readString, readStrings } from "../tracee_memory.ts";
import type { Arg, Call } from "./call.ts";
import { flagNames, type FlagTable, LONGEST, nameOf, preview, PREVIEW, quote } from "./text.ts";

export const int: Arg = (call, i) => String(call.int(i));
export const uint: Arg = (call, i) => String(call.uint(i));
export const size: Arg = (call, i) => String(call.size(i));
export const offset: Arg = (call, i) => String(call.offset(i));
/** An argument of unknown meaning: a small number as it is, anything else as an address. */
export const word: Arg = (call, i) => (call.size(i) < 65536 ? String(call.size(i)) : "&...");
export const octal: Arg = (call, i) => `0${call.uint(i).toString(8)}`;
export const fd: Arg = int;
export const dirfd: Arg = (call, i) => (call.int(i) === AT_FDCWD ? "AT_FDCWD" : int(call, i));
export const signal: Arg = (call, i) => (call.int(i) === 0 ? "0" : signalName(call.int(i)));

/** An address is another in every run: only whether there is one. */
export const pointer: Arg = (call, i) => (call.size(i) === 0 ? "NULL" : "&...");

/** An argument whose decoding reads `length` bytes at its address. */
export function reading(length: number | ((call: Call, i: number) => number), show: (call: Call, i: number) => string): Arg {
  const fetch = (call: Call, i: number, into: Kept): void => { into.fetch(call.tid, call.size(i), typeof length === "number" ? length : length(call, i)); };
  return Object.assign(show, { fetch });
}

export const path: Arg = reading(LONGEST + 1, (call, i) => {
  const read = readString(call.tid, call.size(i), LONGEST);
  if (read) return quote(read.text, read.cut);
  return pointer(call, i);
});

export const strings: Arg = (call, i) => {
  const read = readStrings(call.tid, call.size(i), 8, LONGEST);
  if (!read) return pointer(call, i);
  const more = read.count > read.list.length ? ", ..." : "";
  return `[${read.list.map((s) => quote(s.text, s.cut)).join(", ")}${more}]`;
};

export const stringCount: Arg = (call, i) => {
  const read = readStrings(call.tid, call.size(i), 0, 0);
  return read ? `/* ${read.count} vars */` : pointer(call, i);
};

/** Data of the length given by argument `length`. */
export function data(length: number): Arg {
  return reading((call) => Math.min(call.size(length), PREVIEW), (call, i) => shown(call.tid, call.size(i), call.size(length)));
}

/** Data that the call read: as long as it returned. */
export const dataRead: Arg = reading((call) => Math.min(Math.max(0, call.ret), PREVIEW), (call, i) => shown(call.tid, call.size(i), Math.max(0, call.ret)));

/** Bytes at an address in quotes, the first of them. */
export function shown(tid: number, address: number, length: number): string {
  const bytes = readBytes(tid, address, Math.min(length, PREVIEW));
  return bytes ? `"${preview(bytes)}"${length > PREVIEW ? "..." : ""}` : address === 0 ? "NULL" : "&...";
}

export function flags(table: FlagTable, none = "0"): Arg {
  return (call, i) => flagNames(call.uint(i), table, none);
}

export function oneOf(names: ReadonlyMap<number, string>): Arg {
  return (call, i) => nameOf(call.int(i), names);
}
