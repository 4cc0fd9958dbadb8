/** sendmmsg and recvmmsg without blocking the event loop. @module */
import { EPOLLOUT } from "../../ffi/constants/event.ts";
import { MSG_CMSG_CLOEXEC, MSG_DONTWAIT, MSG_WAITFORONE } from "../../ffi/constants/socket.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { libc, scratch } from "../../ffi/mod.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { whenReady, within } from "../async/wait.ts";
import { explained } from "../explain.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { NOTES, type ReceivedMessage } from "./message.ts";
import type { ReceiveManyOptions } from "./many.ts";
import { eventsFor, refusingToWait } from "./message_async.ts";
import { awaitedMany, checkMessages, lengthsOf, type BatchedMessage, packedMany, readOnce, unpackedMany } from "./pack_many.ts";

/**
 * {@linkcode sendmmsg} without blocking the event loop: waits for room for all, whether the socket blocks or not, unless MSG_DONTWAIT is set.
 *
 * @param flags may be left out
 * @returns bytes sent of each message that was sent; an abort or a failure after the first ends it with those before
 * @throws {SystemError} as sendmmsg
 * @see https://man7.org/linux/man-pages/man2/sendmmsg.2.html
 * @example
 * ```ts
 * import { AF_UNIX, recvmmsgAsync, sendmmsgAsync, SOCK_SEQPACKET, socketpair } from "forkscope";
 * const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
 * const received = recvmmsgAsync(b, { count: 2 });
 * console.log((await sendmmsgAsync(a, [{ data: "one" }, { data: "two" }])).length); // 2
 * console.log((await received).length); // 2
 * ```
 */
export async function sendmmsgAsync(fd: number, messages: readonly BatchedMessage[], options: { flags?: number } & AsyncOptions = {}): Promise<number[]> {
  entering("sendmmsgAsync");
  checkFd("sendmmsgAsync", fd);
  const all = checkMessages("sendmmsgAsync", messages);
  const asker = { call: "sendmmsg", args: [fd, messages, options], signal: asyncSignal("sendmmsgAsync", options) };
  const flags = checkInteger("sendmmsgAsync", "flags", options.flags ?? 0, 0, 0x7fffffff);
  const sent: number[] = [];
  while (sent.length < all.length) {
    const more = await partly(sent.length > 0, () => sendSome(fd, all.slice(sent.length), flags, asker));
    if (!more) break;
    sent.push(...more);
  }
  return sent;
}

/**
 * {@linkcode recvmmsg} without blocking the event loop: waits until `count` have come, or with MSG_WAITFORONE one, whether the socket blocks
 * or not, unless MSG_DONTWAIT is set.
 *
 * @returns what came; an abort or a failure after the first ends it with those before. None when the time was over
 * @throws {SystemError} as recvmmsg; EBADF: closed meanwhile
 * @see https://man7.org/linux/man-pages/man2/recvmmsg.2.html
 * @example
 * ```ts
 * import { AF_UNIX, recvmmsgAsync, SOCK_DGRAM, socketpair, write } from "forkscope";
 * const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
 * setTimeout(() => write(a, "late"), 5);
 * const [{ data } = {}] = await recvmmsgAsync(b, { count: 1, signal: AbortSignal.timeout(10_000) });
 * console.log(new TextDecoder().decode(data)); // "late"
 * ```
 */
export async function recvmmsgAsync(fd: number, options: ReceiveManyOptions & AsyncOptions = {}): Promise<ReceivedMessage[]> {
  entering("recvmmsgAsync");
  checkFd("recvmmsgAsync", fd);
  const signal = asyncSignal("recvmmsgAsync", options);
  const once = readOnce("recvmmsgAsync", options);
  const { count, timeout, flags } = once;
  const asker = { call: "recvmmsg", args: [fd, once], signal };
  const came: ReceivedMessage[] = [];
  await within(timeout, asker, async (inner) => {
    while (came.length < count) {
      const more = await partly(came.length > 0, () => receiveSome(fd, once, count - came.length, inner));
      if (!more) return true;
      came.push(...more);
      if (flags & MSG_WAITFORONE) return true;
    }
    return true;
  });
  return came;
}

/** When a part is done, what ends the rest ends the call with that part. */
async function partly<T>(isPart: boolean, go: () => Promise<T>): Promise<T | undefined> {
  try {
    return await go();
  } catch (error) {
    if (isPart) return undefined;
    throw error;
  }
}

async function sendSome(fd: number, messages: readonly BatchedMessage[], flags: number, asker: Asker): Promise<number[]> {
  let sent: number[] = [];
  const attempt = (): number => {
    using room = scratch();
    const vector = packedMany("sendmmsgAsync", fd, messages, room);
    const count = libc().syscall(syscallNumber("sendmmsg"), fd, vector.address, messages.length, flags | MSG_DONTWAIT, 0, 0);
    if (count >= 0) sent = lengthsOf(vector, count);
    return refusingToWait(flags, count, asker.call, asker.args);
  };
  try {
    await whenReady(fd, EPOLLOUT, attempt, asker);
  } catch (error) {
    throw explained(error, NOTES);
  }
  return sent;
}

async function receiveSome(fd: number, options: Required<ReceiveManyOptions>, most: number, asker: Asker): Promise<ReceivedMessage[]> {
  const { flags } = options;
  let came: ReceivedMessage[] = [];
  const attempt = (): number => {
    using room = scratch();
    const many = awaitedMany("recvmmsgAsync", fd, options, most, room);
    const count = libc().syscall(syscallNumber("recvmmsg"), fd, many.vector.address, most, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC, 0, 0);
    if (count > 0) came = unpackedMany(fd, many, count);
    return refusingToWait(flags, count, asker.call, asker.args);
  };
  await whenReady(fd, eventsFor(flags), attempt, asker);
  return came;
}
