/** accept and connect without blocking the event loop. @module */
import { EPOLLIN, EPOLLOUT } from "../../ffi/constants/event.ts";
import { AF_UNIX, SO_ACCEPTCONN, SO_ERROR, SOCK_CLOEXEC, SOCK_NONBLOCK, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { ready } from "../async/ready.ts";
import { pause, whenReady } from "../async/wait.ts";
import { made } from "../fd/registry.ts";
import { isBlocking } from "../fd/transfer.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags } from "../validate.ts";
import { checkAddress, encodeAddress, familyOf, type SocketAddress } from "./address.ts";
import { readOption } from "./options.ts";

/**
 * {@linkcode accept4} without blocking the event loop, whether the socket blocks or not. Several processes may wait for one socket: who
 * comes too late waits on.
 *
 * @param flags of SOCK_CLOEXEC, SOCK_NONBLOCK; may be left out
 * @throws {SystemError} as accept4; EBADF: closed meanwhile
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 * @example
 * ```ts
 * import { accept4Async, AF_UNIX, bind, connect, getsockname, listen, SOCK_CLOEXEC, SOCK_STREAM, socket } from "forkscope";
 * const [door, caller] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
 * bind(door, "");
 * listen(door);
 * setTimeout(() => connect(caller, getsockname(door)), 5);
 * console.log((await accept4Async(door, SOCK_CLOEXEC)) > caller); // true
 * ```
 */
export async function accept4Async(fd: number, options?: AsyncOptions): Promise<number>;
export async function accept4Async(fd: number, flags?: number, options?: AsyncOptions): Promise<number>;
export async function accept4Async(fd: number, flags?: number | AsyncOptions, options?: AsyncOptions): Promise<number> {
  entering("accept4Async");
  checkFd("accept4Async", fd);
  const [bits = 0, last] = valueAndOptions(flags, options);
  checkFlags("accept4Async", "flags", bits, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return accepted(fd, bits, { call: "accept4", args: [fd, bits], signal: asyncSignal("accept4Async", last) });
}

/**
 * {@linkcode accept} without blocking the event loop; see {@linkcode accept4Async}.
 *
 * @throws {SystemError} as accept4Async
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 * @example
 * ```ts
 * import { acceptAsync, AF_UNIX, bind, connectAsync, getsockname, listen, SOCK_STREAM, socket } from "forkscope";
 * const [door, caller] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
 * bind(door, "");
 * listen(door);
 * const [callee] = await Promise.all([acceptAsync(door), connectAsync(caller, getsockname(door))]);
 * console.log(callee > caller); // true
 * ```
 */
export async function acceptAsync(fd: number, options?: AsyncOptions): Promise<number> {
  entering("acceptAsync");
  checkFd("acceptAsync", fd);
  return accepted(fd, 0, { call: "accept", args: [fd], signal: asyncSignal("acceptAsync", options) });
}

/**
 * {@linkcode connect} without blocking the event loop, whether the socket blocks or not: a full backlog is waited for, too.
 *
 * After an abort the kernel may go on connecting an IPv4 or IPv6 socket: close it.
 *
 * @throws {SystemError} as connect; ETIMEDOUT, EHOSTUNREACH, ENETUNREACH
 * @see https://man7.org/linux/man-pages/man2/connect.2.html
 * @example
 * ```ts
 * import { AF_UNIX, connectAsync, SOCK_STREAM, socket, SystemError } from "forkscope";
 * try {
 *   await connectAsync(socket(AF_UNIX, SOCK_STREAM), "@nobody-listens");
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "ECONNREFUSED"
 * }
 * ```
 */
export async function connectAsync(fd: number, address: SocketAddress, options?: AsyncOptions): Promise<void> {
  entering("connectAsync");
  checkFd("connectAsync", fd);
  const checked = checkAddress("connectAsync", address);
  const asker = { call: "connect", args: [fd, address], signal: asyncSignal("connectAsync", options) };
  await connected(fd, checked, asker);
}

/** Waits until the socket is connected. */
export function connected(fd: number, address: SocketAddress, asker: Asker): Promise<void> {
  return isBlocking(fd, asker) ? connectOnThread(fd, address, asker) : connectWhenReady(fd, address, asker);
}

/** Waits for a connection. Nothing accepts without waiting on a socket that blocks, so that is left to a thread, once somebody has called. */
export async function accepted(fd: number, flags: number, asker: Asker): Promise<number> {
  const number = isBlocking(fd, asker) && isListening(fd)
    ? await ready(fd, EPOLLIN, asker).then(() => callAsync("accept4", [fd, 0, 0, flags], asker))
    : await whenReady(fd, EPOLLIN, () => libc().accept4(fd, 0, 0, flags), asker);
  made(number);
  return number;
}

/** False for what accept refuses at once. */
function isListening(fd: number): boolean {
  try {
    return readOption(fd, SOL_SOCKET, SO_ACCEPTCONN) === 1;
  } catch {
    return false;
  }
}

async function connectOnThread(fd: number, address: SocketAddress, asker: Asker): Promise<void> {
  const bytes = encoded(address);
  using memory = CMemory.of(asker.call, bytes);
  const isUnix = familyOf(address) === AF_UNIX;
  try {
    await callAsync("connect", [fd, memory.address, bytes.length], asker, isUnix);
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ERRNO.EINTR)) throw error;
    await outcome(fd, asker); // after EINTR an IPv4 or IPv6 connect goes on by itself
  }
}

async function connectWhenReady(fd: number, address: SocketAddress, asker: Asker): Promise<void> {
  for (let tries = 1; ; tries++) {
    const reason = connectNow(fd, address);
    if (reason === 0) return;
    if (reason === ERRNO.EINPROGRESS || reason === ERRNO.EALREADY) return outcome(fd, asker);
    if (reason !== ERRNO.EAGAIN || familyOf(address) !== AF_UNIX) throw new SystemError(asker.call, reason, asker.args);
    await pause(tries, asker); // the backlog is full, and nothing tells when it is not
  }
}

function connectNow(fd: number, address: SocketAddress): number {
  using room = scratch();
  const { address: at, bytes } = encodeAddress(address, room);
  return libc().connect(fd, at, bytes.length) === -1 ? errno() : 0;
}

function encoded(address: SocketAddress): Uint8Array {
  using room = scratch();
  return encodeAddress(address, room).bytes.slice();
}

/** Waits for the outcome of a connection that is being made. */
async function outcome(fd: number, asker: Asker): Promise<void> {
  await ready(fd, EPOLLOUT, asker);
  const reason = readOption(fd, SOL_SOCKET, SO_ERROR);
  if (reason !== 0) throw new SystemError(asker.call, reason, asker.args);
}
