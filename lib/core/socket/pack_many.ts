/**
 * Arrays of struct mmsghdr: what sendmmsg and recvmmsg are given, and what they leave in them.
 *
 * @module
 */
import { Block, type Scratch } from "../../ffi/mod.ts";
import { MMSGHDR, MSGHDR } from "../../ffi/layout/socket.ts";
import { checkTimeout } from "../time.ts";
import { checkInteger, checkOptions, outOfRange, wrongSize, wrongType, wrongValue } from "../validate.ts";
import { MAX_FDS } from "./control.ts";
import type { ReceiveManyOptions } from "./many.ts";
import type { OutgoingMessage, ReceivedMessage, ReceiveOptions } from "./message.ts";
import { type Awaited, awaited, packed, unpackedAmong } from "./pack.ts";

/** UIO_MAXIOV: one call takes no more. */
export const MOST = 1024;
const SOME = 16;
const BYTES = 65536;
const MAX_BYTES = 0x7ffff000;
const MAX_INT = 0x7fffffff;

/** A message of several, whose flags are those of the call. */
export type BatchedMessage = Omit<OutgoingMessage, "flags">;

/** Checks messages and lays them out in `room`, which must live as long as the call. */
export function packedMany(call: string, fd: number, messages: readonly BatchedMessage[], room: Scratch): Block {
  const vector = room.take(MMSGHDR.size * messages.length);
  messages.forEach((message, i) => void packed(call, fd, message, room, headerOf(vector, i)));
  return vector;
}

/** Checks a list of messages; of what is in them, {@linkcode packedMany} does. */
export function checkMessages(call: string, messages: unknown): BatchedMessage[] {
  if (!Array.isArray(messages)) throw wrongType(call, "messages", messages, "an array of messages");
  if (messages.length > MOST) throw wrongSize(call, "messages", `${messages.length} entries`, `at most ${MOST}`);
  return Array.from(messages, (message: unknown, i) => {
    if (typeof message !== "object" || message === null) throw wrongType(call, `messages[${i}]`, message, "an object { data, fds }");
    if ("flags" in message) throw wrongValue(call, `messages[${i}].flags`, message.flags, "left out: flags are the call's");
    return message as BatchedMessage;
  });
}

/** How many bytes of each of the first messages were sent. */
export function lengthsOf(vector: Block, count: number): number[] {
  return Array.from({ length: count }, (_, i) => vector.u32(MMSGHDR.size * i + MMSGHDR.at.msg_len));
}

/** Room for messages that are to come. */
export interface AwaitedMany {
  readonly vector: Block;
  readonly places: readonly Awaited[];
}

/** Lays out room for so many messages. */
export function awaitedMany(call: string, fd: number, options: ReceiveOptions, count: number, room: Scratch): AwaitedMany {
  const vector = room.take(MMSGHDR.size * count);
  return { vector, places: Array.from({ length: count }, (_, i) => awaited(call, fd, options, room, headerOf(vector, i))) };
}

/** The first messages of those that came; every descriptor is owned, or closed again. */
export function unpackedMany(fd: number, { vector, places }: AwaitedMany, count: number): ReceivedMessage[] {
  const lengths = lengthsOf(vector, count);
  return places.slice(0, count).map((place, i) => unpackedAmong(fd, place, lengths[i] ?? 0));
}

/** What to receive, and how, as {@linkcode recvmmsg} is told: read once, since it is not to change while the call waits. */
export function readOnce(call: string, options: ReceiveManyOptions): Required<ReceiveManyOptions> {
  checkOptions(call, options);
  const { count = SOME, timeout = -1, bytes = BYTES, maxFds = MAX_FDS, flags = 0, controlBytes = 0 } = options;
  checkInteger(call, "count", count, 1, MOST);
  checkInteger(call, "bytes", bytes, 0, MAX_BYTES);
  checkInteger(call, "flags", flags, 0, MAX_INT);
  checkTimeout(call, timeout);
  if (count * bytes > MAX_BYTES) throw outOfRange(call, "count times bytes", count * bytes, `at most ${MAX_BYTES}`);
  return { count, timeout, bytes, maxFds, flags, controlBytes };
}

function headerOf(vector: Block, i: number): Block {
  return new Block(vector.view, vector.address, MMSGHDR.size * i, MSGHDR.size);
}
