/** Sockets, and descriptors that travel in messages. @module */
import * as socket from "../../ffi/constants/socket.ts";
import { MSGHDR } from "../../ffi/layout/socket.ts";
import type { FdFacts, Op } from "../../model/event.ts";
import { readBlock } from "../tracee_memory.ts";
import { data, dataRead, fd, flags, int, oneOf, size, structure, uint } from "./args.ts";
import { type Also, type Arg, type Call, type Deed, out, type Piece, previewAt } from "./call.ts";
import { valueSet } from "./constants.ts";
import { opened, pair, pairOut } from "./descriptors.ts";
import * as names from "./names.ts";
import { firstOf } from "./pieces.ts";
import { address, addressRead, type Header, lengthRead, message, messageFilled, messages, MMSGHDR_SIZE, readAddress, readHeader, rightsIn } from "./socket_args.ts";
import { flagNames, nameOf } from "./text.ts";
import { onFd } from "./waits.ts";

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

/** What is sent, as it stands at entry: the memory may be used again before the call returns. */
interface Sending {
  fds: number[];
  to?: string;
  preview?: string;
}

function keepMessage(call: Call): void {
  const header = readHeader(call.tid, call.size(1));
  if (!header) return;
  const [first] = header.pieces;
  const to = header.nameLength > 0 ? readAddress(call.tid, header.name, header.nameLength) : undefined;
  const kept: Sending = { fds: rightsIn(call.tid, header), ...(to === undefined ? {} : { to }), ...(first ? previewAt(call, first.base, first.length) : {}) };
  call.kept = kept;
}

/** The bytes of the message at argument 1 that moved. */
const movedMessage = (call: Call): Piece[] => firstOf(readHeader(call.tid, call.size(1))?.pieces ?? [], call.ret);

function sent(call: Call): Op | undefined {
  const message = call.kept as Sending | undefined;
  if (!message) return undefined;
  const { fds, to, preview } = message;
  return { op: "send", fd: call.int(0), bytes: call.ret, fds, ...(preview === undefined ? {} : { preview }), ...(to === undefined ? {} : { to }) };
}

function received(call: Call): Op | undefined {
  const header = readHeader(call.tid, call.size(1));
  return header && !peeked(call, 2) ? receiving(call, header, call.ret) : undefined;
}

function receiving(call: Call, header: Header, bytes: number): Op {
  const fds = rightsIn(call.tid, header).map((fd) => call.facts.fd(call.pid, fd)).filter((facts): facts is FdFacts => facts !== undefined);
  return { op: "receive", fd: call.int(0), bytes, fds, truncated: (header.flags & socket.MSG_CTRUNC) !== 0 };
}

function sending(call: Call, header: Header, bytes: number): Op {
  const to = header.nameLength > 0 ? readAddress(call.tid, header.name, header.nameLength) : undefined;
  return { op: "send", fd: call.int(0), bytes, fds: rightsIn(call.tid, header), ...(to === undefined ? {} : { to }) };
}

/** The messages of sendmmsg or recvmmsg, from one on: as many as the call returned. */
function messagesFrom(call: Call, first: number, last: number, tell: typeof sending): Also[] {
  const told: Also[] = [];
  for (let k = first; k < last; k++) {
    const at = call.size(1) + MMSGHDR_SIZE * k;
    const header = readHeader(call.tid, at);
    const bytes = readBlock(call.tid, at + MSGHDR.size, 4)?.u32(0) ?? 0;
    if (header) told.push({ op: tell(call, header, bytes), moved: firstOf(header.pieces, bytes) });
  }
  return told;
}

const many = (tell: typeof sending): Pick<Deed, "op" | "also" | "moved"> => ({
  op: (call) => (peeked(call, 3) ? undefined : messagesFrom(call, 0, Math.min(1, call.ret), tell)[0]?.op),
  moved: (call) => messagesFrom(call, 0, Math.min(1, call.ret), tell)[0]?.moved ?? [],
  also: (call) => (peeked(call, 3) ? [] : messagesFrom(call, 1, call.ret, tell)),
});

/** MSG_PEEK takes nothing out of the queue. */
function peeked(call: Call, i: number): boolean {
  return (call.uint(i) & socket.MSG_PEEK) !== 0;
}

function sentPlain(call: Call): Op {
  const to = call.size(4) === 0 ? undefined : readAddress(call.tid, call.size(4), call.uint(5));
  return { op: "send", fd: call.int(0), bytes: call.ret, fds: [], ...(to === undefined ? {} : { to }) };
}

function receivedPlain(call: Call): Op | undefined {
  if (peeked(call, 3)) return undefined;
  return { op: "receive", fd: call.int(0), bytes: call.ret, fds: [], truncated: false };
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
/** Of a call with one buffer; MSG_TRUNC returns more than there is room for. */
const moved = (call: Call): Piece[] => [{ base: call.size(1), length: Math.min(call.ret, call.size(2)) }];
const from = [out("addr", addressRead), out("addrlen", lengthRead, lengthRead)];
const flagsArg = flags(names.MESSAGE);
const acceptFlags = flags(names.newFlags("SOCK"));

/** What a protocol's number means depends on the domain. */
const protocol: Arg = (call, i) => {
  const [domain, number] = [call.int(0), call.int(i)];
  if (domain === socket.AF_INET || domain === socket.AF_INET6) return nameOf(number, valueSet("IPPROTO"));
  return domain === socket.AF_NETLINK ? nameOf(number, valueSet("NETLINK_FAMILY")) : String(number);
};

export const SOCKETS: Record<string, Deed> = {
  socket: { args: [oneOf(names.DOMAIN), type, protocol], op: (call) => opened(call, nameFromArgs(call)) },
  socketpair: { args: [oneOf(names.DOMAIN), type, protocol, pairOut], op: (call) => pair(call, 3, nameFromArgs(call)) },
  bind: { args: [fd, address, int], op: bound },
  listen: { args: [fd, int], op: (call) => ({ op: "listen", fd: call.int(0) }) },
  accept: { args: [fd, ...from], op: accepted, on },
  accept4: { args: [fd, ...from, acceptFlags], op: accepted, on },
  connect: { args: [fd, address, int], op: connected, on },
  shutdown: {},
  sendmsg: { args: [fd, message, flagsArg], entry: keepMessage, op: sent, moved: movedMessage, on },
  recvmsg: { args: [fd, out("msg", messageFilled), flagsArg], op: received, moved: movedMessage, on },
  sendmmsg: { args: [fd, out("msgs", messages, messages), uint, flagsArg], ...many(sending), on },
  recvmmsg: { args: [fd, out("msgs", messages), uint, flagsArg, structure("timespec")], ...many(receiving), on },
  sendto: { args: [fd, data(2), size, flagsArg, address, int], op: sentPlain, moved, on },
  recvfrom: { args: [fd, out("buf", dataRead), size, flagsArg, ...from], op: receivedPlain, moved, on },
};
