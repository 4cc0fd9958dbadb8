/** pread, pwrite, readv, writev. @module */
import { addressOf, type Block, type Scratch, scratch } from "../../ffi/mod.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { IOVEC } from "../../ffi/layout/socket.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger, wrongSize, wrongType } from "../validate.ts";
import { checkBuffer, checkData } from "./buffer.ts";

const MAX_PIECES = 1024; // IOV_MAX
const placeholder = new Uint8Array(new ArrayBuffer(1));

/**
 * `pread(fd, buf, count, offset)`: reads from an offset into `buffer`; the offset of the description stays where it is.
 *
 * @param offset in bytes from the start
 * @returns bytes read; 0 at the end of the file
 * @throws {SystemError} ESPIPE: a pipe, FIFO or socket; EBADF, EISDIR, EINVAL, EIO
 * @see https://man7.org/linux/man-pages/man2/pread.2.html
 * @example
 * ```ts
 * import { memfd_create, pread, write } from "forkscope";
 * const fd = memfd_create("note");
 * write(fd, "hello");
 * console.log(pread(fd, new Uint8Array(9), 2)); // 3
 * ```
 */
export function pread(fd: number, buffer: ArrayBufferView, offset: number): number {
  entering("pread");
  checkFd("pread", fd);
  const bytes = checkBuffer("pread", buffer);
  checkInteger("pread", "offset", offset, 0, Number.MAX_SAFE_INTEGER);
  return retrying(() => eventFunctions().pread(fd, some(bytes), bytes.length, offset), "pread", [fd, bytes.length, offset]);
}

/**
 * `pwrite(fd, buf, count, offset)`: writes at an offset; the offset of the description stays where it is. With O_APPEND Linux writes at
 * the end whatever the offset.
 *
 * @returns bytes written
 * @throws {SystemError} ESPIPE: a pipe, FIFO or socket; EBADF, EFBIG, ENOSPC, EPERM: sealed
 * @see https://man7.org/linux/man-pages/man2/pwrite.2.html
 * @example
 * ```ts
 * import { fstat, memfd_create, pwrite } from "forkscope";
 * const fd = memfd_create("note");
 * pwrite(fd, "hello", 100);
 * console.log(fstat(fd).size); // 105
 * ```
 */
export function pwrite(fd: number, data: ArrayBufferView | string, offset: number): number {
  entering("pwrite");
  checkFd("pwrite", fd);
  const bytes = checkData("pwrite", data);
  checkInteger("pwrite", "offset", offset, 0, Number.MAX_SAFE_INTEGER);
  return retrying(() => eventFunctions().pwrite(fd, some(bytes), bytes.length, offset), "pwrite", [fd, bytes.length, offset]);
}

/**
 * `readv(fd, iov, iovcnt)`: reads into several buffers, one after the other, in one call.
 *
 * @param buffers at most 1024
 * @returns bytes read in all
 * @throws {SystemError} as read
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 * @example
 * ```ts
 * import { pipe2, readv, write } from "forkscope";
 * const [r, w] = pipe2();
 * write(w, "headbody");
 * console.log(readv(r, [new Uint8Array(4), new Uint8Array(9)])); // 8
 * ```
 */
export function readv(fd: number, buffers: readonly ArrayBufferView[]): number {
  entering("readv");
  checkFd("readv", fd);
  const pieces = checkPieces("readv", "buffers", buffers, checkBuffer);
  using room = scratch();
  const list = vector(pieces, room);
  return retrying(() => eventFunctions().readv(fd, list.address, pieces.length), "readv", [fd, pieces]);
}

/**
 * `writev(fd, iov, iovcnt)`: writes several pieces in one call; to a pipe, in one piece when they fit into PIPE_BUF.
 *
 * @param data at most 1024 pieces
 * @returns bytes written in all
 * @throws {SystemError} as write
 * @see https://man7.org/linux/man-pages/man2/writev.2.html
 * @example
 * ```ts
 * import { writev } from "forkscope";
 * writev(1, ["head ", "body\n"]);
 * ```
 */
export function writev(fd: number, data: readonly (ArrayBufferView | string)[]): number {
  entering("writev");
  checkFd("writev", fd);
  const pieces = checkPieces("writev", "data", data, checkData);
  using room = scratch();
  const list = vector(pieces, room);
  return retrying(() => eventFunctions().writev(fd, list.address, pieces.length), "writev", [fd, pieces]);
}

type CheckPiece = (call: string, value: unknown, name: string) => Uint8Array;

/** Pieces of memory, each checked. */
export function checkPieces(call: string, name: string, value: unknown, checkPiece: CheckPiece): Uint8Array[] {
  if (!Array.isArray(value)) throw wrongType(call, name, value, "an array");
  if (value.length > MAX_PIECES) throw wrongSize(call, name, `${value.length} entries`, `at most ${MAX_PIECES}`);
  return Array.from(value, (piece: unknown, i) => checkPiece(call, piece, `${name}[${i}]`));
}

/** A list of struct iovec that names the pieces. */
export function vector(pieces: readonly Uint8Array[], room: Scratch): Block {
  const list = room.take(IOVEC.size * pieces.length);
  pieces.forEach((piece, i) => {
    list.setU64(IOVEC.size * i + IOVEC.at.iov_base, addressOf(some(piece)));
    list.setU64(IOVEC.size * i + IOVEC.at.iov_len, piece.length);
  });
  return list;
}

/** An empty view has no address to give. */
function some(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? placeholder : bytes;
}
