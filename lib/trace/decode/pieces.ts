/** struct iovec: data in several pieces. @module */
import { readBytes } from "../tracee_memory.ts";
import { type Always, pointer, shown } from "./args.ts";
import type { Call, Piece } from "./call.ts";

const IOVEC_SIZE = 16;
/** IOV_MAX. */
const MOST = 1024;
/** So many are shown. */
const MOST_SHOWN = 16;

/** The pieces of an array of this many at an address; undefined where it cannot be read. */
export function readPieces(tid: number, address: number, count: number): Piece[] | undefined {
  const most = Math.min(MOST, Math.max(0, count));
  const bytes = readBytes(tid, address, IOVEC_SIZE * most);
  if (!bytes || bytes.length < IOVEC_SIZE * most) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: most }, (_, k) => ({ base: Number(view.getBigUint64(IOVEC_SIZE * k, true)), length: Number(view.getBigUint64(IOVEC_SIZE * k + 8, true)) }));
}

/** The first `length` bytes of pieces. */
export function firstOf(pieces: readonly Piece[], length: number): Piece[] {
  const first: Piece[] = [];
  let left = length;
  for (const { base, length: whole } of pieces) {
    if (left <= 0) break;
    first.push({ base, length: Math.min(whole, left) });
    left -= whole;
  }
  return first;
}

/** "[{iov_base="hello", iov_len=5}]"; `filled`: only so many bytes of them mean something. */
export function piecesText(tid: number, pieces: readonly Piece[], filled = Infinity): string {
  let left = filled;
  const items = pieces.slice(0, MOST_SHOWN).map(({ base, length }) => {
    const data = shown(tid, base, Math.max(0, Math.min(length, left)));
    left -= length;
    return `{iov_base=${data}, iov_len=${length}}`;
  });
  return `[${items.join(", ")}${pieces.length > MOST_SHOWN ? ", ..." : ""}]`;
}

function ofCall(call: Call, i: number): Piece[] | undefined {
  return readPieces(call.tid, call.size(i), call.int(i + 1));
}

/** Pieces to be written, as many as the next argument says. */
export const pieces: Always = Object.assign((call: Call, i: number) => {
  const found = ofCall(call, i);
  return found ? piecesText(call.tid, found) : pointer(call, i);
}, { now: true as const });

/** Pieces that were filled. */
export const piecesFilled: Always = Object.assign((call: Call, i: number) => {
  const found = ofCall(call, i);
  return found ? piecesText(call.tid, found, Math.max(0, call.ret)) : pointer(call, i);
}, { now: true as const });

/** The bytes that a call of pieces at argument 1 moved. */
export const movedPieces = (call: Call): Piece[] => firstOf(ofCall(call, 1) ?? [], call.ret);
