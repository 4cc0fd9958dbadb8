/**
 * Control messages: what travels beside the bytes.
 *
 * @module
 */
import type { Block, Scratch } from "../../ffi/mod.ts";
import { SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { CMSGHDR, cmsgAlign, cmsgLen, cmsgSpace, UCRED } from "../../ffi/layout/socket.ts";
import type { Credentials } from "./options.ts";

/** Descriptors that one message carries at most (SCM_MAX_FD). */
export const MAX_FDS = 253;

/** What lay in the control messages. */
export interface Control {
  /** Numbers that the kernel has put into this process's table. */
  fds: number[];
  credentials?: Credentials;
}

/** One SCM_RIGHTS message. */
export function writeRights(fds: readonly number[], room: Scratch): Block {
  const block = room.take(cmsgSpace(4 * fds.length));
  block.setU64(CMSGHDR.at.cmsg_len, cmsgLen(4 * fds.length));
  block.setI32(CMSGHDR.at.cmsg_level, SOL_SOCKET);
  block.setI32(CMSGHDR.at.cmsg_type, SCM_RIGHTS);
  fds.forEach((fd, i) => block.setI32(CMSGHDR.size + 4 * i, fd));
  return block;
}

/**
 * Room for exactly `maxFds` descriptors. It ends without padding: the kernel would fill the padding with one more. The
 * kernel writes credentials first.
 */
export function controlRoom(maxFds: number, credentials: boolean, room: Scratch): Block {
  const before = credentials ? cmsgSpace(UCRED.size) : 0;
  return room.take(before + (maxFds === 0 ? 0 : cmsgLen(4 * maxFds)));
}

/** Reads the control messages in the first `length` bytes. */
export function readControl(block: Block, length: number): Control {
  const found: Control = { fds: [] };
  for (let at = 0; at + CMSGHDR.size <= length; ) {
    const size = block.u64(at + CMSGHDR.at.cmsg_len);
    if (size < CMSGHDR.size) break;
    if (block.i32(at + CMSGHDR.at.cmsg_level) === SOL_SOCKET) readOne(found, block, at, Math.min(size, length - at));
    at += cmsgAlign(size);
  }
  return found;
}

function readOne(found: Control, block: Block, at: number, size: number): void {
  const data = at + CMSGHDR.size;
  switch (block.i32(at + CMSGHDR.at.cmsg_type)) {
    case SCM_RIGHTS:
      for (let i = data; i + 4 <= at + size; i += 4) found.fds.push(block.i32(i));
      return;
    case SCM_CREDENTIALS:
      if (data + UCRED.size > at + size) return;
      found.credentials = { pid: block.i32(data + UCRED.at.pid), uid: block.u32(data + UCRED.at.uid), gid: block.u32(data + UCRED.at.gid) };
  }
}
