/** read, write, lseek. @module */
import { check, libc } from "../../ffi/mod.ts";
import { done, unlessInterrupted } from "../retry.ts";
import { sleepBegins, sleepEnds } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { checkBuffer, checkData, checkLength } from "./buffer.ts";

/**
 * `read(fd, buf, count)`: reads at most `length` bytes into the start of `buffer`; 0 is the end of the file.
 *
 * @param buffer any view over an ArrayBuffer; a SharedArrayBuffer is refused
 * @param length in bytes, at most the buffer's
 * @returns bytes read; fewer than asked for is usual for pipes and sockets
 * @throws {SystemError} EAGAIN: nothing there and O_NONBLOCK set; EBADF, EISDIR, EINVAL, EIO
 * @see https://man7.org/linux/man-pages/man2/read.2.html
 * @example
 * ```ts
 * import { close, O_RDONLY, open, read } from "forkscope";
 * const fd = open("/etc/hostname", O_RDONLY);
 * const buffer = new Uint8Array(64);
 * console.log(new TextDecoder().decode(buffer.subarray(0, read(fd, buffer))));
 * close(fd);
 * ```
 */
export function read(fd: number, buffer: ArrayBufferView, length?: number): number {
  entering("read");
  checkFd("read", fd);
  const bytes = checkBuffer("read", buffer);
  const count = length === undefined ? bytes.length : checkLength("read", length, bytes);
  const room = bytes.length === 0 ? placeholder : bytes;
  for (;;) {
    sleepBegins();
    const result = libc().read(fd, room, count);
    sleepEnds();
    if (result !== -1) return done(result);
    unlessInterrupted("read", [fd, count]);
  }
}

/**
 * `write(fd, buf, count)`: writes bytes or a text in UTF-8.
 *
 * @param length in bytes, at most the data's
 * @returns bytes written, which may be fewer than given: see {@linkcode writeAll}
 * @throws {SystemError} EPIPE: nobody reads (both runtimes ignore SIGPIPE, else the signal would come first); EAGAIN: full and
 *   O_NONBLOCK set; EBADF, EFBIG, ENOSPC, EIO
 * @see https://man7.org/linux/man-pages/man2/write.2.html
 * @example
 * ```ts
 * import { write } from "forkscope";
 * write(1, "hello\n"); // 6
 * ```
 */
export function write(fd: number, data: ArrayBufferView | string, length?: number): number {
  entering("write");
  checkFd("write", fd);
  const bytes = checkData("write", data);
  const count = length === undefined ? bytes.length : checkLength("write", length, bytes);
  return put(fd, bytes, count);
}

/**
 * Writes all of it, with as many calls of write as it takes.
 *
 * On a failure part of it may have been written. Meant for descriptors that block.
 *
 * @throws {SystemError} as {@linkcode write}
 * @see https://man7.org/linux/man-pages/man2/write.2.html
 * @example
 * ```ts
 * import { writeAll } from "forkscope";
 * writeAll(1, "a report of any length\n");
 * ```
 */
export function writeAll(fd: number, data: ArrayBufferView | string): void {
  entering("writeAll");
  checkFd("writeAll", fd);
  const bytes = checkData("writeAll", data);
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.subarray(done);
    done += put(fd, rest, rest.length);
  }
}

/**
 * `lseek(fd, offset, whence)`: moves the offset of the open file description; every descriptor of it sees the move.
 *
 * @param offset in bytes, may be negative
 * @param whence SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE
 * @returns the new offset from the start
 * @throws {SystemError} ESPIPE: a pipe, FIFO or socket; EINVAL: before the start, or unknown whence; ENXIO; EBADF
 * @see https://man7.org/linux/man-pages/man2/lseek.2.html
 * @example
 * ```ts
 * import { lseek, SEEK_CUR } from "forkscope";
 * const here = (fd: number) => lseek(fd, 0, SEEK_CUR);
 * ```
 */
export function lseek(fd: number, offset: number, whence: number): number {
  entering("lseek");
  checkFd("lseek", fd);
  const distance = checkInteger("lseek", "offset", offset, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkInteger("lseek", "whence", whence, 0, 0x7fffffff);
  return check(libc().lseek(fd, distance, whence), "lseek", [fd, offset, whence]);
}

/** In the place of an empty view, which has no address to give: a call with zero bytes still checks the descriptor. */
const placeholder = new Uint8Array(new ArrayBuffer(1));

function put(fd: number, bytes: Uint8Array, count: number): number {
  const data = bytes.length === 0 ? placeholder : bytes;
  for (;;) {
    sleepBegins();
    const result = libc().write(fd, data, count);
    sleepEnds();
    if (result !== -1) return done(result);
    unlessInterrupted("write", [fd, count]);
  }
}
