/** Decoders of single arguments. @module */
import { AT_FDCWD } from "../../ffi/constants/file.ts";
import { type Kept, readBytes, readString, readStrings } from "../tracee_memory.ts";
import type { Arg, Call } from "./call.ts";
import { signalOrZero, struct } from "./structs.ts";
import { flagNames, type FlagTable, hex, LONGEST, LONGEST_PATH, nameOf, preview, PREVIEW, quote } from "./text.ts";

/** A decoder that always gives a text. */
export interface Always extends Arg {
  (call: Call, i: number): string;
}

export const int: Always = (call, i) => String(call.int(i));
export const uint: Always = (call, i) => String(call.uint(i));
export const size: Always = (call, i) => String(call.size(i));
export const offset: Always = (call, i) => String(call.offset(i));
export const octal: Always = (call, i) => `0${call.uint(i).toString(8)}`;
export const hexadecimal: Always = (call, i) => hex(call.size(i));
export const fd: Always = int;
export const dirfd: Always = (call, i) => (call.int(i) === AT_FDCWD ? "AT_FDCWD" : int(call, i));
export const signal: Always = (call, i) => signalOrZero(call.int(i));

/** An address is another in every run: only whether there is one. */
export const pointer: Always = (call, i) => (call.size(i) === 0 ? "NULL" : "&...");
/** An address that says something beside those of other calls. */
export const address: Always = (call, i) => (call.size(i) === 0 ? "NULL" : hex(call.size(i)));

/** An argument whose decoding reads `length` bytes at its address. */
export function reading<A extends Arg>(length: number | ((call: Call, i: number) => number), show: A): A {
  const fetch = (call: Call, i: number, into: Kept): void => { into.fetch(call.tid, call.size(i), typeof length === "number" ? length : length(call, i)); };
  return Object.assign(show, { fetch });
}

/** As {@linkcode reading}: what a view of these bytes shows; where they cannot be read, that there is an address. */
export function viewing(length: number | ((call: Call, i: number) => number), show: (view: DataView, call: Call, i: number) => string): Always {
  return reading(length, (call: Call, i: number) => {
    const want = typeof length === "number" ? length : length(call, i);
    const bytes = readBytes(call.tid, call.size(i), want);
    if (!bytes || bytes.length < want || call.size(i) === 0) return pointer(call, i);
    return show(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), call, i);
  });
}

function text(longest: number): Always {
  const show: Always = (call, i) => {
    const read = readString(call.tid, call.size(i), longest);
    return read ? quote(read.text, read.cut, longest) : pointer(call, i);
  };
  return Object.assign(show, { fetch: (call: Call, i: number, into: Kept): void => { into.fetchString(call.tid, call.size(i), longest + 1); } });
}

export const path: Always = text(LONGEST_PATH);
export const string: Always = text(LONGEST);

export const strings: Always = Object.assign((call: Call, i: number) => {
  const read = readStrings(call.tid, call.size(i), 8, LONGEST);
  if (!read) return pointer(call, i);
  const more = read.count > read.list.length ? ", ..." : "";
  return `[${read.list.map((s) => quote(s.text, s.cut)).join(", ")}${more}]`;
}, { now: true as const });

export const stringCount: Always = Object.assign((call: Call, i: number) => {
  const read = readStrings(call.tid, call.size(i), 0, 0);
  return read ? `&... /* ${read.count} vars */` : pointer(call, i);
}, { now: true as const });

/** Data of the length given by argument `length`. */
export function data(length: number): Always {
  return reading((call) => Math.min(call.size(length), PREVIEW), (call: Call, i: number) => shown(call.tid, call.size(i), call.size(length)));
}

/** Data that the call read: as long as it returned. */
export const dataRead: Always = reading((call) => Math.min(Math.max(0, call.ret), PREVIEW), (call: Call, i: number) => shown(call.tid, call.size(i), Math.max(0, call.ret)));

/** Bytes at an address in quotes, the first of them. */
export function shown(tid: number, address: number, length: number): string {
  const bytes = readBytes(tid, address, Math.min(length, PREVIEW));
  return bytes ? `"${preview(bytes)}"${length > PREVIEW ? "..." : ""}` : address === 0 ? "NULL" : "&...";
}

export function flags(table: FlagTable, none = "0"): Always {
  return (call, i) => flagNames(call.uint(i), table, none);
}

export function oneOf(names: ReadonlyMap<number, string>): Always {
  return (call, i) => nameOf(call.int(i), names);
}

/** A structure of structs.ts. */
export function structure(name: string): Always {
  const { size, show } = struct(name);
  return viewing(size, (view) => show(view, 0));
}

/** Most entries of an array that are shown. */
const MOST = 16;

/** An array of structures: so many, or as many as `count` says. */
export function array(name: string, count: number | ((call: Call, i: number) => number)): Always {
  const { size, show } = struct(name);
  const length = (call: Call, i: number): number => Math.max(0, typeof count === "number" ? count : count(call, i));
  return viewing((call, i) => size * Math.min(MOST, length(call, i)), (view, call, i) => {
    const all = length(call, i);
    const items = Array.from({ length: Math.min(MOST, all) }, (_, k) => show(view, size * k));
    return `[${items.join(", ")}${all > MOST ? ", ..." : ""}]`;
  });
}
