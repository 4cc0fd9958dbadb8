/** sendmsg and recvmsg without blocking the event loop. @module */
import { EPOLLIN, EPOLLOUT, EPOLLPRI } from "../../ffi/constants/event.ts";
import { MSG_DONTWAIT, MSG_ERRQUEUE, MSG_OOB, MSG_PEEK, MSG_WAITALL, SO_TYPE, SOCK_STREAM, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { whenReady } from "../async/wait.ts";
import { explained } from "../explain.ts";
import type { Fd } from "../fd/fd.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkOptions } from "../validate.ts";
import { MAX_FDS } from "./control.ts";
import { noDescriptor, numberOf } from "./hand_over.ts";
import { type IncomingMessage, NOTES, type OutgoingMessage, type ReceiveOptions } from "./message.ts";
import { readOption } from "./options.ts";
import { awaited, type Awaited, onlyDescriptor, packed, unpacked } from "./pack.ts";

const MAX_INT = 0x7fffffff;
const BYTE = new Uint8Array(new ArrayBuffer(1));

/** What one call made of what came. */
type Unpack<T> = (fd: number, place: Awaited, count: number) => T;

/**
 * {@linkcode sendmsg} without blocking the event loop: waits for room, whether the socket blocks or not, unless MSG_DONTWAIT is set.
 *
 * To a datagram socket that is not connected and whose receiver is full it is tried again every 20 ms: no readiness tells of that room.
 *
 * @returns bytes sent; on a stream fewer than given is possible, the descriptors have gone with the first
 * @throws {SystemError} as sendmsg
 * @see https://man7.org/linux/man-pages/man2/sendmsg.2.html
 * @example
 * ```ts
 * import { recvmsgAsync, sendmsgAsync, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * const received = recvmsgAsync(b);
 * console.log(await sendmsgAsync(a, { data: "stdout", fds: [1] })); // 6
 * const { fds: [copy] } = await received;
 * copy?.close();
 * ```
 */
export async function sendmsgAsync(fd: number, message: OutgoingMessage, options?: AsyncOptions): Promise<number> {
  entering("sendmsgAsync");
  return send("sendmsgAsync", fd, message, options);
}

/**
 * {@linkcode recvmsg} without blocking the event loop: waits until something came, whether the socket blocks or not, unless MSG_DONTWAIT is set.
 *
 * @throws {ControlTruncatedError} as recvmsg
 * @throws {SystemError} as recvmsg; EBADF: closed meanwhile
 * @see https://man7.org/linux/man-pages/man2/recvmsg.2.html
 * @example
 * ```ts
 * import { recvmsgAsync, sendmsg, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * setTimeout(() => sendmsg(a, { data: "late" }), 5);
 * const { data } = await recvmsgAsync(b, { signal: AbortSignal.timeout(10_000) });
 * console.log(new TextDecoder().decode(data)); // "late"
 * ```
 */
export async function recvmsgAsync(fd: number, options: ReceiveOptions & AsyncOptions = {}): Promise<IncomingMessage> {
  entering("recvmsgAsync");
  const signal = asyncSignal("recvmsgAsync", options);
  const wanted = readOnce("recvmsgAsync", options);
  const first = await receive("recvmsgAsync", fd, wanted, signal, unpacked);
  const all = (wanted.flags & (MSG_WAITALL | MSG_PEEK | MSG_DONTWAIT)) === MSG_WAITALL && first.length > 0;
  if (!all || readOption(fd, SOL_SOCKET, SO_TYPE) !== SOCK_STREAM) return first;
  return filled(fd, first, wanted, signal);
}

/**
 * {@linkcode sendDescriptor} without blocking the event loop.
 *
 * @throws {SystemError} as sendmsg
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { receiveDescriptorAsync, sendDescriptorAsync, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * const received = receiveDescriptorAsync(b);
 * await sendDescriptorAsync(a, 1);
 * using copy = await received;
 * console.log(copy.cloexec); // true
 * ```
 */
export async function sendDescriptorAsync(socket: number | Fd, descriptor: number | Fd, options?: AsyncOptions): Promise<void> {
  entering("sendDescriptorAsync");
  await send("sendDescriptorAsync", numberOf(socket), { data: BYTE, fds: [numberOf(descriptor)] }, options);
}

/**
 * {@linkcode receiveDescriptor} without blocking the event loop.
 *
 * @throws {ControlTruncatedError} more than one came, or there was no free number
 * @throws {Error} ERR_NO_DESCRIPTOR: the stream ended, or a byte came without one
 * @throws {SystemError} as recvmsg
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { fdPair, receiveDescriptorAsync, sendDescriptor } from "forkscope";
 * const [a, b] = fdPair();
 * setTimeout(() => sendDescriptor(a, 0), 5);
 * using copy = await receiveDescriptorAsync(b);
 * console.log(copy.isOpen); // true
 * ```
 */
export async function receiveDescriptorAsync(socket: number | Fd, options?: AsyncOptions): Promise<Fd> {
  entering("receiveDescriptorAsync");
  const signal = asyncSignal("receiveDescriptorAsync", options);
  const number = numberOf(socket);
  const { descriptor, count } = await receive("receiveDescriptorAsync", number, { bytes: 1, maxFds: 1 }, signal, onlyDescriptor);
  if (descriptor) return descriptor;
  throw noDescriptor(number, count);
}

async function send(call: string, fd: number, message: OutgoingMessage, options: AsyncOptions | undefined): Promise<number> {
  const signal = asyncSignal(call, options);
  let args: readonly unknown[] = [fd];
  const attempt = (): number => {
    using room = scratch();
    const laid = packed(call, fd, message, room);
    ({ args } = laid);
    return refusingToWait(laid.flags, libc().sendmsg(fd, laid.header, laid.flags | MSG_DONTWAIT), "sendmsg", args);
  };
  try {
    return await whenReady(fd, EPOLLOUT, attempt, { call: "sendmsg", args, signal });
  } catch (error) {
    throw explained(error, NOTES);
  }
}

/** The caller's options as they are now: each attempt to receive sees the same ones. */
function readOnce(call: string, options: ReceiveOptions): Required<ReceiveOptions> {
  checkOptions(call, options);
  const { bytes = 65536, maxFds = MAX_FDS, flags = 0, controlBytes = 0 } = options;
  return { bytes, maxFds, flags: checkInteger(call, "flags", flags, 0, MAX_INT), controlBytes };
}

async function receive<T>(call: string, fd: number, options: ReceiveOptions, signal: AbortSignal | undefined, unpack: Unpack<T>): Promise<T> {
  const asker: Asker = { call: "recvmsg", args: [fd, options], signal };
  let came: { message: T } | undefined;
  const attempt = (): number => {
    using room = scratch();
    const place = awaited(call, fd, options, room);
    const count = refusingToWait(place.flags, libc().recvmsg(fd, place.header.address, place.flags | MSG_DONTWAIT), "recvmsg", asker.args);
    if (count !== -1) came = { message: unpack(fd, place, count) };
    return count;
  };
  await whenReady(fd, eventsFor(options.flags ?? 0), attempt, asker);
  if (!came) throw new Error("recvmsg gave nothing");
  return came.message;
}

/** What has to be ready for something to come. */
export function eventsFor(flags: number): number {
  if (flags & MSG_ERRQUEUE) return 0; // EPOLLERR comes unasked
  return flags & MSG_OOB ? EPOLLPRI : EPOLLIN;
}

/** Who sets MSG_DONTWAIT does not want to wait: EAGAIN is an answer then. */
export function refusingToWait(flags: number, result: number, call: string, args: readonly unknown[]): number {
  if (result === -1 && (flags & MSG_DONTWAIT) !== 0 && errno() === ERRNO.EAGAIN) throw new SystemError(call, ERRNO.EAGAIN, args);
  return result;
}

/** MSG_WAITALL on a stream: more, until all the bytes are there, the stream ends or something came beside the bytes. */
async function filled(fd: number, first: IncomingMessage, wanted: Required<ReceiveOptions>, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  let whole = first;
  while (whole.length < wanted.bytes && whole.fds.length === 0 && whole.control.length === 0) {
    const more = await next(fd, { ...wanted, bytes: wanted.bytes - whole.length }, signal);
    if (!more || more.length === 0) break;
    const data = new Uint8Array(whole.data.length + more.data.length);
    data.set(whole.data);
    data.set(more.data, whole.data.length);
    whole = { ...whole, ...more, data, length: whole.length + more.length };
  }
  return whole;
}

/** What comes next; nothing when an abort or a failure ends the wait for it: what came before is the result then. */
async function next(fd: number, options: ReceiveOptions, signal: AbortSignal | undefined): Promise<IncomingMessage | undefined> {
  try {
    return await receive("recvmsgAsync", fd, options, signal, unpacked);
  } catch {
    return undefined;
  }
}
