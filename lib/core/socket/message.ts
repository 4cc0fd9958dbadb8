/**
 * sendmsg and recvmsg: bytes with descriptors and credentials beside them.
 *
 * @module
 */
import { libc, scratch } from "../../ffi/mod.ts";
import type { Fd } from "../fd/fd.ts";
import { explaining, type Notes } from "../explain.ts";
import { done, unlessInterrupted } from "../retry.ts";
import { sleepBegins, sleepEnds } from "../safe_point.ts";
import { entering } from "../tap.ts";
import type { SocketAddress } from "./address.ts";
import type { ControlMessage } from "./control.ts";
import type { Credentials } from "./options.ts";
import { type Awaited, awaited, packed, unpacked } from "./pack.ts";
import type { ControlTruncatedError } from "./truncated.ts";

/** What a failure to send means where the manual page is short. */
export const NOTES: Notes = {
  ETOOMANYREFS: () => "descriptors of this user in messages that nobody has received are as many as RLIMIT_NOFILE; receive some, or raise it with ulimit -n",
};

/** What to send. */
export interface OutgoingMessage {
  /** Bytes, or a text in UTF-8. A stream needs at least one byte for descriptors and credentials to travel. */
  data: ArrayBufferView | string;
  /** Descriptors to pass: the receiver gets new numbers for the same open file descriptions. At most 253. */
  fds?: readonly number[];
  /** Who the sender is (SCM_CREDENTIALS), for a receiver with SO_PASSCRED. Others than one's own need CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID. */
  credentials?: Credentials;
  /** Other control messages, as they are. */
  control?: readonly ControlMessage[];
  /** Of MSG_DONTWAIT, MSG_NOSIGNAL, MSG_EOR... */
  flags?: number;
  /** Receiver, for a socket that is not connected. */
  to?: SocketAddress;
}

/** What to receive. */
export interface ReceiveOptions {
  /** Room for data, in bytes. Default 65536. */
  bytes?: number;
  /** Descriptors to take at most, 0 to 253. Default 253, the most that one message carries. */
  maxFds?: number;
  /** Room for control messages other than descriptors, credentials and pidfd, each with a head of 16 bytes, rounded up to 8. Default 0. */
  controlBytes?: number;
  /** Of MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, MSG_TRUNC... MSG_CMSG_CLOEXEC is always set. */
  flags?: number;
}

/** What came. */
export interface IncomingMessage {
  /** The bytes; none at the end of a stream or of a seqpacket connection, where an empty packet looks the same. */
  data: Uint8Array;
  /** What the call gave: the bytes received; with MSG_TRUNC the whole length of a datagram. */
  length: number;
  /** Descriptors that arrived: owned and close-on-exec. */
  fds: Fd[];
  /** MSG_* flags of the call's result: MSG_EOR, MSG_TRUNC... */
  flags: number;
  /** The datagram was longer than the room: its rest is lost. */
  truncated: boolean;
  /** Address of the sender, "" for none. */
  from: SocketAddress;
  /** Credentials of the sender, on a socket with SO_PASSCRED. */
  credentials?: Credentials;
  /** The sender's process as a pidfd, owned, on a socket with SO_PASSPIDFD (Linux 6.5); missing when it has ended, before Linux 6.16. */
  pidfd?: Fd;
  /** Control messages that the library does not read itself. */
  control: ControlMessage[];
}

/** What came as one of several: {@linkcode recvmmsg}. */
export interface ReceivedMessage extends IncomingMessage {
  /** Not everything beside this message could be received; what arrived of it was closed again. The others are whole. */
  error?: ControlTruncatedError;
}

/**
 * `sendmsg(sockfd, msg, flags)`: sends bytes and, with SCM_RIGHTS, descriptors, with SCM_CREDENTIALS who sends.
 *
 * The message holds its own reference to each open file description: the sender may close at once. What may not travel: an io_uring.
 *
 * @returns bytes sent; on a stream fewer than given is possible, the descriptors have gone with the first
 * @throws {SystemError} EBADF: socket or a descriptor of the list; EPIPE: nobody receives; EAGAIN; EMSGSIZE;
 *   ENOTCONN; EINVAL: a descriptor that may not travel; ETOOMANYREFS: more descriptors in flight than RLIMIT_NOFILE; EPERM, ESRCH: credentials of another
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
  const room = scratch(); // not by `using`, which costs engines more than the call
  try {
    const { header, flags, args } = packed("sendmsg", fd, message, room);
    for (;;) {
      sleepBegins();
      const count = libc().sendmsg(fd, header, flags);
      sleepEnds();
      if (count !== -1) return done(count);
      explaining(NOTES, () => unlessInterrupted("sendmsg", args));
    }
  } finally {
    room.release();
  }
}

/**
 * `recvmsg(sockfd, msg, flags)`: receives bytes and what travels beside them.
 *
 * Descriptors arrive owned and close-on-exec. On a stream one call never reads past the bytes a set of descriptors came
 * with. MSG_PEEK gives descriptors of its own, to be closed like any others.
 *
 * @throws {ControlTruncatedError} more than `maxFds` came, or RLIMIT_NOFILE left no number for one: those that arrived are closed again
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
  return receive(fd, options, unpacked);
}

/** recvmsg, and what `unpack` makes of what came. */
export function receive<T>(fd: number, options: ReceiveOptions, unpack: (fd: number, place: Awaited, count: number) => T): T {
  const room = scratch();
  try {
    const place = awaited("recvmsg", fd, options, room);
    for (;;) {
      sleepBegins();
      const count = libc().recvmsg(fd, place.header.address, place.flags);
      sleepEnds();
      if (count !== -1) return done(unpack(fd, place, count));
      unlessInterrupted("recvmsg", [fd, options]);
    }
  } finally {
    room.release();
  }
}
