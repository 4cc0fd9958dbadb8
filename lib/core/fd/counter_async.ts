/** eventfd and timerfd without blocking the event loop. @module */
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { HERE, readInto, writeFrom } from "./transfer.ts";

/**
 * {@linkcode eventfd_read} without blocking the event loop, whether the descriptor blocks or not.
 *
 * @returns what was taken; exact up to 2^53
 * @throws {SystemError} EBADF; EINVAL: no eventfd
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 * @example
 * ```ts
 * import { eventfd, eventfd_readAsync, eventfd_write } from "forkscope";
 * const bell = eventfd();
 * setTimeout(() => eventfd_write(bell, 7), 5);
 * console.log(await eventfd_readAsync(bell)); // 7
 * ```
 */
export async function eventfd_readAsync(fd: number, options?: AsyncOptions): Promise<number> {
  entering("eventfd_readAsync");
  checkFd("eventfd_readAsync", fd);
  return counter("eventfd_read", fd, asyncSignal("eventfd_readAsync", options));
}

/**
 * {@linkcode eventfd_write} without blocking the event loop.
 *
 * @param value 0 to 2^53 - 1
 * @throws {SystemError} EBADF; EINVAL: no eventfd
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 * @example
 * ```ts
 * import { eventfd, eventfd_read, eventfd_writeAsync } from "forkscope";
 * const bell = eventfd();
 * await eventfd_writeAsync(bell, 3);
 * console.log(eventfd_read(bell)); // 3
 * ```
 */
export async function eventfd_writeAsync(fd: number, value: number, options?: AsyncOptions): Promise<void> {
  entering("eventfd_writeAsync");
  checkFd("eventfd_writeAsync", fd);
  checkInteger("eventfd_writeAsync", "value", value, 0, Number.MAX_SAFE_INTEGER);
  const bytes = new Uint8Array(new BigUint64Array([BigInt(value)]).buffer);
  await writeFrom(fd, HERE, () => [bytes], { call: "eventfd_write", args: [fd, value], signal: asyncSignal("eventfd_writeAsync", options) });
}

/** Reads a 64-bit counter: of an eventfd or a timerfd. */
export async function counter(call: string, fd: number, signal: AbortSignal | undefined): Promise<number> {
  const value = new BigUint64Array(1);
  await readInto(fd, HERE, () => [new Uint8Array(value.buffer)], { call, args: [fd], signal });
  return Number(value[0]);
}
