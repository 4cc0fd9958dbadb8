/** A POSIX message queue that is open, with an owner. @module */
import { EPOLLIN } from "../../ffi/constants/event.ts";
import { SystemError } from "../../ffi/mod.ts";
import { O_CREAT, O_EXCL, O_RDWR } from "../../ffi/constants/file.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { ready } from "../async/ready.ts";
import { type Fd, ownNew } from "../fd/fd.ts";
import { checkMilliseconds } from "../time.ts";
import { checkOptions } from "../validate.ts";
import { mq_notify, type QueueNotice } from "./mq_notify.ts";
import { fromNow } from "./name.ts";
import { mq_getattr, mq_open, mq_receive, mq_send, type PriorityMessage, type QueueAttributes, type QueueLimits } from "./posix_queue.ts";
import { mq_receiveAsync, mq_sendAsync, type QueueWait } from "./posix_queue_async.ts";

/**
 * A POSIX message queue that is open. Dispose closes it; the name stays until {@linkcode mq_unlink}.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpid, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`);
 * mq_unlink(`/demo-${getpid()}`);
 * const child = forkRun(() => queue.send("hello", { priority: 3 }));
 * console.log(queue.receive().priority); // 3
 * child.wait();
 * ```
 */
export class PosixQueue {
  /** Its descriptor, for poll and epoll. */
  readonly fd: Fd;

  private constructor(fd: number) {
    this.fd = ownNew(fd);
  }

  /** Makes one; limits both or none. Throws EEXIST when there is such a name. */
  static create(name: string, limits?: QueueLimits, mode = 0o600): PosixQueue {
    return new PosixQueue(mq_open(name, O_RDWR | O_CREAT | O_EXCL, mode, limits));
  }

  /** Opens the one that has the name, to send and receive. */
  static open(name: string): PosixQueue {
    return new PosixQueue(mq_open(name, O_RDWR));
  }

  /** See {@linkcode mq_getattr}. */
  get attributes(): QueueAttributes {
    return mq_getattr(this.fd.number);
  }

  /** Puts a message in. Throws ETIMEDOUT when the time, in milliseconds, is over. */
  send(data: ArrayBufferView | string, options: { priority?: number; timeout?: number } = {}): void {
    checkOptions("mq_send", options);
    mq_send(this.fd.number, data, options.priority, untilOf("mq_send", options.timeout));
  }

  /** Takes the most urgent message out. Throws ETIMEDOUT when the time, in milliseconds, is over. */
  receive(options: { timeout?: number } = {}): PriorityMessage {
    checkOptions("mq_receive", options);
    return mq_receive(this.fd.number, untilOf("mq_receive", options.timeout));
  }

  /** As {@linkcode send}, without blocking the event loop. */
  async sendAsync(data: ArrayBufferView | string, options: { priority?: number; timeout?: number } & AsyncOptions = {}): Promise<void> {
    checkOptions("mq_sendAsync", options);
    await mq_sendAsync(this.fd.number, data, options.priority, waitOf("mq_sendAsync", options));
  }

  /** As {@linkcode receive}, without blocking the event loop. */
  async receiveAsync(options: { timeout?: number } & AsyncOptions = {}): Promise<PriorityMessage> {
    checkOptions("mq_receiveAsync", options);
    return mq_receiveAsync(this.fd.number, waitOf("mq_receiveAsync", options));
  }

  /** The messages as they come, without blocking the event loop; ends by `break`, by the signal, or by an error. */
  async *messages(options: AsyncOptions = {}): AsyncGenerator<PriorityMessage, never> {
    for (;;) yield await this.receiveAsync(options);
  }
  [Symbol.asyncIterator](): AsyncGenerator<PriorityMessage, never> {
    return this.messages();
  }

  /** Waits, without blocking the event loop, until there is a message, and takes none: what mq_notify is for, without a signal. */
  async readyAsync(options: AsyncOptions = {}): Promise<void> {
    const signal = asyncSignal("readyAsync", options);
    await ready(this.fd.number, EPOLLIN, { call: "readyAsync", args: [this.fd.number], signal });
  }

  /** As {@linkcode receive}, without waiting: undefined when there is none. */
  tryReceive(): PriorityMessage | undefined {
    try {
      return mq_receive(this.fd.number, 0);
    } catch (error) {
      if (error instanceof SystemError && error.is("ETIMEDOUT", "EAGAIN")) return undefined;
      throw error;
    }
  }

  /** See {@linkcode mq_notify}. */
  notify(notice?: QueueNotice): void {
    mq_notify(this.fd.number, notice);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.fd.close();
  }
}

function waitOf(call: string, { timeout, signal }: { timeout?: number } & AsyncOptions): QueueWait {
  const until = untilOf(call, timeout);
  return until === undefined ? { signal } : { signal, until };
}

function untilOf(call: string, timeout: number | undefined): number | undefined {
  return timeout === undefined ? undefined : fromNow(checkMilliseconds(call, "timeout", timeout));
}
