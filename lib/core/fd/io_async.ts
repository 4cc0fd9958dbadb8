/** read, write and their kin without blocking the event loop. @module */
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { checkBuffer, checkData, checkLength } from "./buffer.ts";
import { checkPieces } from "./position.ts";
import { HERE, readInto, writeFrom } from "./transfer.ts";

/**
 * {@linkcode read} without blocking the event loop: waits until there is something to read, whether the descriptor blocks or not.
 *
 * A buffer that is transferred or becomes too short while the call waits is refused when there is something to put into it.
 *
 * @param length in bytes, at most the buffer's; may be left out
 * @returns bytes read; 0 is the end of the file
 * @throws {SystemError} EBADF: not open, or closed meanwhile; EISDIR, EINVAL, EIO, ECONNRESET
 * @see https://man7.org/linux/man-pages/man2/read.2.html
 * @example
 * ```ts
 * import { pipe2, readAsync, write } from "forkscope";
 * const [r, w] = pipe2();
 * setTimeout(() => write(w, "hi"), 5);
 * console.log(await readAsync(r, new Uint8Array(8))); // 2
 * ```
 */
export async function readAsync(fd: number, buffer: ArrayBufferView, options?: AsyncOptions): Promise<number>;
export async function readAsync(fd: number, buffer: ArrayBufferView, length?: number, options?: AsyncOptions): Promise<number>;
export async function readAsync(fd: number, buffer: ArrayBufferView, length?: number | AsyncOptions, options?: AsyncOptions): Promise<number> {
  entering("readAsync");
  checkFd("readAsync", fd);
  const [wanted, last] = valueAndOptions(length, options);
  const bytes = checkBuffer("readAsync", buffer);
  const count = wanted === undefined ? bytes.length : checkLength("readAsync", wanted, bytes);
  const asker = { call: "read", args: [fd, count], signal: asyncSignal("readAsync", last) };
  return readInto(fd, HERE, () => [checkBuffer("readAsync", buffer).subarray(0, count)], asker);
}

/**
 * {@linkcode write} without blocking the event loop. To a descriptor that blocks it writes all, as write does; to one with O_NONBLOCK what
 * there is room for, once there is any.
 *
 * An abort, or a failure, when a part was written already gives the bytes written.
 *
 * @param length in bytes, at most the data's; may be left out
 * @returns bytes written
 * @throws {SystemError} EPIPE: nobody reads; EBADF: not open, or closed meanwhile; EFBIG, ENOSPC, EIO
 * @see https://man7.org/linux/man-pages/man2/write.2.html
 * @example
 * ```ts
 * import { pipe2, readAsync, writeAsync } from "forkscope";
 * const [r, w] = pipe2();
 * const written = writeAsync(w, new Uint8Array(200_000)); // more than a pipe holds
 * for (let left = 200_000; left > 0; ) left -= await readAsync(r, new Uint8Array(65_536));
 * console.log(await written); // 200000
 * ```
 */
export async function writeAsync(fd: number, data: ArrayBufferView | string, options?: AsyncOptions): Promise<number>;
export async function writeAsync(fd: number, data: ArrayBufferView | string, length?: number, options?: AsyncOptions): Promise<number>;
export async function writeAsync(fd: number, data: ArrayBufferView | string, length?: number | AsyncOptions, options?: AsyncOptions): Promise<number> {
  entering("writeAsync");
  checkFd("writeAsync", fd);
  const [wanted, last] = valueAndOptions(length, options);
  const bytes = checkData("writeAsync", data);
  const count = wanted === undefined ? bytes.length : checkLength("writeAsync", wanted, bytes);
  const asker = { call: "write", args: [fd, count], signal: asyncSignal("writeAsync", last) };
  return writeFrom(fd, HERE, () => [checkBuffer("writeAsync", bytes).subarray(0, count)], asker);
}

/**
 * {@linkcode writeAll} without blocking the event loop, also to a descriptor with O_NONBLOCK. On an abort or a failure part of it may have
 * been written.
 *
 * @throws {SystemError} as {@linkcode writeAsync}
 * @see https://man7.org/linux/man-pages/man2/write.2.html
 * @example
 * ```ts
 * import { writeAllAsync } from "forkscope";
 * await writeAllAsync(1, "a report of any length\n");
 * ```
 */
export async function writeAllAsync(fd: number, data: ArrayBufferView | string, options?: AsyncOptions): Promise<void> {
  entering("writeAllAsync");
  checkFd("writeAllAsync", fd);
  const bytes = checkData("writeAllAsync", data);
  const signal = asyncSignal("writeAllAsync", options);
  for (let done = 0; done < bytes.length; ) {
    const left = (): readonly Uint8Array[] => [checkBuffer("writeAllAsync", bytes).subarray(done)];
    signal?.throwIfAborted();
    done += await writeFrom(fd, HERE, left, { call: "write", args: [fd, bytes.length - done], signal });
  }
}

/**
 * {@linkcode pread} without blocking the event loop, which a slow disk or a network file system would.
 *
 * @throws {SystemError} as pread
 * @see https://man7.org/linux/man-pages/man2/pread.2.html
 * @example
 * ```ts
 * import { memfd_create, preadAsync, write } from "forkscope";
 * const fd = memfd_create("note");
 * write(fd, "hello");
 * console.log(await preadAsync(fd, new Uint8Array(9), 2)); // 3
 * ```
 */
export async function preadAsync(fd: number, buffer: ArrayBufferView, offset: number, options?: AsyncOptions): Promise<number> {
  entering("preadAsync");
  checkFd("preadAsync", fd);
  const { length } = checkBuffer("preadAsync", buffer);
  checkInteger("preadAsync", "offset", offset, 0, Number.MAX_SAFE_INTEGER);
  const asker = { call: "pread", args: [fd, length, offset], signal: asyncSignal("preadAsync", options) };
  return readInto(fd, offset, () => [checkBuffer("preadAsync", buffer)], asker);
}

/**
 * {@linkcode pwrite} without blocking the event loop.
 *
 * @throws {SystemError} as pwrite
 * @see https://man7.org/linux/man-pages/man2/pwrite.2.html
 * @example
 * ```ts
 * import { fstat, memfd_create, pwriteAsync } from "forkscope";
 * const fd = memfd_create("note");
 * await pwriteAsync(fd, "hello", 100);
 * console.log(fstat(fd).size); // 105
 * ```
 */
export async function pwriteAsync(fd: number, data: ArrayBufferView | string, offset: number, options?: AsyncOptions): Promise<number> {
  entering("pwriteAsync");
  checkFd("pwriteAsync", fd);
  const bytes = checkData("pwriteAsync", data);
  checkInteger("pwriteAsync", "offset", offset, 0, Number.MAX_SAFE_INTEGER);
  const asker = { call: "pwrite", args: [fd, bytes.length, offset], signal: asyncSignal("pwriteAsync", options) };
  return writeFrom(fd, offset, () => [checkBuffer("pwriteAsync", bytes)], asker);
}

/**
 * {@linkcode readv} without blocking the event loop.
 *
 * @throws {SystemError} as {@linkcode readAsync}
 * @see https://man7.org/linux/man-pages/man2/readv.2.html
 * @example
 * ```ts
 * import { pipe2, readvAsync, write } from "forkscope";
 * const [r, w] = pipe2();
 * setTimeout(() => write(w, "headbody"), 5);
 * console.log(await readvAsync(r, [new Uint8Array(4), new Uint8Array(9)])); // 8
 * ```
 */
export async function readvAsync(fd: number, buffers: readonly ArrayBufferView[], options?: AsyncOptions): Promise<number> {
  entering("readvAsync");
  checkFd("readvAsync", fd);
  const pieces = checkPieces("readvAsync", "buffers", buffers, checkBuffer);
  const asker = { call: "readv", args: [fd, pieces], signal: asyncSignal("readvAsync", options) };
  return readInto(fd, HERE, () => checkPieces("readvAsync", "buffers", pieces, checkBuffer), asker);
}

/**
 * {@linkcode writev} without blocking the event loop; how much is written, as for {@linkcode writeAsync}.
 *
 * @throws {SystemError} as writeAsync
 * @see https://man7.org/linux/man-pages/man2/writev.2.html
 * @example
 * ```ts
 * import { writevAsync } from "forkscope";
 * await writevAsync(1, ["head ", "body\n"]);
 * ```
 */
export async function writevAsync(fd: number, data: readonly (ArrayBufferView | string)[], options?: AsyncOptions): Promise<number> {
  entering("writevAsync");
  checkFd("writevAsync", fd);
  const pieces = checkPieces("writevAsync", "data", data, checkData);
  const asker = { call: "writev", args: [fd, pieces], signal: asyncSignal("writevAsync", options) };
  return writeFrom(fd, HERE, () => checkPieces("writevAsync", "data", pieces, checkBuffer), asker);
}
