/** System V message queues without blocking the event loop. @module */
import { IPC_NOWAIT, MSG_EXCEPT, MSG_NOERROR } from "../../ffi/constants/ipc.ts";
import { errno, ERRNO, scratch, SystemError } from "../../ffi/mod.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { explained } from "../explain.ts";
import { checkData } from "../fd/buffer.ts";
import { entering } from "../tap.ts";
import { checkFlags, checkInteger } from "../validate.ts";
import { MAX_MESSAGE, messageSize, type QueuedMessage, readMessage, sendNotes, writeMessage } from "./message_queue.ts";
import { checkId } from "./sysv.ts";

const { MAX_SAFE_INTEGER } = Number;

/**
 * {@linkcode msgsnd} without blocking the event loop. Given up, nothing was sent.
 *
 * @throws {SystemError} as msgsnd
 * @see https://man7.org/linux/man-pages/man2/msgop.2.html
 * @example
 * ```ts
 * import { MessageQueue, msgsndAsync } from "forkscope";
 * using queue = MessageQueue.create();
 * await msgsndAsync(queue.id, 1, "work", 0, { signal: AbortSignal.timeout(1000) });
 * console.log(queue.stat.qnum); // 1
 * ```
 */
export async function msgsndAsync(msqid: number, type: number, data: ArrayBufferView | string, flags = 0, options?: AsyncOptions): Promise<void> {
  entering("msgsndAsync");
  checkId("msgsndAsync", "msqid", msqid);
  checkInteger("msgsndAsync", "type", type, 1, MAX_SAFE_INTEGER);
  const bytes = checkData("msgsndAsync", data);
  checkFlags("msgsndAsync", "flags", flags, IPC_NOWAIT);
  const { length } = bytes;
  const asker = { call: "msgsnd", args: [msqid, type, bytes, flags], signal: asyncSignal("msgsndAsync", options) };
  const message = sentNow(msqid, type, bytes, flags, asker);
  if (!message) return;
  using memory = CMemory.of("msgsnd", message);
  await callAsync("msgsnd", [msqid, memory.address, length, 0], asker);
}

/**
 * {@linkcode msgrcv} without blocking the event loop. Given up, no message was taken; one that came first is given.
 *
 * @throws {SystemError} as msgrcv
 * @see https://man7.org/linux/man-pages/man2/msgop.2.html
 * @example
 * ```ts
 * import { MessageQueue, msgrcvAsync } from "forkscope";
 * using queue = MessageQueue.create();
 * setTimeout(() => queue.send("later", 5), 5);
 * console.log((await msgrcvAsync(queue.id, 100)).type); // 5
 * ```
 */
export async function msgrcvAsync(msqid: number, bytes: number, type = 0, flags = 0, options?: AsyncOptions): Promise<QueuedMessage> {
  entering("msgrcvAsync");
  checkId("msgrcvAsync", "msqid", msqid);
  checkInteger("msgrcvAsync", "bytes", bytes, 0, MAX_MESSAGE);
  const wanted = checkInteger("msgrcvAsync", "type", type, -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
  checkFlags("msgrcvAsync", "flags", flags, IPC_NOWAIT | MSG_NOERROR | MSG_EXCEPT);
  const asker = { call: "msgrcv", args: [msqid, bytes, type, flags], signal: asyncSignal("msgrcvAsync", options) };
  const now = receivedNow(msqid, bytes, wanted, flags, asker);
  if (now) return now;
  using memory = new CMemory("msgrcv", messageSize(bytes));
  const length = await callAsync("msgrcv", [msqid, memory.address, bytes, wanted, flags], asker);
  return readMessage(memory.get(messageSize(length)), length);
}

/** Nothing when the message was sent; the message as C wants it when it would have to wait. */
function sentNow(msqid: number, type: number, bytes: Uint8Array, flags: number, { call, args }: Asker): Uint8Array | undefined {
  using room = scratch();
  const message = writeMessage(type, bytes, room);
  if (ipcFunctions().msgsnd(msqid, message.address, bytes.length, IPC_NOWAIT) === 0) return undefined;
  const mayWait = errno() === ERRNO.EINTR || (errno() === ERRNO.EAGAIN && !(flags & IPC_NOWAIT));
  if (!mayWait) throw explained(new SystemError(call, errno(), args), sendNotes(bytes.length));
  return message.bytes.slice();
}

function receivedNow(msqid: number, bytes: number, type: number, flags: number, { call, args }: Asker): QueuedMessage | undefined {
  using room = scratch();
  const message = room.take(messageSize(bytes));
  const length = ipcFunctions().msgrcv(msqid, message.address, bytes, type, flags | IPC_NOWAIT);
  if (length !== -1) return readMessage(message.bytes, length);
  const mayWait = errno() === ERRNO.EINTR || (errno() === ERRNO.ENOMSG && !(flags & IPC_NOWAIT));
  if (!mayWait) throw new SystemError(call, errno(), args);
  return undefined;
}
