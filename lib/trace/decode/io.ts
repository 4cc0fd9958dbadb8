/** read, write and kin: bytes moved, offsets afterwards. @module */
import type { Op } from "../../model/event.ts";
import { data, dataRead, fd, flags, int, offset, oneOf, size } from "./args.ts";
import { type Also, type Arg, type Call, type Deed, out, type Piece } from "./call.ts";
import { flagSet, valueSet } from "./constants.ts";
import { movedOffset } from "./more_args.ts";
import { movedPieces, pieces, piecesFilled } from "./pieces.ts";
import { flagNames } from "./text.ts";
import { onFd } from "./waits.ts";

/** Reads and writes of one buffer: the bytes that moved are those at argument 1. */
const moved = (call: Call): Piece[] => [{ base: call.size(1), length: call.ret }];
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

function didSeek(call: Call): Op {
  return { op: "seek", fd: call.int(0), pos: call.ret };
}

/** From one descriptor to another: what was read. */
const took = (from: number) => (call: Call): Op => {
  const pos = call.facts.offset(call.pid, call.int(from));
  return { op: "read", fd: call.int(from), bytes: call.ret, ...(pos === undefined ? {} : { pos }) };
};
const gave = (to: number) => (call: Call): Op => wrote(call, call.int(to));
const alsoGave = (to: number) => (call: Call): Also[] => [{ op: wrote(call, call.int(to)) }];

const on = onFd;
const input = out("buf", dataRead);
const inputPieces = out("iov", piecesFilled);
const SPLICE = flags(flagSet("SPLICE"));
/** Behind the two halves of the offset. */
const RWF: Arg = (call) => flagNames(call.uint(5), flagSet("RWF"));

export const IO: Record<string, Deed> = {
  read: { args: [fd, input, size], op: didRead, moved, on },
  write: { args: [fd, data(2), size], op: didWrite, moved, on },
  pread64: { args: [fd, input, size, offset], op: didReadAt, moved, on },
  pwrite64: { args: [fd, data(2), size, offset], op: didWrite, moved, on },
  readv: { args: [fd, inputPieces, int], op: didRead, moved: movedPieces, on },
  writev: { args: [fd, pieces, int], op: didWrite, moved: movedPieces, on },
  preadv: { args: [fd, inputPieces, int, offset], op: didReadAt, moved: movedPieces, on },
  pwritev: { args: [fd, pieces, int, offset], op: didWrite, moved: movedPieces, on },
  preadv2: { args: [fd, inputPieces, int, offset, RWF], op: didRead, moved: movedPieces, on },
  pwritev2: { args: [fd, pieces, int, offset, RWF], op: didWrite, moved: movedPieces, on },
  lseek: { args: [fd, offset, oneOf(valueSet("WHENCE"))], op: didSeek },
  getdents64: {},
  ftruncate: { op: truncated },
  fallocate: { op: truncated },
  sendfile: { args: [fd, fd, movedOffset, size], op: took(1), also: alsoGave(0), on },
  splice: { op: took(0), also: alsoGave(2), on },
  tee: { args: [fd, fd, size, SPLICE], op: gave(1), on },
  vmsplice: { args: [fd, pieces, size, SPLICE], op: gave(0), moved: movedPieces, on },
  copy_file_range: { op: took(0), also: alsoGave(2), on },
};

/** The size changed, no byte moved. */
function truncated(call: Call): Op | undefined {
  const position = call.facts.position(call.pid, call.int(0));
  return position && { op: "write", fd: call.int(0), bytes: 0, ...position };
}
