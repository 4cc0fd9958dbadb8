/** eventfd: a counter behind a descriptor. @module */
import { check, scratch } from "../../ffi/mod.ts";
import { EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE } from "../../ffi/constants/event.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, checkOptions } from "../validate.ts";
import { eventfd_readAsync, eventfd_writeAsync } from "./counter_async.ts";
import { type Fd, ownNew } from "./fd.ts";
import { made } from "./registry.ts";

const MAX_INITIAL = 0xffffffff;

/**
 * `eventfd(initval, flags)`: a counter, readable while above 0. Related processes that share the descriptor share the counter.
 *
 * @param initval 0 to 2^32 - 1
 * @param flags of EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE (a read takes 1 and not all)
 * @throws {SystemError} EMFILE, ENFILE, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 * @example
 * ```ts
 * import { eventfd, eventfd_read, eventfd_write } from "forkscope";
 * const bell = eventfd(3);
 * eventfd_write(bell, 4);
 * console.log(eventfd_read(bell)); // 7
 * ```
 */
export function eventfd(initval = 0, flags = 0): number {
  entering("eventfd");
  checkInteger("eventfd", "initval", initval, 0, MAX_INITIAL);
  checkFlags("eventfd", "flags", flags, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
  const fd = check(eventFunctions().eventfd(initval, flags), "eventfd", [initval, flags]);
  made(fd);
  return fd;
}

/**
 * `eventfd_read(fd, value)`: takes the counter's value, or 1 with EFD_SEMAPHORE; waits while it is 0.
 *
 * @returns what was taken; exact up to 2^53
 * @throws {SystemError} EAGAIN: it is 0 and EFD_NONBLOCK set; EBADF; EINVAL: no eventfd
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 * @example
 * ```ts
 * import { EFD_SEMAPHORE, eventfd, eventfd_read } from "forkscope";
 * console.log(eventfd_read(eventfd(3, EFD_SEMAPHORE))); // 1
 * ```
 */
export function eventfd_read(fd: number): number {
  entering("eventfd_read");
  checkFd("eventfd_read", fd);
  using room = scratch();
  const value = room.take(8);
  retrying(() => eventFunctions().eventfd_read(fd, value.address), "eventfd_read", [fd]);
  return value.u64(0);
}

/**
 * `eventfd_write(fd, value)`: adds to the counter; waits while the sum would pass 2^64 - 2.
 *
 * @param value 0 to 2^53 - 1
 * @throws {SystemError} EAGAIN: the sum would pass the limit and EFD_NONBLOCK set; EBADF; EINVAL: no eventfd
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 * @example
 * ```ts
 * import { eventfd, eventfd_write } from "forkscope";
 * eventfd_write(eventfd(), 1);
 * ```
 */
export function eventfd_write(fd: number, value: number): void {
  entering("eventfd_write");
  checkFd("eventfd_write", fd);
  checkInteger("eventfd_write", "value", value, 0, Number.MAX_SAFE_INTEGER);
  retrying(() => eventFunctions().eventfd_write(fd, value), "eventfd_write", [fd, value]);
}

/** How an {@linkcode EventFd} behaves. */
export interface EventFdOptions {
  /** A read takes 1 and not all. */
  semaphore?: boolean;
  /** A read of 0 fails with EAGAIN and does not wait. */
  nonblocking?: boolean;
}

/**
 * An owned eventfd, close-on-exec.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { EventFd, forkRun } from "forkscope";
 * using bell = new EventFd();
 * const child = forkRun(() => bell.write(5));
 * console.log(bell.read()); // 5
 * child.wait();
 * ```
 */
export class EventFd {
  /** Its descriptor. */
  readonly fd: Fd;

  constructor(initial = 0, options: EventFdOptions = {}) {
    checkOptions("eventfd", options);
    const { semaphore = false, nonblocking = false } = options;
    this.fd = ownNew(eventfd(initial, EFD_CLOEXEC | (semaphore ? EFD_SEMAPHORE : 0) | (nonblocking ? EFD_NONBLOCK : 0)));
  }

  /** See {@linkcode eventfd_read}. */
  read(): number {
    return eventfd_read(this.fd.number);
  }

  /** See {@linkcode eventfd_readAsync}. */
  async readAsync(options?: AsyncOptions): Promise<number> {
    return eventfd_readAsync(this.fd.number, options);
  }

  /** Adds to the counter, 1 unless given; see {@linkcode eventfd_write}. */
  write(value = 1): void {
    eventfd_write(this.fd.number, value);
  }

  /** See {@linkcode eventfd_writeAsync}. */
  async writeAsync(value = 1, options?: AsyncOptions): Promise<void> {
    return eventfd_writeAsync(this.fd.number, value, options);
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.fd.close();
  }
}
