/** Sockets of one call: what listens at an address, what is connected to one, what was accepted. @module */
import { SO_REUSEADDR, SO_REUSEPORT, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET, SOMAXCONN, AF_INET6, AF_UNIX, SOCK_SEQPACKET, SOCK_DGRAM } from "../../ffi/constants/socket.ts";
import { IPPROTO_IPV6, IPV6_V6ONLY } from "../../ffi/constants/inet.ts";
import { Fd, ownNew } from "../fd/fd.ts";
import { checkInteger, checkOptions, outOfRange, wrongType } from "../validate.ts";
import { checkAddress, familyOf, type SocketAddress } from "./address.ts";
import { setsockopt } from "./options.ts";
import { accept4, bind, connect, getpeername, listen, socket } from "./socket.ts";

/** How to listen. */
export interface ListenOptions {
  /** SOCK_STREAM unless given; SOCK_SEQPACKET for a unix address; SOCK_DGRAM is bound alone. */
  type?: number;
  /** Connections that may wait to be accepted; SOMAXCONN unless given. */
  backlog?: number;
  /** Several sockets share one port, and the kernel spreads connections over them (SO_REUSEPORT). */
  reusePort?: boolean;
  /** IPv6: do not take IPv4 connections too (IPV6_V6ONLY). */
  v6Only?: boolean;
  /** Calls fail with EAGAIN in place of waiting (SOCK_NONBLOCK). */
  nonblock?: boolean;
}

/** How to connect. */
export interface ConnectOptions {
  /** SOCK_STREAM unless given, SOCK_SEQPACKET, SOCK_DGRAM. */
  type?: number;
}

/** A connection that was accepted. */
export interface Accepted {
  fd: Fd;
  /** The other end's address; "" for none. */
  from: SocketAddress;
}

/**
 * A socket that listens at an address: socket, SO_REUSEADDR on TCP, bind, listen. Owned and close-on-exec; a forked child has it too, so
 * that several processes may accept from it.
 *
 * @throws {SystemError} EADDRINUSE, EADDRNOTAVAIL, EACCES: a port below net.ipv4.ip_unprivileged_port_start; else as {@linkcode bind}
 * @see https://man7.org/linux/man-pages/man2/listen.2.html
 * @example
 * ```ts
 * import { acceptFrom, connectTo, getsockname, listenOn } from "forkscope";
 * using door = listenOn({ host: "127.0.0.1", port: 0 });
 * using caller = connectTo(getsockname(door.number));
 * using callee = acceptFrom(door).fd;
 * caller.write("hello");
 * console.log(callee.read(new Uint8Array(8))); // 5
 * ```
 */
export function listenOn(address: SocketAddress, options: ListenOptions = {}): Fd {
  checkAddress("listen", address);
  checkOptions("listen", options);
  const { type = SOCK_STREAM, backlog = SOMAXCONN, nonblock = false } = options;
  checkType("listen", type);
  checkInteger("listen", "backlog", backlog, 0, 0x7fffffff);
  for (const name of ["reusePort", "v6Only", "nonblock"] as const) checkSwitch(name, options[name]);
  return made(address, type | (nonblock ? SOCK_NONBLOCK : 0), (fd) => {
    prepare(fd, address, options);
    bind(fd, address);
    if (type !== SOCK_DGRAM) listen(fd, backlog);
  });
}

/**
 * A socket that is connected to an address, owned and close-on-exec.
 *
 * @throws {SystemError} as {@linkcode connect}
 * @see https://man7.org/linux/man-pages/man2/connect.2.html
 * @example
 * ```ts
 * import { connectTo, SystemError } from "forkscope";
 * try {
 *   connectTo("@nobody-listens");
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ECONNREFUSED"
 * }
 * ```
 */
export function connectTo(address: SocketAddress, options: ConnectOptions = {}): Fd {
  checkAddress("connect", address);
  checkOptions("connect", options);
  const { type = SOCK_STREAM } = options;
  checkType("connect", type);
  return made(address, type, (fd) => connect(fd, address));
}

/**
 * Takes a connection from a listening socket, waiting for one: owned, close-on-exec, with the other end's address.
 *
 * @throws {SystemError} as {@linkcode accept4}
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 * @example
 * ```ts
 * import { acceptFrom, connectTo, listenOn } from "forkscope";
 * using door = listenOn("@accept-from-example");
 * using caller = connectTo("@accept-from-example");
 * const { fd, from } = acceptFrom(door);
 * console.log(fd.cloexec && from === ""); // true
 * fd.close();
 * ```
 */
export function acceptFrom(door: Fd | number): Accepted {
  const fd = ownNew(accept4(door instanceof Fd ? door.number : door, SOCK_CLOEXEC));
  return { fd, from: addressOrNone(fd) };
}

/** Makes a socket for an address and closes it again when `setUp` fails. */
function made(address: SocketAddress, type: number, setUp: (fd: number) => void): Fd {
  const fd = ownNew(socket(familyOf(address), type | SOCK_CLOEXEC));
  try {
    setUp(fd.number);
    return fd;
  } catch (error) {
    fd.close();
    throw error;
  }
}

function prepare(fd: number, address: SocketAddress, { type = SOCK_STREAM, reusePort, v6Only }: ListenOptions): void {
  const family = familyOf(address);
  if (family !== AF_UNIX && type === SOCK_STREAM) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (reusePort) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (v6Only !== undefined && family === AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6Only ? 1 : 0);
}

/** The other end's address. A caller that has gone again already has none. */
export function addressOrNone(fd: Fd): SocketAddress {
  try {
    return getpeername(fd.number);
  } catch {
    return "";
  }
}

/** Refuses what is no type of socket. */
export function checkType(call: string, type: unknown): void {
  const types: readonly unknown[] = [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET];
  if (!types.includes(type)) throw outOfRange(call, "type", type, "SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET");
}

function checkSwitch(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") throw wrongType("listen", name, value, "true or false");
}
