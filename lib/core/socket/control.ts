/**
 * Control messages: what travels beside the bytes.
 *
 * @module
 */
import type { Block, Scratch } from "../../ffi/mod.ts";
import { SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { SCM_PIDFD } from "../../ffi/constants/socket_new.ts";
import { CMSGHDR, cmsgAlign, cmsgLen, cmsgSpace, UCRED } from "../../ffi/layout/socket.ts";
import type { Credentials } from "./options.ts";

/** Descriptors that one message carries at most (SCM_MAX_FD). */
export const MAX_FDS = 253;

/** A control message as it is, of a level and type that the library does not read itself. */
export interface ControlMessage {
  /** Such as SOL_SOCKET, IPPROTO_IP. */
  level: number;
  type: number;
  data: Uint8Array;
}

/** What lay in the control messages. */
export interface Control {
  /** Numbers that the kernel has put into this process's table. */
  fds: number[];
  credentials?: Credentials;
  /** A descriptor of the sender's process. */
  pidfd?: number;
  others: ControlMessage[];
}

/** One SCM_CREDENTIALS message. */
export function credentialsMessage({ pid, uid, gid }: Credentials, room: Scratch): ControlMessage {
  const block = room.take(UCRED.size);
  block.setI32(UCRED.at.pid, pid);
  block.setU32(UCRED.at.uid, uid);
  block.setU32(UCRED.at.gid, gid);
  return { level: SOL_SOCKET, type: SCM_CREDENTIALS, data: block.bytes };
}

/** Control messages one after another, as sendmsg wants them: SCM_RIGHTS with the descriptors, if any, and others. */
export function writeControl(fds: readonly number[], others: readonly ControlMessage[], room: Scratch): Block {
  const forRights = fds.length === 0 ? 0 : cmsgSpace(4 * fds.length);
  const block = room.take(others.reduce((sum, { data }) => sum + cmsgSpace(data.length), forRights));
  if (fds.length > 0) writeHead(block, 0, SOL_SOCKET, SCM_RIGHTS, 4 * fds.length);
  fds.forEach((fd, i) => block.setI32(CMSGHDR.size + 4 * i, fd));
  let at = forRights;
  for (const { level, type, data } of others) {
    writeHead(block, at, level, type, data.length);
    block.bytes.set(data, at + CMSGHDR.size);
    at += cmsgSpace(data.length);
  }
  return block;
}

function writeHead(block: Block, at: number, level: number, type: number, length: number): void {
  block.setU64(at + CMSGHDR.at.cmsg_len, cmsgLen(length));
  block.setI32(at + CMSGHDR.at.cmsg_level, level);
  block.setI32(at + CMSGHDR.at.cmsg_type, type);
}

/**
 * Room for `maxFds` descriptors, and always for the credentials and the pidfd that a socket attaches once somebody has set SO_PASSCRED or
 * SO_PASSPIDFD: without it the kernel marks a message that lost no descriptor as truncated. Where neither comes the room may take
 * more descriptors than asked for.
 */
export function controlRoom(maxFds: number, others: number, room: Scratch): Block {
  return room.take(cmsgAlign(others) + cmsgSpace(UCRED.size) + cmsgSpace(4) + (maxFds === 0 ? 0 : cmsgSpace(4 * maxFds)));
}

/** Reads the control messages in the first `length` bytes. */
export function readControl(block: Block, length: number): Control {
  const found: Control = { fds: [], others: [] };
  for (let at = 0; at + CMSGHDR.size <= length; ) {
    const size = block.u64(at + CMSGHDR.at.cmsg_len);
    if (size < CMSGHDR.size) break;
    readOne(found, block, at, Math.min(size, length - at));
    at += cmsgAlign(size);
  }
  return found;
}

function readOne(found: Control, block: Block, at: number, size: number): void {
  const level = block.i32(at + CMSGHDR.at.cmsg_level);
  const type = block.i32(at + CMSGHDR.at.cmsg_type);
  const data = at + CMSGHDR.size;
  const end = at + size;
  if (level === SOL_SOCKET && type === SCM_RIGHTS) {
    for (let i = data; i + 4 <= end; i += 4) found.fds.push(block.i32(i));
  } else if (level === SOL_SOCKET && type === SCM_CREDENTIALS && data + UCRED.size <= end) {
    found.credentials = { pid: block.i32(data + UCRED.at.pid), uid: block.u32(data + UCRED.at.uid), gid: block.u32(data + UCRED.at.gid) };
  } else if (level === SOL_SOCKET && type === SCM_PIDFD && data + 4 <= end) {
    const pidfd = block.i32(data);
    if (pidfd >= 0) found.pidfd = pidfd; // below 0: the sender has ended, and an older kernel makes none
  } else {
    found.others.push({ level, type, data: block.bytes.slice(data, end) });
  }
}
