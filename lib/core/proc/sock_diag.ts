/**
 * Unix sockets as the kernel's socket diagnosis tells them (NETLINK_SOCK_DIAG): peer, address, queue, state.
 *
 * It sees the sockets of its own network namespace, those of all users.
 *
 * @module
 */
import { allocate, type Block, check, ERRNO, libc, SystemError } from "../../ffi/mod.ts";
import { AF_NETLINK, AF_UNIX, SOCK_CLOEXEC, SOCK_RAW } from "../../ffi/constants/socket.ts";
import {
  NETLINK_SOCK_DIAG, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, SOCK_DIAG_BY_FAMILY, TCP_LISTEN, UDIAG_SHOW_NAME, UDIAG_SHOW_PEER,
  UDIAG_SHOW_RQLEN, UNIX_DIAG_NAME, UNIX_DIAG_PEER, UNIX_DIAG_RQLEN,
} from "../../ffi/constants/netlink.ts";
import { NLATTR, NLMSGHDR, UNIX_DIAG_MSG, UNIX_DIAG_REQ } from "../../ffi/layout/socket.ts";
import { entering, isTelling } from "../tap.ts";
import { checkInteger } from "../validate.ts";

/** One unix socket. */
export interface UnixSocket {
  inode: number;
  /** SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET. */
  type: number;
  listening: boolean;
  /** Inode of the connected peer. Absent: none, or one not yet accepted. */
  peer?: number;
  /** Bound address: a path, "@name" for an abstract one. */
  address?: string;
  /** Bytes that wait to be received here; for a listening socket, connections that wait to be accepted. */
  receiveQueue: number;
  /** Bytes sent from here that the peer has not received; for a listening socket, the backlog. */
  sendQueue: number;
}

const REQUEST_SIZE = NLMSGHDR.size + UNIX_DIAG_REQ.size;
const ROOM = 1 << 16;
const ALL = 0xffffffff;
const decoder = new TextDecoder();
let room: Block | undefined;

/**
 * Inode of the peer of a connected unix socket, or undefined.
 *
 * @param inode of the socket: the number in "socket:[123]"
 * @throws {SystemError} ENOENT: no unix socket has this inode (a socket of another kind, or another network namespace)
 * @see https://man7.org/linux/man-pages/man7/sock_diag.7.html
 * @since Linux 3.3
 * @example
 * ```ts
 * import { getpid, proc, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * const inode = (fd: number) => proc.fdStat(getpid(), fd).ino;
 * console.log(proc.unixPeer(inode(a)) === inode(b)); // true
 * ```
 */
export function unixPeer(inode: number): number | undefined {
  entering("proc.unixPeer");
  return one("proc.unixPeer", inode).peer;
}

/**
 * What the kernel tells about one unix socket.
 *
 * @param inode of the socket: the number in "socket:[123]"
 * @throws {SystemError} ENOENT: no unix socket has this inode (a socket of another kind, or another network namespace)
 * @see https://man7.org/linux/man-pages/man7/sock_diag.7.html
 * @since Linux 3.3
 * @example
 * ```ts
 * import { getpid, proc, socketpair, write } from "forkscope";
 * const [a, b] = socketpair();
 * write(a, "12345");
 * console.log(proc.unixSocket(proc.fdStat(getpid(), b).ino).receiveQueue); // 5
 * ```
 */
export function unixSocket(inode: number): UnixSocket {
  entering("proc.unixSocket");
  return one("proc.unixSocket", inode);
}

/**
 * Every unix socket of this network namespace.
 *
 * @throws {SystemError} EPROTONOSUPPORT, ENOENT: the kernel was built without CONFIG_UNIX_DIAG
 * @see https://man7.org/linux/man-pages/man7/sock_diag.7.html
 * @since Linux 3.3
 * @example
 * ```ts
 * import { proc } from "forkscope";
 * console.log(proc.unixSockets().filter((socket) => socket.listening).length);
 * ```
 */
export function unixSockets(): UnixSocket[] {
  entering("proc.unixSockets");
  return ask(0);
}

function one(call: string, inode: number): UnixSocket {
  return socketOf(checkInteger(call, "inode", inode, 1, ALL));
}

/** What is told about the unix socket of an inode. */
export function socketOf(inode: number): UnixSocket {
  const [socket] = ask(inode);
  if (!socket) throw new SystemError("sock_diag", ERRNO.ENOENT, [inode]);
  return socket;
}

/** Asks about one inode, or about all with 0. */
function ask(inode: number): UnixSocket[] {
  const fd = check(libc().socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), "socket", [AF_NETLINK]);
  try {
    const block = isTelling() ? allocate(ROOM) : (room ??= allocate(ROOM)); // a listener of the call tap may ask in the middle of this
    writeRequest(block, inode);
    check(libc().sendto(fd, block.address, REQUEST_SIZE, 0, 0, 0), "sendto", [fd]);
    const found: UnixSocket[] = [];
    while (readBatch(fd, block, inode, found));
    return found;
  } finally {
    libc().close(fd);
  }
}

function writeRequest(block: Block, inode: number): void {
  block.bytes.fill(0, 0, REQUEST_SIZE);
  block.setU32(NLMSGHDR.at.nlmsg_len, REQUEST_SIZE);
  block.setU16(NLMSGHDR.at.nlmsg_type, SOCK_DIAG_BY_FAMILY);
  block.setU16(NLMSGHDR.at.nlmsg_flags, NLM_F_REQUEST | (inode ? 0 : NLM_F_DUMP));
  const at = NLMSGHDR.size;
  block.bytes[at + UNIX_DIAG_REQ.at.sdiag_family] = AF_UNIX;
  block.setU32(at + UNIX_DIAG_REQ.at.udiag_states, ALL);
  block.setU32(at + UNIX_DIAG_REQ.at.udiag_ino, inode);
  block.setU32(at + UNIX_DIAG_REQ.at.udiag_show, UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN);
  block.setU32(at + UNIX_DIAG_REQ.at.udiag_cookie, ALL);
  block.setU32(at + UNIX_DIAG_REQ.at.udiag_cookie + 4, ALL);
}

/** Reads one datagram of answers; true while more must follow. */
function readBatch(fd: number, block: Block, inode: number, found: UnixSocket[]): boolean {
  const length = check(libc().recv(fd, block.address, ROOM, 0), "recv", [fd]);
  for (let at = 0; at + NLMSGHDR.size <= length; ) {
    const type = block.view.getUint16(at + NLMSGHDR.at.nlmsg_type, true);
    const end = at + block.u32(at + NLMSGHDR.at.nlmsg_len);
    if (type === NLMSG_DONE) return false;
    if (type === NLMSG_ERROR) throw new SystemError("sock_diag", -block.i32(at + NLMSGHDR.size), [inode]);
    found.push(readSocket(block, at + NLMSGHDR.size, end));
    at = align4(end);
  }
  return inode === 0;
}

function readSocket(block: Block, from: number, end: number): UnixSocket {
  const socket: UnixSocket = {
    inode: block.u32(from + UNIX_DIAG_MSG.at.udiag_ino),
    type: block.bytes[from + UNIX_DIAG_MSG.at.udiag_type] ?? 0,
    listening: block.bytes[from + UNIX_DIAG_MSG.at.udiag_state] === TCP_LISTEN,
    receiveQueue: 0,
    sendQueue: 0,
  };
  for (let at = from + UNIX_DIAG_MSG.size; at + NLATTR.size <= end; ) {
    const length = block.view.getUint16(at + NLATTR.at.nla_len, true);
    if (length < NLATTR.size) break;
    readAttribute(socket, block, at, length);
    at += align4(length);
  }
  return socket;
}

function readAttribute(socket: UnixSocket, block: Block, at: number, length: number): void {
  const data = at + NLATTR.size;
  switch (block.view.getUint16(at + NLATTR.at.nla_type, true)) {
    case UNIX_DIAG_NAME:
      socket.address = addressText(block.bytes.subarray(data, at + length));
      return;
    case UNIX_DIAG_PEER:
      if (block.u32(data) !== 0) socket.peer = block.u32(data);
      return;
    case UNIX_DIAG_RQLEN:
      socket.receiveQueue = block.u32(data);
      socket.sendQueue = block.u32(data + 4);
  }
}

/** A path as it is, an abstract name (first byte NUL) with "@" before it. */
function addressText(bytes: Uint8Array): string {
  if (bytes[0] === 0) return `@${decoder.decode(bytes.subarray(1))}`;
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function align4(length: number): number {
  return (length + 3) & ~3;
}
