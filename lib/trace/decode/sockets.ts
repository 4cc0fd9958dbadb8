/** Sockets, and descriptors that travel in messages. @module */
import * as socket from "../../ffi/constants/socket.ts";
import { CMSGHDR, cmsgAlign, MSGHDR } from "../../ffi/layout/socket.ts";
import { Block } from "../../ffi/mod.ts";
import type { FdFacts, Op } from "../../model/event.ts";
import { readBlock, readBytes } from "../tracee_memory.ts";
import { data, dataRead, fd, flags, int, oneOf, pointer, shown, size } from "./args.ts";
import { type Arg, type Call, type CallSpec, out, previewAt } from "./call.ts";
import { opened, pair, pairOut } from "./descriptors.ts";
import * as names from "./names.ts";
import { flagNames, nameOf, quote } from "./text.ts";
import { onFd } from "./waits.ts";

const decoder = new TextDecoder();
const TYPE_MASK = 0xf;

const type: Arg = (call, i) => {
  const marks = call.uint(i) & ~TYPE_MASK;
  const named = nameOf(call.uint(i) & TYPE_MASK, names.TYPE);
  return marks === 0 ? named : `${named}|${flagNames(marks, names.newFlags("SOCK"))}`;
};

/** "unix stream" from the arguments of socket or socketpair. */
function nameFromArgs(call: Call): string {
  const domain = nameOf(call.int(0), names.DOMAIN).replace(/^AF_/, "").toLowerCase();
  return `${domain} ${nameOf(call.uint(1) & TYPE_MASK, names.TYPE).replace(/^SOCK_/, "").toLowerCase()}`;
}

/** An address for the model: "/tmp/x.sock", "@abstract", "127.0.0.1:80"; "" for an unnamed unix socket. */
export function readAddress(tid: number, address: number, length: number): string | undefined {
  const bytes = readBytes(tid, address, Math.min(length, 128));
  if (!bytes || bytes.length < 2) return undefined;
  const block = new Block(bytes.slice(), 0);
  const family = block.view.getUint16(0, true);
  if (family === socket.AF_UNIX) return unixAddress(block.bytes.subarray(2));
  if (family === socket.AF_INET && bytes.length >= 8) return `${block.bytes.subarray(4, 8).join(".")}:${block.view.getUint16(2)}`;
  if (family === socket.AF_INET6 && bytes.length >= 24) return `[${inet6(block)}]:${block.view.getUint16(2)}`;
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

const address: Arg = (call, i) => {
  const text = readAddress(call.tid, call.size(i), call.uint(i + 1));
  return text === undefined ? pointer(call, i) : quote(text);
};

/** Where the length lies at the address of the next argument. */
const addressOut = out("addr", (call, i) => {
  const length = readBlock(call.tid, call.size(i + 1), 4)?.u32(0) ?? 0;
  const text = length > 0 ? readAddress(call.tid, call.size(i), length) : undefined;
  return text === undefined ? "&addr" : quote(text);
});

/** struct msghdr as it stands: data, control messages, name. */
interface Message {
  base: number;
  length: number;
  pieces: number;
  fds: number[];
  flags: number;
  to?: string;
}

function readMessage(call: Call, at: number): Message | undefined {
  const block = readBlock(call.tid, at, MSGHDR.size);
  if (!block) return undefined;
  const iov = block.u64(MSGHDR.at.msg_iov);
  const pieces = block.u64(MSGHDR.at.msg_iovlen);
  const first = pieces > 0 ? readBlock(call.tid, iov, 16) : undefined;
  const nameLength = block.u32(MSGHDR.at.msg_namelen);
  const to = nameLength > 0 ? readAddress(call.tid, block.u64(MSGHDR.at.msg_name), nameLength) : undefined;
  return {
    base: first?.u64(0) ?? 0,
    length: first?.u64(8) ?? 0,
    pieces,
    fds: readRights(call, block.u64(MSGHDR.at.msg_control), block.u64(MSGHDR.at.msg_controllen)),
    flags: block.u32(MSGHDR.at.msg_flags),
    ...(to === undefined ? {} : { to }),
  };
}

/** Descriptor numbers in the SCM_RIGHTS control messages. */
function readRights(call: Call, at: number, length: number): number[] {
  const bytes = length > 0 ? readBytes(call.tid, at, length) : undefined;
  if (!bytes) return [];
  const block = new Block(bytes.slice(), 0);
  const fds: number[] = [];
  for (let from = 0; from + CMSGHDR.size <= bytes.length; ) {
    const size = block.u64(from + CMSGHDR.at.cmsg_len);
    if (size < CMSGHDR.size) break;
    const rights = block.i32(from + CMSGHDR.at.cmsg_level) === socket.SOL_SOCKET && block.i32(from + CMSGHDR.at.cmsg_type) === socket.SCM_RIGHTS;
    const end = Math.min(from + size, bytes.length);
    if (rights) for (let k = from + CMSGHDR.size; k + 4 <= end; k += 4) fds.push(block.i32(k));
    from += cmsgAlign(size);
  }
  return fds;
}

function messageText(call: Call, at: number, length?: number): string {
  const message = readMessage(call, at);
  if (!message) return "&...";
  const parts = [shown(call.tid, message.base, length ?? message.length)];
  if (message.to !== undefined) parts.unshift(quote(message.to));
  if (message.fds.length > 0) parts.push(`SCM_RIGHTS [${message.fds.join(", ")}]`);
  return `{${parts.join(", ")}}`;
}

/** What is sent is read at entry: the memory may be used again before the call returns. */
function keepMessage(call: Call): void {
  const message = readMessage(call, call.size(1));
  call.kept = message && { ...message, ...previewAt(call, message.base, message.length) };
}

function sent(call: Call): Op | undefined {
  const message = call.kept as (Message & { preview?: string }) | undefined;
  if (!message) return undefined;
  const { fds, to, preview } = message;
  return { op: "send", fd: call.int(0), bytes: call.ret, fds, ...(preview === undefined ? {} : { preview }), ...(to === undefined ? {} : { to }) };
}

function received(call: Call): Op | undefined {
  const message = readMessage(call, call.size(1));
  if (!message || peeked(call, 2)) return undefined;
  const fds = message.fds.map((fd) => call.facts.fd(call.pid, fd)).filter((facts): facts is FdFacts => facts !== undefined);
  const truncated = (message.flags & socket.MSG_CTRUNC) !== 0;
  return { op: "receive", fd: call.int(0), bytes: call.ret, fds, truncated, ...previewAt(call, message.base, Math.min(call.ret, message.length)) };
}

/** MSG_PEEK takes nothing out of the queue. */
function peeked(call: Call, i: number): boolean {
  return (call.uint(i) & socket.MSG_PEEK) !== 0;
}

function sentPlain(call: Call): Op {
  const to = call.size(4) === 0 ? undefined : readAddress(call.tid, call.size(4), call.uint(5));
  return { op: "send", fd: call.int(0), bytes: call.ret, fds: [], ...previewAt(call, call.size(1), call.ret), ...(to === undefined ? {} : { to }) };
}

function receivedPlain(call: Call): Op | undefined {
  if (peeked(call, 3)) return undefined;
  return { op: "receive", fd: call.int(0), bytes: call.ret, fds: [], truncated: false, ...previewAt(call, call.size(1), call.ret) };
}

function accepted(call: Call): Op | undefined {
  const file = call.facts.fd(call.pid, call.ret, call.facts.socketName(call.pid, call.int(0)));
  return file && { op: "accept", listener: call.int(0), file };
}

/** With an address of family only, a unix socket gets one from the kernel: what it has now is asked. */
function bound(call: Call): Op {
  const asked = readAddress(call.tid, call.size(1), call.uint(2));
  return { op: "bind", fd: call.int(0), address: call.facts.fd(call.pid, call.int(0))?.address ?? asked ?? "" };
}

function connected(call: Call): Op {
  const to = readAddress(call.tid, call.size(1), call.uint(2)) ?? "";
  const peer = call.facts.peer(call.pid, call.int(0));
  return { op: "connect", fd: call.int(0), address: to, ...(peer === undefined ? {} : { peer }) };
}

const on = onFd;
const messageIn: Arg = (call, i) => messageText(call, call.size(i));
const messageOut = out("msg", (call, i) => messageText(call, call.size(i), call.ret));
const flagsArg = flags(names.MESSAGE);
const acceptFlags = flags(names.newFlags("SOCK"));

export const SOCKETS: Record<string, CallSpec> = {
  socket: { args: [oneOf(names.DOMAIN), type, int], op: (call) => opened(call, nameFromArgs(call)) },
  socketpair: { args: [oneOf(names.DOMAIN), type, int, pairOut], op: (call) => pair(call, 3, nameFromArgs(call)) },
  bind: { args: [fd, address, int], op: bound },
  listen: { args: [fd, int], op: (call) => ({ op: "listen", fd: call.int(0) }) },
  accept: { args: [fd, addressOut, pointer], op: accepted, on },
  accept4: { args: [fd, addressOut, pointer, acceptFlags], op: accepted, on },
  connect: { args: [fd, address, int], op: connected, on },
  shutdown: { args: [fd, oneOf(names.SHUTDOWN)] },
  sendmsg: { args: [fd, messageIn, flagsArg], entry: keepMessage, op: sent, on },
  recvmsg: { args: [fd, messageOut, flagsArg], op: received, on },
  sendmmsg: { args: [fd, pointer, int, flagsArg], on },
  recvmmsg: { args: [fd, pointer, int, flagsArg, pointer], on },
  sendto: { args: [fd, data(2), size, flagsArg, address], op: sentPlain, on },
  recvfrom: { args: [fd, out("buf", dataRead), size, flagsArg, addressOut], op: receivedPlain, on },
};
