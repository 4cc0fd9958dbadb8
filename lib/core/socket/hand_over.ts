/** The comfortable level of descriptor passing: one at a time, and owned sockets. @module */
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from "../../ffi/constants/socket.ts";
import { Fd, ownNew } from "../fd/fd.ts";
import { entering } from "../tap.ts";
import { receive, sendmsg } from "./message.ts";
import { onlyDescriptor } from "./pack.ts";
import { socketpair } from "./socket.ts";

/** A descriptor travels with one byte. */
const BYTE = new Uint8Array(new ArrayBuffer(1));
const ONE = { bytes: 1, maxFds: 1 };

/**
 * Two connected unix stream sockets, owned and close-on-exec.
 *
 * @throws {SystemError} EMFILE, ENFILE
 * @example
 * ```ts
 * import { fdPair } from "forkscope";
 * const [a, b] = fdPair();
 * a.write("hi");
 * console.log(b.read(new Uint8Array(8))); // 2
 * ```
 */
export function fdPair(): [a: Fd, b: Fd] {
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC);
  return [ownNew(a), ownNew(b)];
}

/**
 * Sends one descriptor with one byte. The sender keeps its own and may close it at once.
 *
 * @throws {SystemError} as sendmsg
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { receiveDescriptor, sendDescriptor, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * sendDescriptor(a, 1);
 * using copy = receiveDescriptor(b);
 * ```
 */
export function sendDescriptor(socket: number | Fd, descriptor: number | Fd): void {
  entering("sendDescriptor");
  sendmsg(numberOf(socket), { data: BYTE, fds: [numberOf(descriptor)] });
}

/**
 * Receives one descriptor that {@linkcode sendDescriptor} sent: owned, close-on-exec.
 *
 * @throws {ControlTruncatedError} more than one came, or there was no free number
 * @throws {Error} ERR_NO_DESCRIPTOR: the stream ended, or a byte came without one
 * @throws {SystemError} as recvmsg
 * @example
 * ```ts
 * import { fdPair, receiveDescriptor, sendDescriptor } from "forkscope";
 * const [a, b] = fdPair();
 * sendDescriptor(a, 0);
 * using copy = receiveDescriptor(b);
 * console.log(copy.cloexec); // true
 * ```
 */
export function receiveDescriptor(socket: number | Fd): Fd {
  entering("receiveDescriptor");
  const { descriptor, count } = receive(numberOf(socket), ONE, onlyDescriptor);
  if (descriptor) return descriptor;
  throw noDescriptor(numberOf(socket), count);
}

/** The error for a message of `count` bytes without a descriptor. */
export function noDescriptor(socket: number, count: number): Error & { code: string } {
  const what = count === 0 ? "the other end has closed" : "the message holds none";
  return Object.assign(new Error(`Cannot receive a descriptor from ${socket}: ${what}`), { code: "ERR_NO_DESCRIPTOR" });
}

/** The number of a descriptor that is owned, or not. */
export function numberOf(fd: number | Fd): number {
  return fd instanceof Fd ? fd.number : fd;
}
