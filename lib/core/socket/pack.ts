/**
 * struct msghdr: what sendmsg and recvmsg are given, and what recvmsg leaves in it.
 *
 * @module
 */
import { type Block, libc, type Scratch } from "../../ffi/mod.ts";
import { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_TRUNC, SO_TYPE, SOCK_STREAM, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { IOVEC, MSGHDR } from "../../ffi/layout/socket.ts";
import { checkBuffer, checkData } from "../fd/buffer.ts";
import { type Fd, ownNew } from "../fd/fd.ts";
import { made } from "../fd/registry.ts";
import { checkFd, checkInteger, checkOptions, wrongSize, wrongType } from "../validate.ts";
import { ADDRESS_ROOM, checkAddress, decodeAddress, encodeAddress } from "./address.ts";
import { type Control, type ControlMessage, controlRoom, credentialsMessage, MAX_FDS, readControl, writeControl } from "./control.ts";
import type { IncomingMessage, OutgoingMessage, ReceivedMessage, ReceiveOptions } from "./message.ts";
import { type Credentials, readOption } from "./options.ts";
import { ControlTruncatedError } from "./truncated.ts";

const MAX_INT = 0x7fffffff;
const MAX_U32 = 0xffffffff;
const MAX_BYTES = 0x7ffff000; // what one call moves at most
const MAX_CONTROL = 0x10000;

/** A message in memory, ready to be sent. */
export interface Packed {
  /** Address of its struct msghdr. */
  readonly header: number;
  readonly flags: number;
  /** For an error to show. */
  readonly args: readonly unknown[];
}

/** Checks a message and lays it out in `room`, which must live as long as the call; its struct msghdr in `header` if that is given. */
export function packed(call: string, fd: number, message: OutgoingMessage, room: Scratch, header = room.take(MSGHDR.size)): Packed {
  checkFd(call, fd);
  if (message === undefined) throw wrongType(call, "message", message, "an object");
  checkOptions(call, message);
  const { fds = [], flags = 0, to, credentials, control = [] } = message;
  const bytes = checkData(call, message.data);
  checkFds(call, fds);
  if (credentials !== undefined) checkCredentials(call, credentials);
  const others = checkedControl(call, control);
  checkInteger(call, "flags", flags, 0, MAX_INT);
  const address = to === undefined ? undefined : checkAddress(call, to);
  const beside = credentials ? [credentialsMessage(credentials, room), ...others] : others;
  const isAlone = fds.length === 0 && beside.length === 0;
  if (!isAlone && bytes.length === 0) refuseEmptyStream(call, fd);
  const data = room.take(bytes.length);
  data.put(bytes);
  pointToData(header, data, room);
  if (address !== undefined) pointToName(header, encodeAddress(address, room));
  if (!isAlone) pointToControl(header, writeControl(fds, beside, room));
  return { header: header.address, flags, args: [fd, bytes, fds] };
}

/** Room for a message that is to come. */
export interface Awaited {
  readonly header: Block;
  readonly data: Block;
  readonly name: Block;
  readonly control: Block;
  readonly maxFds: number;
  readonly flags: number;
}

/** Checks what is to be received and lays out room for it, which must live until {@linkcode unpacked}. */
export function awaited(call: string, fd: number, options: ReceiveOptions, room: Scratch, header = room.take(MSGHDR.size)): Awaited {
  checkFd(call, fd);
  checkOptions(call, options);
  const { bytes = 65536, maxFds = MAX_FDS, flags = 0, controlBytes = 0 } = options;
  checkInteger(call, "bytes", bytes, 0, MAX_BYTES);
  checkInteger(call, "maxFds", maxFds, 0, MAX_FDS);
  checkInteger(call, "flags", flags, 0, MAX_INT);
  checkInteger(call, "controlBytes", controlBytes, 0, MAX_CONTROL);
  const data = room.take(bytes);
  const name = room.take(ADDRESS_ROOM);
  const control = controlRoom(maxFds, controlBytes, room);
  pointToData(header, data, room);
  pointToName(header, name);
  pointToControl(header, control);
  return { header, data, name, control, maxFds, flags: flags | MSG_CMSG_CLOEXEC };
}

/** What a call that gave `count` left in the room. Every descriptor is owned, or closed again before an error. */
export function unpacked(fd: number, place: Awaited, count: number): IncomingMessage {
  return messageOf(place, count, besides(fd, place, count));
}

/** As {@linkcode unpacked}, of a message among others: what it lost is told with it, and takes nothing from the others. */
export function unpackedAmong(fd: number, place: Awaited, count: number): ReceivedMessage {
  try {
    return unpacked(fd, place, count);
  } catch (error) {
    if (!(error instanceof ControlTruncatedError)) throw error;
    return { ...messageOf(place, count, { fds: [], others: [] }), error };
  }
}

function messageOf(place: Awaited, count: number, { fds, credentials, pidfd, others }: Control): IncomingMessage {
  const { header, name } = place;
  const flags = header.u32(MSGHDR.at.msg_flags);
  const message: IncomingMessage = {
    data: bytesOf(place, count),
    length: count,
    fds: fds.map(received),
    flags: flags & ~MSG_CMSG_CLOEXEC,
    truncated: (flags & MSG_TRUNC) !== 0,
    from: decodeAddress(name, header.u32(MSGHDR.at.msg_namelen)),
    control: others,
  };
  if (credentials) message.credentials = credentials;
  if (pidfd !== undefined) message.pidfd = received(pidfd);
  return message;
}

/** The one descriptor of a message of one byte; undefined when it held none. */
export function onlyDescriptor(fd: number, place: Awaited, count: number): { descriptor: Fd | undefined; count: number } {
  const { fds: [descriptor], pidfd } = besides(fd, place, count);
  if (pidfd !== undefined) libc().close(pidfd);
  return { descriptor: descriptor === undefined ? undefined : received(descriptor), count };
}

/** What travelled beside the bytes. */
function besides(fd: number, place: Awaited, count: number): Control {
  const { header, control, maxFds } = place;
  const found = readControl(control, header.u64(MSGHDR.at.msg_controllen));
  if ((header.u32(MSGHDR.at.msg_flags) & MSG_CTRUNC) === 0 && found.fds.length <= maxFds) return found;
  const { fds, pidfd } = found;
  for (const number of pidfd === undefined ? fds : [...fds, pidfd]) libc().close(number);
  throw new ControlTruncatedError(fd, fds.length, maxFds, bytesOf(place, count));
}

function bytesOf({ data }: Awaited, count: number): Uint8Array {
  return data.copy(Math.min(count, data.length));
}

function received(number: number): Fd {
  made(number);
  return ownNew(number);
}

function checkFds(call: string, fds: unknown): void {
  if (!Array.isArray(fds)) throw wrongType(call, "fds", fds, "an array of descriptors");
  if (fds.length > MAX_FDS) throw wrongSize(call, "fds", `${fds.length} descriptors`, `at most ${MAX_FDS}`);
  for (let i = 0; i < fds.length; i++) checkFd(call, fds[i], i === 0 ? "fds[0]" : `fds[${i}]`);
}

function checkCredentials(call: string, credentials: unknown): void {
  if (typeof credentials !== "object" || credentials === null) throw wrongType(call, "credentials", credentials, "an object { pid, uid, gid }");
  const { pid, uid, gid } = credentials as Partial<Credentials>;
  checkInteger(call, "pid", pid, 1, MAX_INT);
  checkInteger(call, "uid", uid, 0, MAX_U32);
  checkInteger(call, "gid", gid, 0, MAX_U32);
}

function checkedControl(call: string, control: unknown): ControlMessage[] {
  if (!Array.isArray(control)) throw wrongType(call, "control", control, "an array of { level, type, data }");
  return Array.from(control, (entry: unknown, i) => {
    if (typeof entry !== "object" || entry === null) throw wrongType(call, `control[${i}]`, entry, "an object { level, type, data }");
    const { level, type, data } = entry as Partial<ControlMessage>;
    const bytes = checkBuffer(call, data, `control[${i}].data`);
    if (bytes.length > MAX_CONTROL) throw wrongSize(call, `control[${i}].data`, `${bytes.length} bytes`, `at most ${MAX_CONTROL}`);
    return {
      level: checkInteger(call, `control[${i}].level`, level, 0, MAX_INT),
      type: checkInteger(call, `control[${i}].type`, type, 0, MAX_INT),
      data: bytes,
    };
  });
}

/** Zero bytes on a stream are no message: what travels beside them would be dropped without a word. */
function refuseEmptyStream(call: string, fd: number): void {
  if (readOption(fd, SOL_SOCKET, SO_TYPE) === SOCK_STREAM) {
    throw wrongSize(call, "data", "0 bytes", "at least 1 for descriptors or credentials to travel on a stream");
  }
}

function pointToData(header: Block, data: Block, room: Scratch): void {
  const vector = room.take(IOVEC.size);
  vector.setU64(IOVEC.at.iov_base, data.address);
  vector.setU64(IOVEC.at.iov_len, data.length);
  header.setU64(MSGHDR.at.msg_iov, vector.address);
  header.setU64(MSGHDR.at.msg_iovlen, 1);
}

function pointToName(header: Block, name: Block): void {
  header.setU64(MSGHDR.at.msg_name, name.address);
  header.setU32(MSGHDR.at.msg_namelen, name.length);
}

function pointToControl(header: Block, control: Block): void {
  header.setU64(MSGHDR.at.msg_control, control.length === 0 ? 0 : control.address);
  header.setU64(MSGHDR.at.msg_controllen, control.length);
}
