/** POSIX message queues without blocking the event loop. @module */
import { CLOCK_REALTIME, EPOLLIN, EPOLLOUT } from "../../ffi/constants/event.ts";
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { readyAgain, within } from "../async/wait.ts";
import { checkData } from "../fd/buffer.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, clock_gettime } from "../time.ts";
import { checkFd, checkInteger, checkOptions } from "../validate.ts";
import { MAX_PRIORITY, type PriorityMessage, receiveUntil, sendUntil } from "./posix_queue.ts";

/** How long to wait. */
export interface QueueWait extends AsyncOptions {
  /** In milliseconds since 1970 by CLOCK_REALTIME; no end unless given. */
  until?: number;
}

const NO_WAIT = 0; // a time that was over in 1970

/**
 * {@linkcode mq_send} without blocking the event loop, whether the queue has O_NONBLOCK or not. Given up, nothing was sent.
 *
 * @throws {SystemError} ETIMEDOUT; else as mq_send
 * @see https://man7.org/linux/man-pages/man3/mq_send.3.html
 * @example
 * ```ts
 * import { getpid, mq_sendAsync, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`);
 * mq_unlink(`/demo-${getpid()}`);
 * await mq_sendAsync(queue.fd.number, "hello", 3);
 * console.log(queue.receive().priority); // 3
 * ```
 */
export async function mq_sendAsync(fd: number, data: ArrayBufferView | string, priority = 0, options: QueueWait = {}): Promise<void> {
  entering("mq_sendAsync");
  checkFd("mq_sendAsync", fd);
  const bytes = checkData("mq_sendAsync", data).slice(); // the program may change its own meanwhile
  checkInteger("mq_sendAsync", "priority", priority, 0, MAX_PRIORITY);
  const asker = { call: "mq_send", args: [fd, bytes, priority, options.until], signal: undefined };
  await waited(fd, EPOLLOUT, () => sendUntil(fd, bytes, priority, NO_WAIT), "mq_sendAsync", asker, options);
}

/**
 * {@linkcode mq_receive} without blocking the event loop, whether the queue has O_NONBLOCK or not. Given up, no message was taken.
 *
 * @throws {SystemError} ETIMEDOUT; else as mq_receive
 * @see https://man7.org/linux/man-pages/man3/mq_receive.3.html
 * @example
 * ```ts
 * import { getpid, mq_receiveAsync, mq_unlink, PosixQueue } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`);
 * mq_unlink(`/demo-${getpid()}`);
 * setTimeout(() => queue.send("later", { priority: 5 }), 5);
 * console.log((await mq_receiveAsync(queue.fd.number)).priority); // 5
 * ```
 */
export async function mq_receiveAsync(fd: number, options: QueueWait = {}): Promise<PriorityMessage> {
  entering("mq_receiveAsync");
  checkFd("mq_receiveAsync", fd);
  const asker = { call: "mq_receive", args: [fd, options.until], signal: undefined };
  return waited(fd, EPOLLIN, () => receiveUntil(fd, NO_WAIT), "mq_receiveAsync", asker, options);
}

/** Tries, and again each time the queue is ready. */
async function waited<T>(fd: number, events: number, attempt: () => T, name: string, asker: Asker, options: QueueWait): Promise<T> {
  checkOptions(name, options);
  const { until } = options;
  const timeout = until === undefined ? -1 : Math.max(0, checkMilliseconds(name, "until", until) - clock_gettime(CLOCK_REALTIME));
  const mine = { ...asker, signal: asyncSignal(name, options) };
  const result = await within(timeout, mine, async (inTime) => {
    for (let tries = 0; ; tries++) {
      const done = now(attempt);
      if (done) return done;
      await readyAgain(fd, events, tries, inTime);
    }
  });
  if (!result) throw new SystemError(asker.call, ERRNO.ETIMEDOUT, asker.args);
  return result.value;
}

/** What an attempt gives; nothing when it would have to wait. */
function now<T>(attempt: () => T): { value: T } | undefined {
  try {
    return { value: attempt() };
  } catch (error) {
    if (error instanceof SystemError && error.is("ETIMEDOUT", "EAGAIN")) return undefined;
    throw error;
  }
}
