/** System V message queues. @module */
import { type Block, check, type Scratch, scratch } from "../../ffi/mod.ts";
import { IPC_NOWAIT, IPC_RMID, IPC_SET, IPC_STAT, MSG_EXCEPT, MSG_NOERROR } from "../../ffi/constants/ipc.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { MSQID_DS } from "../../ffi/layout/ipc.ts";
import { checkData } from "../fd/buffer.ts";
import { explaining, type Notes, raised, tunable } from "../explain.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFlags, checkInteger, outOfRange } from "../validate.ts";
import { checkGetFlags, checkId, checkKey, type IpcOwner, type IpcSettings, ownerOf, writeOwner } from "./sysv.ts";

const TYPE_SIZE = 8; // long mtype, before the text
/** The longest that may be asked for. */
export const MAX_MESSAGE = 0x7ffffff;
const { MAX_SAFE_INTEGER } = Number;

/** A message of a System V queue. */
export interface QueuedMessage {
  /** From 1. */
  type: number;
  data: Uint8Array;
}

/** What msgctl(IPC_SET) changes; what is left out stays. */
export interface MessageQueueSettings extends IpcSettings {
  /** Bytes that it holds at most; above kernel.msgmnb it needs CAP_SYS_RESOURCE. */
  qbytes?: number;
}

/** What msgctl(IPC_STAT) tells. */
export interface MessageQueueStat extends IpcOwner {
  /** Bytes and messages that wait in it. */
  cbytes: number;
  qnum: number;
  /** Bytes that it holds at most. */
  qbytes: number;
  /** Who sent and who received last; 0: nobody. */
  lspid: number;
  lrpid: number;
  /** Last sent, received and changed, in seconds since 1970; 0: never. */
  stime: number;
  rtime: number;
  ctime: number;
}

/**
 * `msgget(key, msgflg)`: finds or makes a message queue. It lives until IPC_RMID.
 *
 * @param flags IPC_CREAT, IPC_EXCL and permissions
 * @throws {SystemError} ENOENT: none has the key; EEXIST: IPC_EXCL; EACCES; ENOSPC: /proc/sys/kernel/msgmni
 * @see https://man7.org/linux/man-pages/man2/msgget.2.html
 * @example
 * ```ts
 * import { IPC_PRIVATE, IPC_RMID, msgctl, msgget, msgrcv, msgsnd } from "forkscope";
 * const queue = msgget(IPC_PRIVATE, 0o600);
 * msgsnd(queue, 5, "hello");
 * console.log(msgrcv(queue, 100).type); // 5
 * msgctl(queue, IPC_RMID);
 * ```
 */
export function msgget(key: number, flags = 0): number {
  entering("msgget");
  const known = checkKey("msgget", key);
  checkGetFlags("msgget", flags);
  return explaining(QUEUE_NOTES, () => check(ipcFunctions().msgget(known, flags), "msgget", [key, flags]));
}

const QUEUE_NOTES: Notes = { ENOSPC: () => `the system has all queues that it may: ${raised("kernel/msgmni")}; ipcs -q lists them, ipcrm removes` };

/** What a failure of msgsnd means where a limit is behind it. */
export function sendNotes(length: number): Notes {
  return { EINVAL: () => (length > (tunable("kernel/msgmax")[0] ?? Infinity) ? `longer than a message may be: ${raised("kernel/msgmax")}` : undefined) };
}

/**
 * `msgsnd(msqid, msgp, msgsz, msgflg)`: puts a message into the queue; waits while it is full. A call that a signal interrupts is made again.
 *
 * @param type 1 to 2^53 - 1, by which the receiver may choose
 * @param data at most /proc/sys/kernel/msgmax bytes (8192), and never more than the queue's `qbytes`; a text goes in UTF-8
 * @param flags 0 or IPC_NOWAIT
 * @throws {SystemError} EAGAIN: full, and IPC_NOWAIT set; EINVAL: too long, or no such queue; EIDRM: removed; EACCES
 * @see https://man7.org/linux/man-pages/man2/msgop.2.html
 * @example
 * ```ts
 * import { MessageQueue, msgsnd } from "forkscope";
 * using queue = MessageQueue.create();
 * msgsnd(queue.id, 1, "work");
 * console.log(queue.stat.qnum); // 1
 * ```
 */
export function msgsnd(msqid: number, type: number, data: ArrayBufferView | string, flags = 0): void {
  entering("msgsnd");
  checkId("msgsnd", "msqid", msqid);
  checkInteger("msgsnd", "type", type, 1, MAX_SAFE_INTEGER);
  const bytes = checkData("msgsnd", data);
  checkFlags("msgsnd", "flags", flags, IPC_NOWAIT);
  using room = scratch();
  const message = writeMessage(type, bytes, room);
  const call = (): number => ipcFunctions().msgsnd(msqid, message.address, bytes.length, flags);
  explaining(sendNotes(bytes.length), () => retrying(call, "msgsnd", [msqid, type, bytes, flags]));
}

/** struct msgbuf: the type, then the text. */
export function writeMessage(type: number, bytes: Uint8Array, room: Pick<Scratch, "take">): Block {
  const message = room.take(messageSize(bytes.length));
  message.setU64(0, type);
  message.bytes.set(bytes, TYPE_SIZE);
  return message;
}

/**
 * `msgrcv(msqid, msgp, msgsz, msgtyp, msgflg)`: takes a message from the queue; waits for one. A call that a signal interrupts is made again.
 *
 * @param bytes room for the message
 * @param type 0: the first; above: the first of that type, or with MSG_EXCEPT of another; below: the first of the lowest type up to -type
 * @param flags of IPC_NOWAIT, MSG_NOERROR (a longer message is cut), MSG_EXCEPT
 * @throws {SystemError} ENOMSG: none, and IPC_NOWAIT set; E2BIG: it is longer than the room, and stays; EIDRM: removed; EINVAL; EACCES
 * @see https://man7.org/linux/man-pages/man2/msgop.2.html
 * @example
 * ```ts
 * import { MessageQueue, msgrcv } from "forkscope";
 * using queue = MessageQueue.create();
 * queue.send("low", 9);
 * queue.send("high", 1);
 * console.log(msgrcv(queue.id, 64, -9).type); // 1
 * ```
 */
export function msgrcv(msqid: number, bytes: number, type = 0, flags = 0): QueuedMessage {
  entering("msgrcv");
  checkId("msgrcv", "msqid", msqid);
  checkInteger("msgrcv", "bytes", bytes, 0, MAX_MESSAGE);
  const wanted = checkInteger("msgrcv", "type", type, -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
  checkFlags("msgrcv", "flags", flags, IPC_NOWAIT | MSG_NOERROR | MSG_EXCEPT);
  using room = scratch();
  const message = room.take(messageSize(bytes));
  const length = retrying(() => ipcFunctions().msgrcv(msqid, message.address, bytes, wanted, flags), "msgrcv", [msqid, bytes, type, flags]);
  return readMessage(message.bytes, length);
}

/** Bytes that a struct msgbuf of so many bytes of text takes. */
export function messageSize(bytes: number): number {
  return TYPE_SIZE + bytes;
}

/** What msgrcv left in a struct msgbuf. */
export function readMessage(message: Uint8Array, length: number): QueuedMessage {
  const view = new DataView(message.buffer, message.byteOffset, TYPE_SIZE);
  return { type: Number(view.getBigInt64(0, true)), data: message.slice(TYPE_SIZE, TYPE_SIZE + length) };
}

/**
 * `msgctl(msqid, op, buf)`: IPC_STAT tells of a queue; IPC_SET gives it a new owner, other permissions, room for more or fewer bytes;
 * IPC_RMID removes it with its messages, and those who wait fail with EIDRM.
 *
 * @param settings of IPC_SET
 * @throws {SystemError} EACCES, EPERM: not allowed, such as more `qbytes` than kernel.msgmnb; EINVAL, EIDRM: no such queue
 * @see https://man7.org/linux/man-pages/man2/msgctl.2.html
 * @example
 * ```ts
 * import { IPC_STAT, MessageQueue, msgctl } from "forkscope";
 * using queue = MessageQueue.create();
 * console.log(msgctl(queue.id, IPC_STAT).qnum); // 0
 * ```
 */
export function msgctl(msqid: number, op: typeof IPC_STAT): MessageQueueStat;
export function msgctl(msqid: number, op: typeof IPC_SET, settings: MessageQueueSettings): undefined;
export function msgctl(msqid: number, op: typeof IPC_RMID): undefined;
export function msgctl(msqid: number, op: number, settings?: MessageQueueSettings): MessageQueueStat | undefined {
  entering("msgctl");
  checkId("msgctl", "msqid", msqid);
  checkInteger("msgctl", "op", op, 0, 0x7fffffff);
  if (op === IPC_STAT) return stat(msqid);
  if (op === IPC_SET) return change(msqid, settings as MessageQueueSettings);
  if (op !== IPC_RMID) throw outOfRange("msgctl", "op", op, "IPC_STAT, IPC_SET or IPC_RMID");
  check(ipcFunctions().msgctl(msqid, IPC_RMID, 0), "msgctl", [msqid, "IPC_RMID"]);
  return undefined;
}

function stat(msqid: number): MessageQueueStat {
  using room = scratch();
  const block = room.take(MSQID_DS.size);
  check(ipcFunctions().msgctl(msqid, IPC_STAT, block.address), "msgctl", [msqid, "IPC_STAT"]);
  const { at } = MSQID_DS;
  return {
    ...ownerOf(block),
    cbytes: block.u64(at.__msg_cbytes),
    qnum: block.u64(at.msg_qnum),
    qbytes: block.u64(at.msg_qbytes),
    lspid: block.i32(at.msg_lspid),
    lrpid: block.i32(at.msg_lrpid),
    stime: block.i64(at.msg_stime),
    rtime: block.i64(at.msg_rtime),
    ctime: block.i64(at.msg_ctime),
  };
}

function change(msqid: number, settings: MessageQueueSettings): undefined {
  using room = scratch();
  const block = room.take(MSQID_DS.size);
  writeSettings(block, settings); // refused before the queue is asked for
  check(ipcFunctions().msgctl(msqid, IPC_STAT, block.address), "msgctl", [msqid, "IPC_STAT"]);
  writeSettings(block, settings);
  const notes: Notes = { EPERM: () => (settings.qbytes ?? 0) > (tunable("kernel/msgmnb")[0] ?? Infinity) ? `more room than a queue may have: ${raised("kernel/msgmnb")}` : undefined };
  explaining(notes, () => check(ipcFunctions().msgctl(msqid, IPC_SET, block.address), "msgctl", [msqid, "IPC_SET", settings]));
}

function writeSettings(block: Block, settings: MessageQueueSettings): void {
  writeOwner("msgctl", block, settings);
  if (settings.qbytes !== undefined) block.setU64(MSQID_DS.at.msg_qbytes, checkInteger("msgctl", "qbytes", settings.qbytes, 0, MAX_SAFE_INTEGER));
}
