/** read, write and kin: bytes moved, offsets afterwards. @module */
import type { Op } from "../../model/event.ts";
import { readBlock, readBytes } from "../tracee_memory.ts";
import { data, dataRead, fd, flags, int, offset, oneOf, pointer, shown, size, uint } from "./args.ts";
import { type Arg, type Call, type CallSpec, out } from "./call.ts";
import { WHENCE } from "./names.ts";
import { preview, PREVIEW } from "./text.ts";

/** The first bytes at an address, for the event. */
export function previewAt(call: Call, address: number, length: number): { preview?: string } {
  const bytes = length > 0 ? readBytes(call.tid, address, Math.min(length, PREVIEW)) : undefined;
  return bytes ? { preview: preview(bytes) } : {};
}

function didRead(call: Call, at = call.size(1)): Op {
  const pos = call.facts.offset(call.pid, call.int(0));
  return { op: "read", fd: call.int(0), bytes: call.ret, ...(pos === undefined ? {} : { pos }), ...previewAt(call, at, call.ret) };
}

/** At an offset of its own: the description's does not move. */
function didReadAt(call: Call, at = call.size(1)): Op {
  return { op: "read", fd: call.int(0), bytes: call.ret, ...previewAt(call, at, call.ret) };
}

function didWrite(call: Call, at = call.size(1)): Op {
  return { ...wrote(call, call.int(0)), ...previewAt(call, at, call.ret) };
}

function wrote(call: Call, fd: number): Op & { op: "write" } {
  const position = call.facts.position(call.pid, fd);
  return { op: "write", fd, bytes: call.ret, ...(position ?? {}) };
}

/** Address and length of the first piece of an iovec array. */
export function firstPiece(call: Call, i: number): { base: number; length: number } | undefined {
  const block = readBlock(call.tid, call.size(i), 16);
  return block && { base: block.u64(0), length: block.u64(8) };
}

/** An iovec array by its first piece. */
const pieces: Arg = (call, i) => {
  const first = firstPiece(call, i);
  const count = call.int(i + 1);
  return first ? `[${shown(call.tid, first.base, first.length)}${count > 1 ? `, ... ${count - 1} more` : ""}]` : pointer(call, i);
};

const didReadPieces = (call: Call): Op => didRead(call, firstPiece(call, 1)?.base ?? 0);
const didReadPiecesAt = (call: Call): Op => didReadAt(call, firstPiece(call, 1)?.base ?? 0);
const didWritePieces = (call: Call): Op => didWrite(call, firstPiece(call, 1)?.base ?? 0);

function didSeek(call: Call): Op {
  return { op: "seek", fd: call.int(0), pos: call.ret };
}

/** From one descriptor to another: what was read. */
const took = (from: number) => (call: Call): Op => {
  const pos = call.facts.offset(call.pid, call.int(from));
  return { op: "read", fd: call.int(from), bytes: call.ret, ...(pos === undefined ? {} : { pos }) };
};
const gave = (to: number) => (call: Call): Op => wrote(call, call.int(to));

const on = (call: Call): { fd: number } => ({ fd: call.int(0) });
const input = out("buf", dataRead);
const inputPieces = out("iov", pieces);
const SPLICE = flags([["SPLICE_F_MOVE", 1], ["SPLICE_F_NONBLOCK", 2], ["SPLICE_F_MORE", 4], ["SPLICE_F_GIFT", 8]]);

export const IO: Record<string, CallSpec> = {
  read: { level: "fds", args: [fd, input, size], op: didRead, on },
  write: { level: "fds", args: [fd, data(2), size], op: didWrite, on },
  pread64: { level: "fds", args: [fd, input, size, offset], op: (call) => didReadAt(call), on },
  pwrite64: { level: "fds", args: [fd, data(2), size, offset], op: didWrite, on },
  readv: { level: "fds", args: [fd, inputPieces, int], op: didReadPieces, on },
  writev: { level: "fds", args: [fd, pieces, int], op: didWritePieces, on },
  preadv: { level: "fds", args: [fd, inputPieces, int, offset], op: didReadPiecesAt, on },
  pwritev: { level: "fds", args: [fd, pieces, int, offset], op: didWritePieces, on },
  preadv2: { level: "fds", args: [fd, inputPieces, int, offset], op: didReadPieces, on },
  pwritev2: { level: "fds", args: [fd, pieces, int, offset], op: didWritePieces, on },
  lseek: { level: "fds", args: [fd, offset, oneOf(WHENCE)], op: didSeek },
  getdents64: { level: "fds", args: [fd, pointer, uint] },
  ftruncate: { level: "fds", args: [fd, offset], op: truncated },
  fallocate: { level: "fds", args: [fd, int, offset, offset], op: truncated },
  sendfile: { level: "fds", args: [fd, fd, pointer, size], op: took(1), also: gave(0), on },
  splice: { level: "fds", args: [fd, pointer, fd, pointer, size, SPLICE], op: took(0), also: gave(2), on },
  tee: { level: "fds", args: [fd, fd, size, SPLICE], op: gave(1), on },
  vmsplice: { level: "fds", args: [fd, pieces, size, SPLICE], op: gave(0), on },
  copy_file_range: { level: "fds", args: [fd, pointer, fd, pointer, size, uint], op: took(0), also: gave(2), on },
};

/** The size changed, no byte moved. */
function truncated(call: Call): Op | undefined {
  const position = call.facts.position(call.pid, call.int(0));
  return position && { op: "write", fd: call.int(0), bytes: 0, ...position };
}
