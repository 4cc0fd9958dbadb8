/** getsockopt and setsockopt. @module */
import { type Block, check, libc, scratch } from "../../ffi/mod.ts";
import { SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { SO_PEERPIDFD } from "../../ffi/constants/socket_new.ts";
import { checkBuffer } from "../fd/buffer.ts";
import { made } from "../fd/registry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger, wrongSize } from "../validate.ts";

const MAX_INT = 0x7fffffff;
const MAX_VALUE = 0x10000;

/** Who a process at the other end is, as the kernel vouches. */
export interface Credentials {
  pid: number;
  uid: number;
  gid: number;
}

/**
 * `getsockopt(sockfd, level, optname, optval, optlen)`: an option's value: an int, or with `length` the bytes as they are.
 *
 * @param level SOL_SOCKET or a protocol's number, such as IPPROTO_TCP
 * @param name SO_TYPE, SO_DOMAIN, SO_ERROR (read once), SO_SNDBUF, SO_RCVBUF, SO_ACCEPTCONN, SO_PASSCRED, TCP_NODELAY...
 * @param length room in bytes for a value that is no int; fewer may come
 * @throws {SystemError} ENOPROTOOPT: unknown option; EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/getsockopt.2.html
 * @example
 * ```ts
 * import { getsockopt, SO_TYPE, SOCK_STREAM, socketpair, SOL_SOCKET } from "forkscope";
 * const [a] = socketpair();
 * console.log(getsockopt(a, SOL_SOCKET, SO_TYPE) === SOCK_STREAM); // true
 * ```
 */
export function getsockopt(fd: number, level: number, name: number): number;
export function getsockopt(fd: number, level: number, name: number, length: number): Uint8Array;
export function getsockopt(fd: number, level: number, name: number, length?: number): number | Uint8Array {
  entering("getsockopt");
  checkOption("getsockopt", fd, level, name);
  if (length !== undefined) return readOptionBytes(fd, level, name, checkInteger("getsockopt", "length", length, 0, MAX_VALUE));
  const value = readOption(fd, level, name);
  if (level === SOL_SOCKET && name === SO_PEERPIDFD) made(value);
  return value;
}

/**
 * `setsockopt(sockfd, level, optname, optval, optlen)`: sets an option to an int, or to bytes as C lays its structure out.
 *
 * @throws {SystemError} ENOPROTOOPT: unknown option; EINVAL, EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/setsockopt.2.html
 * @example
 * ```ts
 * import { recvmsg, sendmsg, setsockopt, SO_PASSCRED, socketpair, SOL_SOCKET } from "forkscope";
 * const [a, b] = socketpair();
 * setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
 * sendmsg(a, { data: "who?" });
 * console.log(recvmsg(b).credentials?.uid);
 * ```
 */
export function setsockopt(fd: number, level: number, name: number, value: number | ArrayBufferView): void {
  entering("setsockopt");
  checkOption("setsockopt", fd, level, name);
  using room = scratch();
  if (ArrayBuffer.isView(value)) {
    const bytes = checkBuffer("setsockopt", value, "value");
    if (bytes.length > MAX_VALUE) throw wrongSize("setsockopt", "value", `${bytes.length} bytes`, `at most ${MAX_VALUE}`);
    const block = room.take(bytes.length);
    block.bytes.set(bytes);
    return writeOption(fd, level, name, block, bytes);
  }
  const block = room.take(4);
  block.setI32(0, checkInteger("setsockopt", "value", value, -MAX_INT - 1, MAX_INT));
  writeOption(fd, level, name, block, value);
}

/** The value of an int option of checked arguments. */
export function readOption(fd: number, level: number, name: number): number {
  using room = scratch();
  const value = room.take(4);
  const length = room.take(4);
  length.setU32(0, 4);
  check(libc().getsockopt(fd, level, name, value.address, length.address), "getsockopt", [fd, level, name]);
  return value.i32(0);
}

/** The bytes of an option of checked arguments. */
export function readOptionBytes(fd: number, level: number, name: number, length: number): Uint8Array {
  using room = scratch();
  const value = room.take(length);
  const size = room.take(4);
  size.setU32(0, length);
  check(libc().getsockopt(fd, level, name, value.address, size.address), "getsockopt", [fd, level, name]);
  return value.bytes.slice(0, Math.min(length, size.u32(0)));
}

/** Sets an option of checked arguments; `value` is for an error to show. */
export function writeOption(fd: number, level: number, name: number, block: Block, value: unknown): void {
  check(libc().setsockopt(fd, level, name, block.address, block.bytes.length), "setsockopt", [fd, level, name, value]);
}

function checkOption(call: string, fd: number, level: number, name: number): void {
  checkFd(call, fd);
  checkInteger(call, "level", level, 0, MAX_INT);
  checkInteger(call, "name", name, 0, MAX_INT);
}
