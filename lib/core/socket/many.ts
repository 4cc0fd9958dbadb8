/**
 * sendmmsg and recvmmsg: several messages in one call.
 *
 * recvmmsg(2) that waits for several keeps what interrupts it as the socket's error, for the next call to fail with, and looks at its timeout
 * only when something has come. So here each call waits for one message at most (MSG_WAITFORONE), and is made again for the rest.
 *
 * @module
 */
import { POLLIN } from "../../ffi/constants/file.ts";
import { MSG_CMSG_CLOEXEC, MSG_DONTWAIT, MSG_WAITFORONE } from "../../ffi/constants/socket.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { POLLFD } from "../../ffi/layout/file.ts";
import { errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { explaining } from "../explain.ts";
import { done, unlessInterrupted } from "../retry.ts";
import { interruptible, safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { NOTES, type ReceivedMessage, type ReceiveOptions } from "./message.ts";
import { awaitedMany, checkMessages, lengthsOf, type BatchedMessage, packedMany, readOnce, unpackedMany } from "./pack_many.ts";

const MAX_INT = 0x7fffffff;
/** How a wait ends whose time is over; no errno. */
const LATE = -1;

/** What to receive, message for message, and how many. */
export interface ReceiveManyOptions extends ReceiveOptions {
  /** How many messages: 1 to 1024; 16 unless given. Times `bytes` at most 2147479552. */
  count?: number;
  /** In milliseconds, for all of them: what came until then is given; -1, no end, unless given. */
  timeout?: number;
}

/**
 * `sendmmsg(sockfd, msgvec, vlen, flags)`: sends messages, each with what travels beside it and to whom, in one call.
 *
 * A socket that blocks waits until all are sent. When one cannot be sent, or a signal whose handler runs comes meanwhile, the call ends with those before it;
 * sending the rest tells why.
 *
 * @param messages at most 1024; their flags are the call's
 * @param flags of MSG_DONTWAIT, MSG_NOSIGNAL...
 * @returns bytes sent of each message that was sent: as many numbers as messages
 * @throws {SystemError} the first one could not be sent: as sendmsg
 * @see https://man7.org/linux/man-pages/man2/sendmmsg.2.html
 * @example
 * ```ts
 * import { AF_UNIX, recvmmsg, sendmmsg, SOCK_DGRAM, socketpair } from "forkscope";
 * const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
 * console.log(sendmmsg(a, [{ data: "one" }, { data: "three", fds: [1] }]).join()); // "3,5"
 * for (const { fds } of recvmmsg(b, { count: 2 })) fds[0]?.close();
 * ```
 */
export function sendmmsg(fd: number, messages: readonly BatchedMessage[], flags = 0): number[] {
  entering("sendmmsg");
  checkFd("sendmmsg", fd);
  const all = checkMessages("sendmmsg", messages);
  checkInteger("sendmmsg", "flags", flags, 0, MAX_INT);
  using room = scratch();
  const vector = packedMany("sendmmsg", fd, all, room);
  for (;;) {
    const count = interruptible(() => libc().syscall(syscallNumber("sendmmsg"), fd, vector.address, all.length, flags, 0, 0));
    if (count !== -1) return done(lengthsOf(vector, count));
    explaining(NOTES, () => unlessInterrupted("sendmmsg", [fd, messages, flags]));
  }
}

/**
 * `recvmmsg(sockfd, msgvec, vlen, flags, timeout)`: receives messages, each with what came beside it and from whom.
 *
 * A socket that blocks waits until `count` have come; with MSG_WAITFORONE for the first, and takes those that are there with it. A signal whose
 * handler runs meanwhile, and a failure after the first, end the call with what came. What a message loses beside its bytes is
 * told by its `error`, and takes nothing from the others: each of their descriptors is owned. At the end of a stream or a connection the
 * messages are empty.
 *
 * @returns at least one message; none when the time was over
 * @throws {SystemError} before the first: as recvmsg
 * @see https://man7.org/linux/man-pages/man2/recvmmsg.2.html
 * @example
 * ```ts
 * import { AF_UNIX, recvmmsg, SOCK_SEQPACKET, socketpair, write } from "forkscope";
 * const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
 * for (const text of ["one", "two", "three"]) write(a, text);
 * const messages = recvmmsg(b, { count: 10, timeout: 5 });
 * console.log(messages.map(({ data }) => new TextDecoder().decode(data)).join()); // "one,two,three"
 * ```
 */
export function recvmmsg(fd: number, options: ReceiveManyOptions = {}): ReceivedMessage[] {
  entering("recvmmsg");
  checkFd("recvmmsg", fd);
  const once = readOnce("recvmmsg", options);
  const { count, timeout, flags } = once;
  const end = timeout < 0 || (flags & MSG_DONTWAIT) !== 0 ? undefined : performance.now() + timeout;
  const came: ReceivedMessage[] = [];
  while (came.length < count) {
    const step = receiveSome(fd, once, count - came.length, end);
    if (typeof step === "number") {
      if (step === ERRNO.EAGAIN && end !== undefined) continue; // another reader was quicker
      if (came.length > 0 || step === LATE) break;
      if (step !== ERRNO.EINTR) throw new SystemError("recvmmsg", step, [fd, once]);
      safePoint();
    } else {
      came.push(...step);
      if (flags & MSG_WAITFORONE) break;
    }
  }
  return done(came);
}

/** The messages that are there when the first has come, or what the wait for it ended with. */
function receiveSome(fd: number, options: Required<ReceiveManyOptions>, most: number, end: number | undefined): ReceivedMessage[] | number {
  if (end !== undefined) {
    const ended = untilReadable(fd, end);
    if (ended !== 0) return ended;
  }
  using room = scratch();
  const flags = options.flags | (end === undefined ? MSG_WAITFORONE : MSG_DONTWAIT);
  const many = awaitedMany("recvmmsg", fd, options, most, room);
  const count = interruptible(() => libc().syscall(syscallNumber("recvmmsg"), fd, many.vector.address, most, flags | MSG_CMSG_CLOEXEC, 0, 0));
  return count === -1 ? errno() : unpackedMany(fd, many, count);
}

/** Sleeps until there is something to read: 0, LATE, or an errno. */
function untilReadable(fd: number, end: number): number {
  using room = scratch();
  const request = room.take(POLLFD.size);
  request.setI32(POLLFD.at.fd, fd);
  request.setU16(POLLFD.at.events, POLLIN);
  const found = interruptible(() => libc().poll(request.address, 1, Math.max(0, Math.ceil(end - performance.now()))));
  if (found === -1) return errno();
  return found === 0 ? LATE : 0;
}
