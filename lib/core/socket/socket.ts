/** socket, socketpair, bind, listen, accept, connect, shutdown and names. @module */
import { check, errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { POLLOUT } from "../../ffi/constants/file.ts";
import { AF_UNIX, SHUT_RDWR, SO_ERROR, SOCK_CLOEXEC, SOCK_NONBLOCK, SOL_SOCKET, SOMAXCONN } from "../../ffi/constants/socket.ts";
import { POLLFD } from "../../ffi/layout/file.ts";
import { made } from "../fd/registry.ts";
import { retrying } from "../retry.ts";
import { interruptible } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger } from "../validate.ts";
import { ADDRESS_ROOM, checkAddress, decodeAddress, encodeAddress, familyOf, type SocketAddress } from "./address.ts";
import { readOption } from "./options.ts";

const MAX_INT = 0x7fffffff;

/**
 * `socket(domain, type, protocol)`: an unconnected socket.
 *
 * @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET, with SOCK_CLOEXEC, SOCK_NONBLOCK
 * @throws {SystemError} EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EINVAL, EMFILE, EACCES
 * @see https://man7.org/linux/man-pages/man2/socket.2.html
 * @example
 * ```ts
 * import { AF_UNIX, bind, close, listen, SOCK_STREAM, socket } from "forkscope";
 * const door = socket(AF_UNIX, SOCK_STREAM);
 * bind(door, "@door");
 * listen(door, 8);
 * close(door);
 * ```
 */
export function socket(domain: number, type: number, protocol = 0): number {
  entering("socket");
  checkInteger("socket", "domain", domain, 0, MAX_INT);
  checkInteger("socket", "type", type, 0, MAX_INT);
  checkInteger("socket", "protocol", protocol, 0, MAX_INT);
  return madeBy(check(libc().socket(domain, type, protocol), "socket", [domain, type, protocol]));
}

/**
 * `socketpair(domain, type, protocol, sv)`: two sockets connected to each other.
 *
 * @param type SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET, with SOCK_CLOEXEC, SOCK_NONBLOCK
 * @throws {SystemError} EAFNOSUPPORT, ENOTSUP, EPROTONOSUPPORT, EMFILE
 * @see https://man7.org/linux/man-pages/man2/socketpair.2.html
 * @example
 * ```ts
 * import { AF_UNIX, read, SOCK_STREAM, socketpair, write } from "forkscope";
 * const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
 * write(a, "hi");
 * console.log(read(b, new Uint8Array(8))); // 2
 * ```
 */
export function socketpair(domain: number = AF_UNIX, type = 1, protocol = 0): [a: number, b: number] {
  entering("socketpair");
  checkInteger("socketpair", "domain", domain, 0, MAX_INT);
  checkInteger("socketpair", "type", type, 0, MAX_INT);
  checkInteger("socketpair", "protocol", protocol, 0, MAX_INT);
  using room = scratch();
  const pair = room.take(8);
  check(libc().socketpair(domain, type, protocol, pair.address), "socketpair", [domain, type, protocol]);
  return [madeBy(pair.i32(0)), madeBy(pair.i32(4))];
}

/**
 * `bind(sockfd, addr, addrlen)`: gives a socket its address. A path makes a socket file, which only unlink removes.
 *
 * @throws {SystemError} EADDRINUSE: taken, or the file exists; EACCES, ENOENT, ENOTDIR, EROFS: the path; EINVAL: has an address; EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/bind.2.html
 * @example
 * ```ts
 * import { AF_UNIX, bind, getsockname, SOCK_STREAM, socket } from "forkscope";
 * const door = socket(AF_UNIX, SOCK_STREAM);
 * bind(door, ""); // the kernel chooses
 * console.log(getsockname(door)); // such as "@0003f"
 * ```
 */
export function bind(fd: number, address: SocketAddress): void {
  entering("bind");
  checkFd("bind", fd);
  const checked = checkAddress("bind", address);
  using room = scratch();
  const encoded = encodeAddress(checked, room);
  check(libc().bind(fd, encoded.address, encoded.bytes.length), "bind", [fd, address]);
}

/**
 * `listen(sockfd, backlog)`: lets a bound socket take connections.
 *
 * @param backlog connections that may wait to be accepted; the kernel cuts it to its own limit
 * @throws {SystemError} ENOTSUP: not a stream or seqpacket; EINVAL: not bound, or connected; EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/listen.2.html
 * @example
 * ```ts
 * import { AF_INET, bind, getsockname, listen, SOCK_STREAM, socket } from "forkscope";
 * const door = socket(AF_INET, SOCK_STREAM);
 * bind(door, { host: "127.0.0.1", port: 0 });
 * listen(door);
 * console.log(getsockname(door)); // the port that the kernel chose
 * ```
 */
export function listen(fd: number, backlog: number = SOMAXCONN): void {
  entering("listen");
  checkFd("listen", fd);
  checkInteger("listen", "backlog", backlog, 0, MAX_INT);
  check(libc().listen(fd, backlog), "listen", [fd, backlog]);
}

/**
 * `accept4(sockfd, addr, addrlen, flags)`: waits for a connection and gives a new descriptor for it.
 *
 * @param flags of SOCK_CLOEXEC, SOCK_NONBLOCK; neither is inherited from the listening socket
 * @throws {SystemError} EAGAIN: none waits and O_NONBLOCK set; EINVAL: not listening; ECONNABORTED, EMFILE, EBADF, ENOTSOCK, ENOTSUP
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 * @example
 * ```ts
 * import { accept4, AF_UNIX, bind, connect, listen, SOCK_CLOEXEC, SOCK_STREAM, socket } from "forkscope";
 * const [door, caller] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
 * bind(door, "@accept-example");
 * listen(door);
 * connect(caller, "@accept-example");
 * const callee = accept4(door, SOCK_CLOEXEC);
 * console.log(callee > caller); // true
 * ```
 */
export function accept4(fd: number, flags = 0): number {
  entering("accept4");
  checkFd("accept4", fd);
  checkFlags("accept4", "flags", flags, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return madeBy(retrying(() => libc().accept4(fd, 0, 0, flags), "accept4", [fd, flags]));
}

/**
 * `accept(sockfd, addr, addrlen)`: {@linkcode accept4} without flags.
 *
 * @throws {SystemError} as accept4
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 * @example
 * ```ts
 * import { accept, connectTo, listenOn } from "forkscope";
 * using door = listenOn("@accept-plain-example");
 * using caller = connectTo("@accept-plain-example");
 * console.log(accept(door.number) > caller.number); // true
 * ```
 */
export function accept(fd: number): number {
  entering("accept");
  checkFd("accept", fd);
  return madeBy(retrying(() => libc().accept4(fd, 0, 0, 0), "accept", [fd]));
}

/**
 * `connect(sockfd, addr, addrlen)`: connects to an address; sets the default receiver of a datagram socket.
 *
 * When a signal interrupts it, it goes on until the connection stands or failed.
 *
 * @throws {SystemError} ECONNREFUSED: nobody listens; ENOENT: no such path; EAGAIN: backlog full and O_NONBLOCK set (unix);
 *   EINPROGRESS: O_NONBLOCK set (IPv4, IPv6); EISCONN, EPROTOTYPE, EACCES, EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/connect.2.html
 * @example
 * ```ts
 * import { AF_UNIX, connect, SOCK_STREAM, socket, SystemError } from "forkscope";
 * try {
 *   connect(socket(AF_UNIX, SOCK_STREAM), "@nobody-listens");
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ECONNREFUSED"
 * }
 * ```
 */
export function connect(fd: number, address: SocketAddress): void {
  entering("connect");
  checkFd("connect", fd);
  const checked = checkAddress("connect", address);
  using room = scratch();
  const encoded = encodeAddress(checked, room);
  const call = (): number => libc().connect(fd, encoded.address, encoded.bytes.length);
  if (familyOf(checked) === AF_UNIX) retrying(call, "connect", [fd, address]);
  else if (interruptible(call) === -1) finishConnect(fd, address);
}

/**
 * `shutdown(sockfd, how)`: ends one or both directions of a connection, for every descriptor of the socket.
 *
 * @param how SHUT_RD, SHUT_WR or SHUT_RDWR
 * @throws {SystemError} ENOTCONN, EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/shutdown.2.html
 * @example
 * ```ts
 * import { read, SHUT_WR, shutdown, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * shutdown(a, SHUT_WR);
 * console.log(read(b, new Uint8Array(8))); // 0
 * ```
 */
export function shutdown(fd: number, how: number): void {
  entering("shutdown");
  checkFd("shutdown", fd);
  checkInteger("shutdown", "how", how, 0, SHUT_RDWR);
  check(libc().shutdown(fd, how), "shutdown", [fd, how]);
}

/**
 * `getsockname(sockfd, addr, addrlen)`: the socket's own address; "" for none.
 *
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/getsockname.2.html
 * @example
 * ```ts
 * import { getsockname, listenOn } from "forkscope";
 * using door = listenOn("@getsockname-example");
 * console.log(getsockname(door.number)); // "@getsockname-example"
 * ```
 */
export function getsockname(fd: number): SocketAddress {
  entering("getsockname");
  return nameOf("getsockname", fd);
}

/**
 * `getpeername(sockfd, addr, addrlen)`: the address of the other end; "" for none.
 *
 * @throws {SystemError} ENOTCONN, EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/getpeername.2.html
 * @example
 * ```ts
 * import { AF_UNIX, bind, connect, getpeername, listen, SOCK_STREAM, socket } from "forkscope";
 * const [door, caller] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
 * bind(door, "@peer-example");
 * listen(door);
 * connect(caller, "@peer-example");
 * console.log(getpeername(caller)); // "@peer-example"
 * ```
 */
export function getpeername(fd: number): SocketAddress {
  entering("getpeername");
  return nameOf("getpeername", fd);
}

function nameOf(call: "getsockname" | "getpeername", fd: number): SocketAddress {
  checkFd(call, fd);
  using room = scratch();
  const length = room.take(4);
  const block = room.take(ADDRESS_ROOM);
  length.setU32(0, ADDRESS_ROOM);
  check(libc()[call](fd, block.address, length.address), call, [fd]);
  return decodeAddress(block, length.u32(0));
}

/** After EINTR an IPv4 or IPv6 connect goes on by itself: waits for its outcome. */
function finishConnect(fd: number, address: SocketAddress): void {
  let reason = errno();
  if (reason === ERRNO.EINTR) {
    using room = scratch();
    const entry = room.take(POLLFD.size);
    entry.setI32(POLLFD.at.fd, fd);
    entry.setU16(POLLFD.at.events, POLLOUT);
    retrying(() => libc().poll(entry.address, 1, -1), "poll", [fd]);
    reason = readOption(fd, SOL_SOCKET, SO_ERROR);
  }
  if (reason !== 0) throw new SystemError("connect", reason, [fd, address]);
}

function madeBy(fd: number): number {
  made(fd);
  return fd;
}
