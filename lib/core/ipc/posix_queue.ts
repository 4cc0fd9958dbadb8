/** POSIX message queues. @module */
import { check, scratch } from "../../ffi/mod.ts";
import { MQ_ATTR } from "../../ffi/layout/ipc.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { checkData } from "../fd/buffer.ts";
import { made } from "../fd/registry.ts";
import { explaining } from "../explain.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, setTimespec } from "../time.ts";
import { checkFd, checkFlags, checkInteger, checkOptions } from "../validate.ts";
import { checkName } from "./name.ts";
import { queueNotes } from "./posix_notes.ts";

const MODES = 0o777;
/** MQ_PRIO_MAX less one. */
export const MAX_PRIORITY = 32767;
const MAX_INT = 0x7fffffff;

/** How large a queue is. */
export interface QueueLimits {
  /** Messages that it holds; /proc/sys/fs/mqueue/msg_default (10) unless told. */
  maxmsg: number;
  /** Bytes of the longest; /proc/sys/fs/mqueue/msgsize_default (8192) unless told. */
  msgsize: number;
}

/** What mq_getattr tells. */
export interface QueueAttributes extends QueueLimits {
  /** O_NONBLOCK or 0, of the open file description. */
  flags: number;
  /** Messages that wait in it. */
  curmsgs: number;
}

/** A message and how urgent it is. */
export interface PriorityMessage {
  data: Uint8Array;
  /** 0 to 32767; the highest comes first. */
  priority: number;
}

/**
 * `mq_open(name, oflag, mode, attr)`: opens or makes a message queue, which lives until {@linkcode mq_unlink} or the next boot.
 *
 * On Linux it is a descriptor: poll and epoll wait for it, {@linkcode close} closes it, fcntl sets O_NONBLOCK; it is close-on-exec. It needs
 * no mount of /dev/mqueue, where one shows the queues. A user's queues hold RLIMIT_MSGQUEUE bytes in all. Where a limit is in the way the
 * error's message says which, and how it is raised.
 *
 * @param flags O_RDONLY, O_WRONLY or O_RDWR, with O_CREAT, O_EXCL, O_NONBLOCK
 * @param limits both or none, for a new one
 * @throws {SystemError} ENOENT: none has the name; EEXIST: O_EXCL; EACCES; EINVAL: limits above /proc/sys/fs/mqueue's; EMFILE: no
 *   descriptor, or RLIMIT_MSGQUEUE; ENOSPC: too many queues; ENOSYS
 * @see https://man7.org/linux/man-pages/man3/mq_open.3.html
 * @example
 * ```ts
 * import { getpid, mq_open, mq_receive, mq_send, mq_unlink, O_CREAT, O_RDWR } from "forkscope";
 * const queue = mq_open(`/demo-${getpid()}`, O_RDWR | O_CREAT, 0o600, { maxmsg: 4, msgsize: 64 });
 * mq_unlink(`/demo-${getpid()}`);
 * mq_send(queue, "later", 1);
 * mq_send(queue, "first", 9);
 * console.log(mq_receive(queue).priority); // 9
 * ```
 */
export function mq_open(name: string, flags: number, mode = 0o600, limits?: QueueLimits): number {
  entering("mq_open");
  checkName("mq_open", name);
  checkInteger("mq_open", "flags", flags, 0, MAX_INT);
  checkFlags("mq_open", "mode", mode, MODES);
  checkOptions("mq_open", limits);
  using room = scratch();
  const address = room.string(name);
  const attributes = room.take(MQ_ATTR.size);
  if (limits) {
    attributes.setU64(MQ_ATTR.at.mq_maxmsg, checkInteger("mq_open", "maxmsg", limits.maxmsg, 1, MAX_INT));
    attributes.setU64(MQ_ATTR.at.mq_msgsize, checkInteger("mq_open", "msgsize", limits.msgsize, 1, MAX_INT));
  }
  const open = (): number => posixIpcFunctions().mq_open(address, flags, mode, limits ? attributes.address : 0);
  const fd = explaining(queueNotes(limits), () => retrying(open, "mq_open", [name, flags, mode, limits]));
  made(fd);
  return fd;
}

/**
 * `mq_unlink(name)`: takes the name away; the queue goes when nobody has it open.
 *
 * @throws {SystemError} ENOENT: none has the name; EACCES: another user's
 * @see https://man7.org/linux/man-pages/man3/mq_unlink.3.html
 * @example
 * ```ts
 * import { getpid, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`, { maxmsg: 4, msgsize: 64 });
 * mq_unlink(`/demo-${getpid()}`);
 * queue.send("still there");
 * console.log(queue.attributes.curmsgs); // 1
 * ```
 */
export function mq_unlink(name: string): void {
  entering("mq_unlink");
  checkName("mq_unlink", name);
  using room = scratch();
  check(posixIpcFunctions().mq_unlink(room.string(name)), "mq_unlink", [name]);
}

/**
 * `mq_getattr(mqdes, attr)`: limits and number of messages.
 *
 * @throws {SystemError} EBADF: no queue
 * @see https://man7.org/linux/man-pages/man3/mq_getattr.3.html
 * @example
 * ```ts
 * import { getpid, mq_getattr, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`, { maxmsg: 4, msgsize: 64 });
 * mq_unlink(`/demo-${getpid()}`);
 * console.log(mq_getattr(queue.fd.number).maxmsg); // 4
 * ```
 */
export function mq_getattr(fd: number): QueueAttributes {
  entering("mq_getattr");
  return attributesOf("mq_getattr", checkFd("mq_getattr", fd));
}

function attributesOf(call: string, fd: number): QueueAttributes {
  using room = scratch();
  const block = room.take(MQ_ATTR.size);
  check(posixIpcFunctions().mq_getattr(fd, block.address), call, [fd]);
  const { at } = MQ_ATTR;
  return { flags: block.u64(at.mq_flags), maxmsg: block.u64(at.mq_maxmsg), msgsize: block.u64(at.mq_msgsize), curmsgs: block.u64(at.mq_curmsgs) };
}

/**
 * `mq_send`, with `until` `mq_timedsend(mqdes, msg_ptr, msg_len, msg_prio, abs_timeout)`: puts a message into the queue, waiting while it is
 * full. A call that a signal interrupts is made again.
 *
 * @param priority 0 to 32767
 * @param until in milliseconds since 1970 by CLOCK_REALTIME; no end unless given
 * @throws {SystemError} EAGAIN: full, and O_NONBLOCK; EMSGSIZE: longer than msgsize; ETIMEDOUT; EBADF: no queue open to write
 * @see https://man7.org/linux/man-pages/man3/mq_send.3.html
 * @example
 * ```ts
 * import { getpid, mq_send, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`, { maxmsg: 4, msgsize: 64 });
 * mq_unlink(`/demo-${getpid()}`);
 * mq_send(queue.fd.number, "hello", 9);
 * console.log(queue.receive().priority); // 9
 * ```
 */
export function mq_send(fd: number, data: ArrayBufferView | string, priority = 0, until?: number): void {
  entering("mq_send");
  checkFd("mq_send", fd);
  const bytes = checkData("mq_send", data);
  checkInteger("mq_send", "priority", priority, 0, MAX_PRIORITY);
  if (until !== undefined) checkMilliseconds("mq_send", "until", until);
  sendUntil(fd, bytes, priority, until);
}

/** {@linkcode mq_send} of checked arguments. */
export function sendUntil(fd: number, bytes: Uint8Array, priority: number, until: number | undefined): void {
  using room = scratch();
  const message = room.take(Math.max(1, bytes.length));
  message.bytes.set(bytes);
  const time = room.take(TIMESPEC.size);
  setTimespec(time, 0, until ?? 0);
  const { mq_send: send, mq_timedsend } = posixIpcFunctions();
  const put = (): number => until === undefined ? send(fd, message.address, bytes.length, priority) : mq_timedsend(fd, message.address, bytes.length, priority, time.address);
  retrying(put, "mq_send", [fd, bytes, priority, until]);
}

/**
 * `mq_receive`, with `until` `mq_timedreceive(mqdes, msg_ptr, msg_len, msg_prio, abs_timeout)`: takes the oldest of the most urgent messages,
 * waiting for one. A call that a signal interrupts is made again.
 *
 * @param until in milliseconds since 1970 by CLOCK_REALTIME; no end unless given
 * @throws {SystemError} EAGAIN: none, and O_NONBLOCK; ETIMEDOUT; EBADF: no queue open to read
 * @see https://man7.org/linux/man-pages/man3/mq_receive.3.html
 * @example
 * ```ts
 * import { getpid, mq_receive, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`, { maxmsg: 4, msgsize: 64 });
 * mq_unlink(`/demo-${getpid()}`);
 * queue.send("hello");
 * console.log(mq_receive(queue.fd.number).data.length); // 5
 * ```
 */
export function mq_receive(fd: number, until?: number): PriorityMessage {
  entering("mq_receive");
  checkFd("mq_receive", fd);
  if (until !== undefined) checkMilliseconds("mq_receive", "until", until);
  return receiveUntil(fd, until);
}

/** {@linkcode mq_receive} of checked arguments. */
export function receiveUntil(fd: number, until: number | undefined): PriorityMessage {
  const { msgsize } = attributesOf("mq_receive", fd);
  using room = scratch();
  const message = room.take(msgsize);
  const priority = room.take(4);
  const time = room.take(TIMESPEC.size);
  setTimespec(time, 0, until ?? 0);
  const { mq_receive: receive, mq_timedreceive } = posixIpcFunctions();
  const take = (): number => until === undefined ? receive(fd, message.address, msgsize, priority.address) : mq_timedreceive(fd, message.address, msgsize, priority.address, time.address);
  const length = retrying(take, "mq_receive", [fd, until]);
  return { data: message.bytes.slice(0, length), priority: priority.u32(0) };
}
