/** Addresses, options and messages of sockets, for reading. @module */
import * as socket from "../../ffi/constants/socket.ts";
import { CMSGHDR, cmsgAlign, MSGHDR } from "../../ffi/layout/socket.ts";
import { Block } from "../../ffi/mod.ts";
import { readBlock, readBytes } from "../tracee_memory.ts";
import { type Always, pointer, viewing } from "./args.ts";
import type { Arg, Call, Piece } from "./call.ts";
import { valueSet } from "./constants.ts";
import * as names from "./names.ts";
import { piecesText, readPieces } from "./pieces.ts";
import { struct } from "./structs.ts";
import { flagNames, hex, nameOf, preview, quote } from "./text.ts";

const decoder = new TextDecoder();
const LONGEST_ADDRESS = 128;
const AF_PACKET = 17;
const AF_ALG = 38;
const AF_VSOCK = 40;

function addressBlock(tid: number, address: number, length: number): Block | undefined {
  const bytes = readBytes(tid, address, Math.min(length, LONGEST_ADDRESS));
  return bytes && bytes.length >= 2 ? new Block(bytes.slice(), 0) : undefined;
}

/** An address for the model: "/tmp/x.sock", "@abstract", "127.0.0.1:80"; "" for an unnamed unix socket. */
export function readAddress(tid: number, address: number, length: number): string | undefined {
  const block = addressBlock(tid, address, length);
  if (!block) return undefined;
  const family = block.view.getUint16(0, true);
  if (family === socket.AF_UNIX) return unixAddress(block.bytes.subarray(2));
  if (family === socket.AF_INET && block.length >= 8) return `${block.bytes.subarray(4, 8).join(".")}:${block.view.getUint16(2)}`;
  if (family === socket.AF_INET6 && block.length >= 24) return `[${inet6(block)}]:${block.view.getUint16(2)}`;
  return nameOf(family, names.DOMAIN);
}

function unixAddress(path: Uint8Array): string {
  if (path.length === 0) return "";
  if (path[0] === 0) return `@${decoder.decode(path.subarray(1))}`;
  const end = path.indexOf(0);
  return decoder.decode(end < 0 ? path : path.subarray(0, end));
}

function inet6(block: Block): string {
  const groups = Array.from({ length: 8 }, (_, i) => block.view.getUint16(8 + 2 * i).toString(16));
  return groups.join(":").replace(/(?:^|:)(?:0(?::|$)){2,}/, "::");
}

/** An address as strace shows it. */
export function addressText(tid: number, address: number, length: number): string | undefined {
  const block = addressBlock(tid, address, length);
  if (!block) return undefined;
  const family = block.view.getUint16(0, true);
  const fields = addressFields(family, block);
  return `{sa_family=${nameOf(family, names.DOMAIN)}${fields === "" ? "" : `, ${fields}`}}`;
}

function addressFields(family: number, block: Block): string {
  const { view, bytes, length } = block;
  if (family === socket.AF_UNIX) return unixField(unixAddress(bytes.subarray(2)));
  if (family === socket.AF_INET && length >= 8) return `sin_port=htons(${view.getUint16(2)}), sin_addr=inet_addr("${bytes.subarray(4, 8).join(".")}")`;
  if (family === socket.AF_INET6 && length >= 28) {
    return `sin6_port=htons(${view.getUint16(2)}), sin6_flowinfo=htonl(${view.getUint32(4)}), inet_pton(AF_INET6, "${inet6(block)}", &sin6_addr), sin6_scope_id=${block.u32(24)}`;
  }
  if (family === socket.AF_NETLINK && length >= 12) return `nl_pid=${block.u32(4)}, nl_groups=${block.u32(8) === 0 ? "00000000" : `0x${block.u32(8).toString(16).padStart(6, "0")}`}`;
  if (family === AF_PACKET && length >= 12) return `sll_protocol=htons(${hex(view.getUint16(2))}), sll_ifindex=${block.i32(4)}`;
  if (family === AF_VSOCK && length >= 12) return `svm_cid=${hex(block.u32(8))}, svm_port=${hex(block.u32(4))}`;
  if (family === AF_ALG && length >= 88) return `salg_type=${quote(unixAddress(bytes.subarray(2, 16)))}, salg_name=${quote(unixAddress(bytes.subarray(24, 88)))}`;
  return length > 2 ? `sa_data="${preview(bytes.subarray(2))}"` : "";
}

function unixField(name: string): string {
  if (name === "") return "";
  return name.startsWith("@") ? `sun_path=@${quote(name.slice(1))}` : `sun_path=${quote(name)}`;
}

/** An address of the length in the next argument. */
export const address: Always = viewing((call, i) => Math.min(LONGEST_ADDRESS, call.uint(i + 1)), (_, call, i) => addressText(call.tid, call.size(i), call.uint(i + 1)) ?? pointer(call, i));

/** An address whose length lies where the next argument points. */
export const addressRead: Always = Object.assign((call: Call, i: number) => {
  const length = readBlock(call.tid, call.size(i + 1), 4)?.u32(0) ?? 0;
  return (length > 0 ? addressText(call.tid, call.size(i), length) : undefined) ?? pointer(call, i);
}, { now: true as const });

/** A length that the kernel changes: "[128 => 16]". */
export const lengthRead: Arg = viewing(4, (view, call, i) => {
  const now = view.getInt32(0, true);
  const before = call.returned ? /^\[(-?\d+)/.exec(call.text[i] ?? "")?.[1] : undefined;
  return before === undefined || before === String(now) ? `[${now}]` : `[${before} => ${now}]`;
});

const OPTIONS = new Map([[0, "IP"], [socket.SOL_SOCKET, "SO"], [6, "TCP"], [41, "IPV6"], [270, "NETLINK"]]);
const SO_PEERCRED = 17;
const SO_LINGER = 13;
const TIMES = new Set([20, 21]);

/** The name of an option of the level in the argument before. */
export const socketOption: Arg = (call, i) => {
  const set = OPTIONS.get(call.int(i - 1));
  return set === undefined ? hex(call.uint(i)) : nameOf(call.int(i), valueSet(set));
};

/** How the value of an option reads, when it is this long. */
function optionText(call: Call, i: number, length: number): string {
  const bytes = readBytes(call.tid, call.size(i), Math.min(length, LONGEST_ADDRESS));
  if (!bytes) return pointer(call, i);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = call.int(i - 2) === socket.SOL_SOCKET ? call.int(i - 1) : 0;
  if (name === SO_LINGER && length === 8) return struct("linger").show(view, 0);
  if (name === SO_PEERCRED && length === 12) return struct("ucred").show(view, 0);
  if (TIMES.has(name) && length === 16) return struct("timeval").show(view, 0);
  return length === 4 ? `[${view.getInt32(0, true)}]` : `"${preview(bytes)}"`;
}

/** The value of an option that is set, of the length in the next argument. */
export const socketOptionData: Arg = Object.assign((call: Call, i: number) => optionText(call, i, call.int(i + 1)), { now: true as const });
/** One that was asked for, whose length lies where the next argument points. */
export const socketOptionValue: Arg = Object.assign((call: Call, i: number) => optionText(call, i, readBlock(call.tid, call.size(i + 1), 4)?.i32(0) ?? 0), { now: true as const });

/** struct msghdr as it stands. */
export interface Header {
  pieces: Piece[];
  name: number;
  nameLength: number;
  control: number;
  controlLength: number;
  flags: number;
}

export function readHeader(tid: number, at: number): Header | undefined {
  const block = readBlock(tid, at, MSGHDR.size);
  if (!block) return undefined;
  const { msg_iov, msg_iovlen, msg_name, msg_namelen, msg_control, msg_controllen, msg_flags } = MSGHDR.at;
  return {
    pieces: readPieces(tid, block.u64(msg_iov), block.u64(msg_iovlen)) ?? [],
    name: block.u64(msg_name), nameLength: block.u32(msg_namelen),
    control: block.u64(msg_control), controlLength: block.u64(msg_controllen), flags: block.u32(msg_flags),
  };
}

/** One control message: its place in `bytes` and its data's. */
interface Control {
  level: number;
  type: number;
  length: number;
  data: Uint8Array;
}

function controls(tid: number, { control, controlLength }: Header): Control[] {
  const bytes = controlLength > 0 ? readBytes(tid, control, controlLength)?.slice() : undefined;
  if (!bytes) return [];
  const block = new Block(bytes, 0);
  const found: Control[] = [];
  for (let from = 0; from + CMSGHDR.size <= bytes.length; ) {
    const length = block.u64(from + CMSGHDR.at.cmsg_len);
    if (length < CMSGHDR.size) break;
    const data = bytes.subarray(from + CMSGHDR.size, Math.min(from + length, bytes.length));
    found.push({ level: block.i32(from + CMSGHDR.at.cmsg_level), type: block.i32(from + CMSGHDR.at.cmsg_type), length, data });
    from += cmsgAlign(length);
  }
  return found;
}

const isRights = ({ level, type }: Control): boolean => level === socket.SOL_SOCKET && type === socket.SCM_RIGHTS;

function numbersIn({ data }: Control): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: Math.floor(data.length / 4) }, (_, k) => view.getInt32(4 * k, true));
}

/** Descriptor numbers in the SCM_RIGHTS control messages. */
export function rightsIn(tid: number, header: Header): number[] {
  return controls(tid, header).filter(isRights).flatMap(numbersIn);
}

const CONTROL_TYPES = new Map([[1, "SCM_RIGHTS"], [2, "SCM_CREDENTIALS"], [3, "SCM_SECURITY"], [4, "SCM_PIDFD"], [29, "SO_TIMESTAMP_OLD"]]);

function controlText(control: Control): string {
  const level = nameOf(control.level, valueSet("SOL"));
  const type = control.level === socket.SOL_SOCKET ? nameOf(control.type, CONTROL_TYPES) : hex(control.type);
  return `{cmsg_len=${control.length}, cmsg_level=${level}, cmsg_type=${type}, cmsg_data=${controlData(control)}}`;
}

function controlData(control: Control): string {
  const { data, type, level } = control;
  if (isRights(control)) return `[${numbersIn(control).join(", ")}]`;
  if (level === socket.SOL_SOCKET && type === socket.SCM_CREDENTIALS && data.length >= 12) return struct("ucred").show(new DataView(data.buffer, data.byteOffset, data.byteLength), 0);
  return `"${preview(data)}"`;
}

/** A message as strace shows it; `filled`: only so many bytes of its pieces mean something. */
export function messageText(tid: number, at: number, filled?: number): string | undefined {
  const header = readHeader(tid, at);
  if (!header) return undefined;
  const { pieces, name, nameLength, controlLength, flags } = header;
  const control = controls(tid, header);
  const parts = [
    `msg_name=${addressText(tid, name, nameLength) ?? (name === 0 ? "NULL" : "&...")}`, `msg_namelen=${nameLength}`,
    `msg_iov=${piecesText(tid, pieces, filled)}`, `msg_iovlen=${pieces.length}`,
    ...(control.length > 0 ? [`msg_control=[${control.map(controlText).join(", ")}]`] : []), `msg_controllen=${controlLength}`,
    `msg_flags=${flagNames(flags, names.MESSAGE)}`,
  ];
  return `{${parts.join(", ")}}`;
}

export const message: Arg = Object.assign((call: Call, i: number) => messageText(call.tid, call.size(i)) ?? pointer(call, i), { now: true as const });
export const messageFilled: Arg = Object.assign((call: Call, i: number) => messageText(call.tid, call.size(i), call.ret) ?? pointer(call, i), { now: true as const });

/** struct mmsghdr: a message and how many bytes of it moved. */
export const MMSGHDR_SIZE = 64;
const MOST_MESSAGES = 8;

/** An array of messages, as many as the next argument says, or as were received. */
export const messages: Arg = Object.assign((call: Call, i: number) => {
  const count = Math.min(MOST_MESSAGES, call.returned ? call.ret : call.uint(i + 1));
  const items = Array.from({ length: count }, (_, k) => {
    const at = call.size(i) + MMSGHDR_SIZE * k;
    const length = call.returned ? readBlock(call.tid, at + 56, 4)?.u32(0) : undefined;
    const text = messageText(call.tid, at, length) ?? "&...";
    return `{msg_hdr=${text}${length === undefined ? "" : `, msg_len=${length}`}}`;
  });
  return call.size(i) === 0 ? "NULL" : `[${items.join(", ")}]`;
}, { now: true as const });

