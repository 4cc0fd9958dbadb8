/** A System V message queue with an owner. @module */
import { libc } from "../../ffi/mod.ts";
import { IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_RMID, IPC_STAT } from "../../ffi/constants/ipc.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { checkOptions } from "../validate.ts";
import { type MessageQueueStat, msgctl, msgget, msgrcv, msgsnd, type QueuedMessage } from "./message_queue.ts";
import { msgrcvAsync, msgsndAsync } from "./message_queue_async.ts";
import { checkCreate, type IpcCreateOptions, removeOnce } from "./sysv.ts";

/** What to take from a {@linkcode MessageQueue}. */
export interface TakeOptions {
  /** See {@linkcode msgrcv}; 0, the first of all, unless given. */
  type?: number;
  /** Room in bytes, 65536 unless given. */
  bytes?: number;
}

/**
 * A message queue. The process that made it removes it by dispose; a forked child and those who opened it by key leave it.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, MessageQueue } from "forkscope";
 * using queue = MessageQueue.create();
 * const child = forkRun(() => queue.send("from the child"));
 * console.log(new TextDecoder().decode(queue.receive().data) === "from the child"); // true
 * child.wait();
 * ```
 */
export class MessageQueue {
  /** Identifier of the queue. */
  readonly id: number;
  readonly #maker: number | undefined;

  private constructor(id: number, maker?: number) {
    this.id = id;
    this.#maker = maker;
  }

  /** Makes a queue. Throws EEXIST when a queue has the key. */
  static create(options: IpcCreateOptions = {}): MessageQueue {
    const { key, mode } = checkCreate("msgget", options);
    return new MessageQueue(msgget(key, IPC_CREAT | IPC_EXCL | mode), libc().getpid());
  }

  /** Finds the queue that was made under a key. */
  static open(key: number): MessageQueue {
    return new MessageQueue(msgget(key));
  }

  /** See {@linkcode msgctl}. */
  get stat(): MessageQueueStat {
    return msgctl(this.id, IPC_STAT);
  }

  /** Puts a message in; waits while the queue is full. */
  send(data: ArrayBufferView | string, type = 1): void {
    msgsnd(this.id, type, data);
  }

  /** As {@linkcode send}, without blocking the event loop. */
  async sendAsync(data: ArrayBufferView | string, options: { type?: number } & AsyncOptions = {}): Promise<void> {
    checkOptions("msgsndAsync", options);
    await msgsndAsync(this.id, options.type ?? 1, data, 0, options);
  }

  /** Takes a message out; waits for one. */
  receive(options: TakeOptions = {}): QueuedMessage {
    checkOptions("msgrcv", options);
    return msgrcv(this.id, options.bytes ?? 65536, options.type);
  }

  /** As {@linkcode receive}, without blocking the event loop. */
  async receiveAsync(options: TakeOptions & AsyncOptions = {}): Promise<QueuedMessage> {
    checkOptions("msgrcvAsync", options);
    return msgrcvAsync(this.id, options.bytes ?? 65536, options.type, 0, options);
  }

  /** The messages as they come, without blocking the event loop; ends by `break`, by the signal, or by an error. */
  async *messages(options: TakeOptions & AsyncOptions = {}): AsyncGenerator<QueuedMessage, never> {
    for (;;) yield await this.receiveAsync(options);
  }
  [Symbol.asyncIterator](): AsyncGenerator<QueuedMessage, never> {
    return this.messages();
  }

  /** As {@linkcode receive}, without waiting: undefined when there is none. */
  tryReceive(options: TakeOptions = {}): QueuedMessage | undefined {
    checkOptions("msgrcv", options);
    try {
      return msgrcv(this.id, options.bytes ?? 65536, options.type, IPC_NOWAIT);
    } catch (error) {
      if ((error as { code?: string }).code === "ENOMSG") return undefined;
      throw error;
    }
  }

  /** Removes the queue, in the process that made it; nothing when that was done. */
  [Symbol.dispose](): void {
    if (this.#maker === libc().getpid()) removeOnce(() => msgctl(this.id, IPC_RMID));
  }
}
