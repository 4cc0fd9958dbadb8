/**
 * sendmsg and recvmsg: bytes with descriptors and credentials beside them.
 *
 * @module
 */
import { type Block, libc, type Scratch, scratch } from "../../ffi/mod.ts";
import { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_TRUNC, SO_TYPE, SOCK_STREAM, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { IOVEC, MSGHDR } from "../../ffi/layout/socket.ts";
import { checkData } from "../fd/buffer.ts";
import { type Fd, ownNew } from "../fd/fd.ts";
import { made } from "../fd/registry.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger, checkOptions, wrongSize, wrongType } from "../validate.ts";
import { ADDRESS_ROOM, checkAddress, decodeAddress, encodeAddress, type SocketAddress } from "./address.ts";
import { controlRoom, MAX_FDS, readControl, writeRights } from "./control.ts";
import { type Credentials, readOption } from "./options.ts";
import { ControlTruncatedError } from "./truncated.ts";

const MAX_INT = 0x7fffffff;
const MAX_BYTES = 0x7ffff000; // what one call moves at most

/** What to send. */
export interface OutgoingMessage {
  /** Bytes, or a text in UTF-8. A stream needs at least one byte for descriptors to travel. */
  data: ArrayBufferView | string;
  /** Descriptors to pass: the receiver gets new numbers for the same open file descriptions. At most 253. */
  fds?: readonly number[];
  /** Of MSG_DONTWAIT, MSG_NOSIGNAL, MSG_EOR... */
  flags?: number;
  /** Receiver, for a socket that is not connected. */
  to?: SocketAddress;
}

/** What to receive. */
export interface ReceiveOptions {
  /** Room for data, in bytes. Default 65536. */
  bytes?: number;
  /** Room for descriptors, 0 to 253. Default 253, the most that one message carries. */
  maxFds?: number;
  /** Of MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL... MSG_CMSG_CLOEXEC is always set. */
  flags?: number;
  /** Room for the sender's credentials, for a socket with SO_PASSCRED. Default false. */
  credentials?: boolean;
}

/** What came. */
export interface IncomingMessage {
  /** The bytes; none at the end of a stream. */
  data: Uint8Array;
  /** Descriptors that arrived: owned and close-on-exec. */
  fds: Fd[];
  /** MSG_* flags of the call's result: MSG_EOR, MSG_TRUNC... */
  flags: number;
  /** The datagram was longer than the room: its rest is lost. */
  truncated: boolean;
  /** Address of the sender, "" for none. */
  from: SocketAddress;
  /** Credentials of the sender, when asked for. */
  credentials?: Credentials;
}

/**
 * `sendmsg(sockfd, msg, flags)`: sends bytes and, with SCM_RIGHTS, descriptors.
 *
 * The message holds its own reference to each open file description: the sender may close at once.
 *
 * @returns bytes sent; on a stream fewer than given is possible, the descriptors have gone with the first
 * @throws {SystemError} EBADF: socket or a descriptor of the list; EPIPE: nobody receives; EAGAIN; EMSGSIZE; ENOTCONN;
 *   ETOOMANYREFS: too many descriptors in flight
 * @see https://man7.org/linux/man-pages/man2/sendmsg.2.html
 * @example
 * ```ts
 * import { recvmsg, sendmsg, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * sendmsg(a, { data: "stdout", fds: [1] });
 * const { fds: [copy] } = recvmsg(b);
 * copy?.close();
 * ```
 */
export function sendmsg(fd: number, message: OutgoingMessage): number {
  entering("sendmsg");
  checkFd("sendmsg", fd);
  if (message === undefined) throw wrongType("sendmsg", "message", message, "an object");
  checkOptions("sendmsg", message);
  const { fds = [], flags = 0, to } = message;
  const bytes = checkData("sendmsg", message.data);
  checkFds(fds);
  checkInteger("sendmsg", "flags", flags, 0, MAX_INT);
  if (to !== undefined) checkAddress("sendmsg", to);
  if (fds.length > 0 && bytes.length === 0) refuseEmptyStream(fd);
  using room = scratch();
  const header = room.take(MSGHDR.size);
  const data = room.take(bytes.length);
  data.bytes.set(bytes);
  pointToData(header, data, room);
  if (to !== undefined) pointToName(header, encodeAddress("sendmsg", to, room));
  if (fds.length > 0) pointToControl(header, writeRights(fds, room));
  return retrying(() => libc().sendmsg(fd, header.address, flags), "sendmsg", [fd, bytes, fds]);
}

/**
 * `recvmsg(sockfd, msg, flags)`: receives bytes and what travels beside them.
 *
 * Descriptors arrive owned and close-on-exec. On a stream one call never reads past the bytes a set of descriptors came with.
 *
 * @throws {ControlTruncatedError} not all descriptors could be received: those that were are closed again
 * @throws {SystemError} EAGAIN: nothing there and O_NONBLOCK or MSG_DONTWAIT; ECONNRESET; ENOTCONN; EBADF; ENOTSOCK
 * @see https://man7.org/linux/man-pages/man2/recvmsg.2.html
 * @example
 * ```ts
 * import { lseek, O_RDONLY, open, recvmsg, SEEK_CUR, sendmsg, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * const file = open("/etc/passwd", O_RDONLY);
 * sendmsg(a, { data: "here", fds: [file] });
 * const { fds: [copy] } = recvmsg(b, { maxFds: 1 });
 * lseek(file, 10, 0);
 * console.log(copy && lseek(copy.number, 0, SEEK_CUR)); // 10
 * ```
 */
export function recvmsg(fd: number, options: ReceiveOptions = {}): IncomingMessage {
  entering("recvmsg");
  checkFd("recvmsg", fd);
  checkOptions("recvmsg", options);
  const { bytes = 65536, maxFds = MAX_FDS, flags = 0, credentials = false } = options;
  checkInteger("recvmsg", "bytes", bytes, 0, MAX_BYTES);
  checkInteger("recvmsg", "maxFds", maxFds, 0, MAX_FDS);
  checkInteger("recvmsg", "flags", flags, 0, MAX_INT);
  if (typeof credentials !== "boolean") throw wrongType("recvmsg", "credentials", credentials, "true or false");
  using room = scratch();
  const header = room.take(MSGHDR.size);
  const data = room.take(bytes);
  const name = room.take(ADDRESS_ROOM);
  const control = controlRoom(maxFds, credentials, room);
  pointToData(header, data, room);
  pointToName(header, name);
  pointToControl(header, control);
  const count = retrying(() => libc().recvmsg(fd, header.address, flags | MSG_CMSG_CLOEXEC), "recvmsg", [fd, options]);
  return unpack(fd, header, { data, name, control, count, maxFds });
}

interface Received {
  data: Block;
  name: Block;
  control: Block;
  count: number;
  maxFds: number;
}

function unpack(fd: number, header: Block, { data, name, control, count, maxFds }: Received): IncomingMessage {
  const flags = header.u32(MSGHDR.at.msg_flags);
  const { fds, credentials } = readControl(control, header.u64(MSGHDR.at.msg_controllen));
  const bytes = data.bytes.slice(0, Math.min(count, data.bytes.length));
  if (flags & MSG_CTRUNC || fds.length > maxFds) {
    for (const number of fds) libc().close(number);
    throw new ControlTruncatedError(fd, fds.length, maxFds, bytes);
  }
  return {
    data: bytes,
    fds: fds.map(received),
    flags: flags & ~MSG_CMSG_CLOEXEC,
    truncated: (flags & MSG_TRUNC) !== 0,
    from: decodeAddress(name, header.u32(MSGHDR.at.msg_namelen)),
    ...(credentials ? { credentials } : {}),
  };
}

function received(number: number): Fd {
  made(number);
  return ownNew(number);
}

function checkFds(fds: unknown): void {
  if (!Array.isArray(fds)) throw wrongType("sendmsg", "fds", fds, "an array of descriptors");
  if (fds.length > MAX_FDS) throw wrongSize("sendmsg", "fds", `${fds.length} descriptors`, `at most ${MAX_FDS}`);
  for (const [i, fd] of (fds as unknown[]).entries()) checkFd("sendmsg", fd, `fds[${i}]`);
}

/** Zero bytes on a stream are no message: the descriptors would be dropped without a word. */
function refuseEmptyStream(fd: number): void {
  if (readOption(fd, SOL_SOCKET, SO_TYPE) === SOCK_STREAM) {
    throw wrongSize("sendmsg", "data", "0 bytes", "at least 1 for descriptors to travel on a stream");
  }
}

function pointToData(header: Block, data: Block, room: Scratch): void {
  const vector = room.take(IOVEC.size);
  vector.setU64(IOVEC.at.iov_base, data.address);
  vector.setU64(IOVEC.at.iov_len, data.bytes.length);
  header.setU64(MSGHDR.at.msg_iov, vector.address);
  header.setU64(MSGHDR.at.msg_iovlen, 1);
}

function pointToName(header: Block, name: Block): void {
  header.setU64(MSGHDR.at.msg_name, name.address);
  header.setU32(MSGHDR.at.msg_namelen, name.bytes.length);
}

function pointToControl(header: Block, control: Block): void {
  header.setU64(MSGHDR.at.msg_control, control.bytes.length === 0 ? 0 : control.address);
  header.setU64(MSGHDR.at.msg_controllen, control.bytes.length);
}
