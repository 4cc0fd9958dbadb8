/** Layouts of sockets, messages and socket diagnosis. @module */
import { layout } from "./layout.ts";

/** struct iovec: one piece of memory. */
export const IOVEC = layout("sys/uio.h", "struct iovec", 16, { iov_base: 0, iov_len: 8 });

/** struct msghdr of sendmsg(2) and recvmsg(2). */
export const MSGHDR = layout("sys/socket.h", "struct msghdr", 56, {
  msg_name: 0,
  msg_namelen: 8,
  msg_iov: 16,
  msg_iovlen: 24,
  msg_control: 32,
  msg_controllen: 40,
  msg_flags: 48,
});

/** struct mmsghdr of sendmmsg(2) and recvmmsg(2): a message, and how many bytes of it went. */
export const MMSGHDR = layout("sys/socket.h", "struct mmsghdr", 64, { msg_hdr: 0, msg_len: 56 });

/** struct cmsghdr: head of one control message; its data follow at {@linkcode cmsgLen}(0). */
export const CMSGHDR = layout("sys/socket.h", "struct cmsghdr", 16, { cmsg_len: 0, cmsg_level: 8, cmsg_type: 12 });

/** CMSG_ALIGN: length rounded up to the alignment of control messages. */
export function cmsgAlign(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** CMSG_LEN: value of cmsg_len for `length` bytes of data. */
export function cmsgLen(length: number): number {
  return CMSGHDR.size + length;
}

/** CMSG_SPACE: room that a control message with `length` bytes of data takes. */
export function cmsgSpace(length: number): number {
  return CMSGHDR.size + cmsgAlign(length);
}

/** struct sockaddr_un: `sun_path` is the last member, 108 bytes. */
export const SOCKADDR_UN = layout("sys/un.h", "struct sockaddr_un", 110, { sun_family: 0, sun_path: 2 });

/** struct sockaddr_in; port and address in network byte order. */
export const SOCKADDR_IN = layout("netinet/in.h", "struct sockaddr_in", 16, { sin_family: 0, sin_port: 2, sin_addr: 4 });

/** struct sockaddr_in6; all but the scope in network byte order. */
export const SOCKADDR_IN6 = layout("netinet/in.h", "struct sockaddr_in6", 28, {
  sin6_family: 0,
  sin6_port: 2,
  sin6_flowinfo: 4,
  sin6_addr: 8,
  sin6_scope_id: 24,
});

/** struct linger of SO_LINGER. */
export const LINGER = layout("sys/socket.h", "struct linger", 8, { l_onoff: 0, l_linger: 4 });

/** struct timeval of SO_RCVTIMEO and SO_SNDTIMEO. */
export const TIMEVAL = layout("sys/time.h", "struct timeval", 16, { tv_sec: 0, tv_usec: 8 });

/** struct ucred: who is at the other end. */
export const UCRED = layout("sys/socket.h", "struct ucred", 12, { pid: 0, uid: 4, gid: 8 });

/** struct nlmsghdr: head of a netlink message. */
export const NLMSGHDR = layout("linux/netlink.h", "struct nlmsghdr", 16, {
  nlmsg_len: 0,
  nlmsg_type: 4,
  nlmsg_flags: 6,
  nlmsg_seq: 8,
  nlmsg_pid: 12,
});

/** struct nlattr: head of one attribute of a netlink message. */
export const NLATTR = layout("linux/netlink.h", "struct nlattr", 4, { nla_len: 0, nla_type: 2 });

/** struct unix_diag_req: question about unix sockets. */
export const UNIX_DIAG_REQ = layout("linux/unix_diag.h", "struct unix_diag_req", 24, {
  sdiag_family: 0,
  sdiag_protocol: 1,
  udiag_states: 4,
  udiag_ino: 8,
  udiag_show: 12,
  udiag_cookie: 16,
});

/** struct unix_diag_msg: answer about one unix socket; attributes follow. */
export const UNIX_DIAG_MSG = layout("linux/unix_diag.h", "struct unix_diag_msg", 16, {
  udiag_family: 0,
  udiag_type: 1,
  udiag_state: 2,
  udiag_ino: 4,
  udiag_cookie: 8,
});
