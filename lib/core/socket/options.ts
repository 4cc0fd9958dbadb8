/** getsockopt, setsockopt, and who is at the other end. @module */
import { check, libc, scratch } from "../../ffi/mod.ts";
import { SO_PEERCRED, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { UCRED } from "../../ffi/layout/socket.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";

const MAX_INT = 0x7fffffff;

/** Who made the other end of a connection, as the kernel vouches. */
export interface Credentials {
  pid: number;
  uid: number;
  gid: number;
}

/**
 * `getsockopt(sockfd, level, optname, optval, optlen)`: an option whose value is an int.
 *
 * @param level SOL_SOCKET or a protocol's number
 * @param name SO_TYPE, SO_DOMAIN, SO_ERROR (read once), SO_SNDBUF, SO_RCVBUF, SO_ACCEPTCONN, SO_PASSCRED...
 * @throws {SystemError} ENOPROTOOPT: unknown option; EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/getsockopt.2.html
 * @example
 * ```ts
 * import { getsockopt, SO_TYPE, SOCK_STREAM, socketpair, SOL_SOCKET } from "forkscope";
 * const [a] = socketpair();
 * console.log(getsockopt(a, SOL_SOCKET, SO_TYPE) === SOCK_STREAM); // true
 * ```
 */
export function getsockopt(fd: number, level: number, name: number): number {
  entering("getsockopt");
  checkOption("getsockopt", fd, level, name);
  return readOption(fd, level, name);
}

/**
 * `setsockopt(sockfd, level, optname, optval, optlen)`: an option whose value is an int.
 *
 * @throws {SystemError} ENOPROTOOPT: unknown option; EINVAL, EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/setsockopt.2.html
 * @example
 * ```ts
 * import { recvmsg, sendmsg, setsockopt, SO_PASSCRED, socketpair, SOL_SOCKET } from "forkscope";
 * const [a, b] = socketpair();
 * setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
 * sendmsg(a, { data: "who?" });
 * console.log(recvmsg(b, { credentials: true }).credentials?.uid);
 * ```
 */
export function setsockopt(fd: number, level: number, name: number, value: number): void {
  entering("setsockopt");
  checkOption("setsockopt", fd, level, name);
  checkInteger("setsockopt", "value", value, -MAX_INT - 1, MAX_INT);
  using room = scratch();
  const block = room.take(4);
  block.setI32(0, value);
  check(libc().setsockopt(fd, level, name, block.address, 4), "setsockopt", [fd, level, name, value]);
}

/**
 * SO_PEERCRED: process, user and group of the other end of a unix stream or socketpair, at the time of connect, listen or
 * socketpair. The pid may have been used again since.
 *
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { AF_UNIX, getpid, peerCredentials, SOCK_STREAM, socketpair } from "forkscope";
 * const [a] = socketpair(AF_UNIX, SOCK_STREAM);
 * console.log(peerCredentials(a).pid === getpid()); // true
 * ```
 */
export function peerCredentials(fd: number): Credentials {
  entering("peerCredentials");
  checkFd("peerCredentials", fd);
  using room = scratch();
  const value = room.take(UCRED.size);
  const length = room.take(4);
  length.setU32(0, UCRED.size);
  check(libc().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value.address, length.address), "getsockopt", [fd, SOL_SOCKET, SO_PEERCRED]);
  return { pid: value.i32(UCRED.at.pid), uid: value.u32(UCRED.at.uid), gid: value.u32(UCRED.at.gid) };
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

function checkOption(call: string, fd: number, level: number, name: number): void {
  checkFd(call, fd);
  checkInteger(call, "level", level, 0, MAX_INT);
  checkInteger(call, "name", name, 0, MAX_INT);
}
