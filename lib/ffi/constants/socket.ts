/** Numbers of sockets, ancillary data and socket diagnosis. @module */

/**
 * Address families, of {@linkcode socket}.
 *
 * @see https://man7.org/linux/man-pages/man2/socket.2.html
 * @see https://man7.org/linux/man-pages/man7/address_families.7.html
 */

/** None; of connect: no longer connected. */
export const AF_UNSPEC = 0;
/** Between processes of this machine. */
export const AF_UNIX = 1;
/** IPv4. */
export const AF_INET = 2;
/** IPv6. */
export const AF_INET6 = 10;
/** With the kernel. */
export const AF_NETLINK = 16;

/**
 * Types of {@linkcode socket} and {@linkcode socketpair}, and two flags beside them.
 *
 * @see https://man7.org/linux/man-pages/man2/socket.2.html
 */

/** A stream of bytes. */
export const SOCK_STREAM = 1;
/** Messages, each on its own. */
export const SOCK_DGRAM = 2;
/** Packets as they are. */
export const SOCK_RAW = 3;
/** Messages over a connection. */
export const SOCK_SEQPACKET = 5;
/** Fail with EAGAIN where a call would wait. */
export const SOCK_NONBLOCK = 0o4000;
/** Closed by exec. */
export const SOCK_CLOEXEC = 0o2000000;

/**
 * The largest backlog of {@linkcode listen}, unless net.core.somaxconn says otherwise.
 *
 * @see https://man7.org/linux/man-pages/man2/listen.2.html
 */
export const SOMAXCONN = 4096;

/**
 * The level of {@linkcode getsockopt} and {@linkcode setsockopt} that every socket has, and its options.
 *
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */

/** The level. */
export const SOL_SOCKET = 1;
/** An address may be bound again that a connection which has ended still holds. */
export const SO_REUSEADDR = 2;
/** The type, SOCK_STREAM or another. */
export const SO_TYPE = 3;
/** The pending error; reading it takes it away. */
export const SO_ERROR = 4;
/** Messages to a broadcast address are allowed. */
export const SO_BROADCAST = 6;
/** Bytes of the send buffer; the kernel doubles what is set. */
export const SO_SNDBUF = 7;
/** Bytes of the receive buffer; the kernel doubles what is set. */
export const SO_RCVBUF = 8;
/** Probe a silent connection. */
export const SO_KEEPALIVE = 9;
/** Urgent data stays in the stream. */
export const SO_OOBINLINE = 10;
/** Priority of what is sent. */
export const SO_PRIORITY = 12;
/** What close does with data not yet sent: see {@linkcode setLinger}. */
export const SO_LINGER = 13;
/** Several sockets may bind one address, and share what comes. @since Linux 3.9 */
export const SO_REUSEPORT = 15;
/** Messages bring their sender's credentials. */
export const SO_PASSCRED = 16;
/** Who is at the other end: see {@linkcode peerCredentials}. */
export const SO_PEERCRED = 17;
/** Bytes that must be there before a read returns. */
export const SO_RCVLOWAT = 18;
/** Always 1. */
export const SO_SNDLOWAT = 19;
/** How long to receive: see {@linkcode setSocketTimeouts}. */
export const SO_RCVTIMEO = 20;
/** How long to send: see {@linkcode setSocketTimeouts}. */
export const SO_SNDTIMEO = 21;
/** One network device alone. */
export const SO_BINDTODEVICE = 25;
/** Messages bring the time they came. */
export const SO_TIMESTAMP = 29;
/** 1 when it listens. */
export const SO_ACCEPTCONN = 30;
/** The security label of the other end: see {@linkcode peerSecurity}. */
export const SO_PEERSEC = 31;
/** As SO_SNDBUF, beyond the limit; needs CAP_NET_ADMIN. */
export const SO_SNDBUFFORCE = 32;
/** As SO_RCVBUF, beyond the limit; needs CAP_NET_ADMIN. */
export const SO_RCVBUFFORCE = 33;
/** Messages bring their sender's security label. */
export const SO_PASSSEC = 34;
/** Mark of what is sent; needs CAP_NET_ADMIN. */
export const SO_MARK = 36;
/** The protocol. */
export const SO_PROTOCOL = 38;
/** The address family. */
export const SO_DOMAIN = 39;
/** Where a peek begins, in bytes; -1 for none. @since Linux 3.4 */
export const SO_PEEK_OFF = 42;
/** The processor that handles it. @since Linux 3.19 */
export const SO_INCOMING_CPU = 49;
/** A number of this socket, 64 bits. @since Linux 4.6 */
export const SO_COOKIE = 57;
/** Groups of who is at the other end: see {@linkcode peerGroups}. @since Linux 4.13 */
export const SO_PEERGROUPS = 59;

/**
 * Kinds of control messages, of {@linkcode sendmsg} and {@linkcode recvmsg}.
 *
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */

/** Descriptors. */
export const SCM_RIGHTS = 1;
/** Pid, user and group of the sender. */
export const SCM_CREDENTIALS = 2;

/**
 * Flags of {@linkcode sendmsg} and {@linkcode recvmsg}; some come back in a message.
 *
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */

/** Urgent data. */
export const MSG_OOB = 1;
/** Leave it there. */
export const MSG_PEEK = 2;
/** Not over a gateway. */
export const MSG_DONTROUTE = 4;
/** Comes back: control messages did not all fit. */
export const MSG_CTRUNC = 8;
/** Comes back: the message did not all fit. */
export const MSG_TRUNC = 0x20;
/** Fail with EAGAIN rather than wait, this time. */
export const MSG_DONTWAIT = 0x40;
/** A record ends here. */
export const MSG_EOR = 0x80;
/** Wait for all bytes asked for. */
export const MSG_WAITALL = 0x100;
/** The neighbour is there. */
export const MSG_CONFIRM = 0x800;
/** Take from the queue of errors. */
export const MSG_ERRQUEUE = 0x2000;
/** EPIPE without SIGPIPE. */
export const MSG_NOSIGNAL = 0x4000;
/** More comes. */
export const MSG_MORE = 0x8000;
/** Descriptors that come are closed by exec. */
export const MSG_CMSG_CLOEXEC = 0x40000000;
/** Of {@linkcode recvmmsg}: wait for the first message, and take those that are there with it. */
export const MSG_WAITFORONE = 0x10000;

/**
 * What {@linkcode shutdown} ends.
 *
 * @see https://man7.org/linux/man-pages/man2/shutdown.2.html
 */

/** Reading. */
export const SHUT_RD = 0;
/** Writing. */
export const SHUT_WR = 1;
/** Both. */
export const SHUT_RDWR = 2;
