/** read, write and kin: bytes moved, offsets afterwards. @module */
import type { Op } from "../../model/event.ts";
import { readBlock } from "../tracee_memory.ts";
import { data, dataRead, fd, flags, int, offset, oneOf, pointer, shown, size, uint } from "./args.ts";
import { type Arg, type Call, type CallSpec, out, type Piece } from "./call.ts";
import { WHENCE } from "./names.ts";
import { onFd } from "./waits.ts";

/** Reads and writes of one buffer: the bytes that moved are those at argument 1. */
const moved = (call: Call): Piece => ({ base: call.size(1), length: call.ret });
/** Of the first piece of several. */
const movedPieces = (call: Call): Piece | undefined => {
  const first = firstPiece(call, 1);
  return first && { base: first.base, length: Math.min(first.length, call.ret) };
};

function didRead(call: Call): Op {
  const pos = call.facts.offset(call.pid, call.int(0));
  return pos === undefined ? { op: "read", fd: call.int(0), bytes: call.ret } : { op: "read", fd: call.int(0), bytes: call.ret, pos };
}

/** At an offset of its own: the description's does not move. */
function didReadAt(call: Call): Op {
  return { op: "read", fd: call.int(0), bytes: call.ret };
}

function didWrite(call: Call): Op {
  return wrote(call, call.int(0));
}

function wrote(call: Call, fd: number): Op & { op: "write" } {
  const position = call.facts.position(call.pid, fd);
  return { op: "write", fd, bytes: call.ret, ...(position ?? {}) };
}

/** Address and length of the first piece of an iovec array. */
function firstPiece(call: Call, i: number): Piece | undefined {
  const block = readBlock(call.tid, call.size(i), 16);
  return block && { base: block.u64(0), length: block.u64(8) };
}

/** An iovec array by its first piece. */
const pieces: Arg = (call, i) => {
  const first = firstPiece(call, i);
  const count = call.int(i + 1);
  return first ? `[${shown(call.tid, first.base, first.length)}${count > 1 ? `, ... ${count - 1} more` : ""}]` : pointer(call, i);
};

function didSeek(call: Call): Op {
  return { op: "seek", fd: call.int(0), pos: call.ret };
}

/** From one descriptor to another: what was read. */
const took = (from: number) => (call: Call): Op => {
  const pos = call.facts.offset(call.pid, call.int(from));
  return { op: "read", fd: call.int(from), bytes: call.ret, ...(pos === undefined ? {} : { pos }) };
};
const gave = (to: number) => (call: Call): Op => wrote(call, call.int(to));

const on = onFd;
const input = out("buf", dataRead);
const inputPieces = out("iov", pieces);
const SPLICE = flags([["SPLICE_F_MOVE", 1], ["SPLICE_F_NONBLOCK", 2], ["SPLICE_F_MORE", 4], ["SPLICE_F_GIFT", 8]]);

export const IO: Record<string, CallSpec> = {
  read: { later: true, args: [fd, input, size], op: didRead, moved, on },
  write: { later: true, args: [fd, data(2), size], op: didWrite, moved, on },
  pread64: { later: true, args: [fd, input, size, offset], op: didReadAt, moved, on },
  pwrite64: { later: true, args: [fd, data(2), size, offset], op: didWrite, moved, on },
  readv: { args: [fd, inputPieces, int], op: didRead, moved: movedPieces, on },
  writev: { args: [fd, pieces, int], op: didWrite, moved: movedPieces, on },
  preadv: { args: [fd, inputPieces, int, offset], op: didReadAt, moved: movedPieces, on },
  pwritev: { args: [fd, pieces, int, offset], op: didWrite, moved: movedPieces, on },
  preadv2: { args: [fd, inputPieces, int, offset], op: didRead, moved: movedPieces, on },
  pwritev2: { args: [fd, pieces, int, offset], op: didWrite, moved: movedPieces, on },
  lseek: { later: true, args: [fd, offset, oneOf(WHENCE)], op: didSeek },
  getdents64: { args: [fd, pointer, uint] },
  ftruncate: { args: [fd, offset], op: truncated },
  fallocate: { args: [fd, int, offset, offset], op: truncated },
  sendfile: { args: [fd, fd, pointer, size], op: took(1), also: gave(0), on },
  splice: { args: [fd, pointer, fd, pointer, size, SPLICE], op: took(0), also: gave(2), on },
  tee: { args: [fd, fd, size, SPLICE], op: gave(1), on },
  vmsplice: { args: [fd, pieces, size, SPLICE], op: gave(0), on },
  copy_file_range: { args: [fd, pointer, fd, pointer, size, uint], op: took(0), also: gave(2), on },
};

/** The size changed, no byte moved. */
function truncated(call: Call): Op | undefined {
  const position = call.facts.position(call.pid, call.int(0));
  return position && { op: "write", fd: call.int(0), bytes: 0, ...position };
}
