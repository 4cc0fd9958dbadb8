/** epoll: a set of descriptors that the kernel watches. @module */
import { type Block, check, scratch } from "../../ffi/mod.ts";
import { arch } from "../../ffi/arch.ts";
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD } from "../../ffi/constants/event.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { EPOLL_EVENT } from "../../ffi/layout/event.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkTimeout, retryingWithin } from "../time.ts";
import { checkFd, checkFlags, checkInteger, checkOptions, wrongType } from "../validate.ts";
import { Fd, ownNew } from "./fd.ts";
import { setReadyAsync } from "./poll_async.ts";
import { made } from "./registry.ts";

const LAYOUT = EPOLL_EVENT[arch];
const MAX_EVENTS = 65536;

/** What to watch for, and the number by which the wait tells of it. */
export interface EpollEvent {
  /** Of EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLRDHUP, EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE; EPOLLERR and EPOLLHUP come unasked. */
  events: number;
  /** Any safe integer from 0. */
  data: number;
}

/**
 * `epoll_create1(flags)`: an empty set.
 *
 * The set is an open file description: a forked child shares it with its parent, changes included.
 *
 * @param flags 0 or EPOLL_CLOEXEC
 * @throws {SystemError} EMFILE, ENFILE, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/epoll_create1.2.html
 * @example
 * ```ts
 * import { EPOLL_CTL_ADD, epoll_create1, epoll_ctl, epoll_wait, EPOLLIN, pipe2, write } from "forkscope";
 * const [r, w] = pipe2();
 * const set = epoll_create1();
 * epoll_ctl(set, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: 42 });
 * write(w, "x");
 * console.log(epoll_wait(set)[0]?.data); // 42
 * ```
 */
export function epoll_create1(flags = 0): number {
  entering("epoll_create1");
  checkFlags("epoll_create1", "flags", flags, EPOLL_CLOEXEC);
  const fd = check(eventFunctions().epoll_create1(flags), "epoll_create1", [flags]);
  made(fd);
  return fd;
}

/**
 * `epoll_ctl(epfd, op, fd, event)`: adds a descriptor to the set, changes or removes it.
 *
 * The set holds the open file description: it is told of until the last descriptor of it is closed, also when `fd` itself was closed.
 *
 * @param op EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL
 * @param event needed to add and to change; `data` is `fd` unless given
 * @throws {SystemError} EEXIST: already in the set; ENOENT: not in the set; EPERM: a regular file or directory; EBADF; EINVAL: `epfd` is
 *   no set, or `fd` is itself; ELOOP: sets in a circle; ENOSPC: more watches than /proc/sys/fs/epoll/max_user_watches
 * @see https://man7.org/linux/man-pages/man2/epoll_ctl.2.html
 * @example
 * ```ts
 * import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, epoll_create1, epoll_ctl, EPOLLOUT, pipe2 } from "forkscope";
 * const [, w] = pipe2();
 * const set = epoll_create1();
 * epoll_ctl(set, EPOLL_CTL_ADD, w, { events: EPOLLOUT });
 * epoll_ctl(set, EPOLL_CTL_DEL, w);
 * ```
 */
export function epoll_ctl(epfd: number, op: number, fd: number, event?: { events: number; data?: number }): void {
  entering("epoll_ctl");
  checkFd("epoll_ctl", epfd, "epfd");
  checkInteger("epoll_ctl", "op", op, EPOLL_CTL_ADD, EPOLL_CTL_MOD);
  checkFd("epoll_ctl", fd);
  checkOptions("epoll_ctl", event);
  if (op !== EPOLL_CTL_DEL && event === undefined) throw wrongType("epoll_ctl", "event", event, "an object { events, data }");
  const { events = 0, data = fd } = event ?? {};
  checkInteger("epoll_ctl", "events", events, -0x80000000, 0xffffffff);
  checkInteger("epoll_ctl", "data", data, 0, Number.MAX_SAFE_INTEGER);
  using room = scratch();
  const block = room.take(LAYOUT.size);
  block.setU32(LAYOUT.at.events, events >>> 0); // EPOLLET is the sign bit of what `|` gives
  block.setU64(LAYOUT.at.data, data);
  check(eventFunctions().epoll_ctl(epfd, op, fd, block.address), "epoll_ctl", [epfd, op, fd, event]);
}

/**
 * `epoll_wait(epfd, events, maxevents, timeout)`: waits until something of the set is ready. The runtime's loop stands still meanwhile.
 *
 * A wait that a signal handler interrupts goes on with the time that is left.
 *
 * @param timeout in whole milliseconds; 0 looks and returns, -1 waits without end
 * @param maxEvents 1 to 65536: what is ready beyond comes with the next call
 * @returns what is ready; none when the time is over
 * @throws {SystemError} EBADF; EINVAL: no epoll set
 * @see https://man7.org/linux/man-pages/man2/epoll_wait.2.html
 * @example
 * ```ts
 * import { epoll_create1, epoll_wait } from "forkscope";
 * console.log(epoll_wait(epoll_create1(), 0).length); // 0
 * ```
 */
export function epoll_wait(epfd: number, timeout = -1, maxEvents = 64): EpollEvent[] {
  entering("epoll_wait");
  checkFd("epoll_wait", epfd, "epfd");
  const span = checkTimeout("epoll_wait", timeout);
  checkMaxEvents("epoll_wait", maxEvents);
  return waited(epfd, span, maxEvents, [epfd, timeout, maxEvents]);
}

/** How many events one wait may give. */
export function checkMaxEvents(call: string, maxEvents: unknown): number {
  return checkInteger(call, "maxEvents", maxEvents, 1, MAX_EVENTS);
}

/** The call itself. */
export function waited(epfd: number, timeout: number, maxEvents: number, args: readonly unknown[]): EpollEvent[] {
  using room = scratch();
  const list = room.take(LAYOUT.size * maxEvents);
  const wait = (left: number): number => eventFunctions().epoll_wait(epfd, list.address, maxEvents, Math.ceil(left));
  return read(list, retryingWithin(timeout, wait, "epoll_wait", args));
}

function read(list: Block, count: number): EpollEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    events: list.u32(LAYOUT.size * i + LAYOUT.at.events),
    data: list.u64(LAYOUT.size * i + LAYOUT.at.data),
  }));
}

/** How long to wait, and for how many. */
export interface EpollWaitOptions {
  /** In whole milliseconds; no end unless given. */
  timeout?: number;
  /** At most so many, 64 unless given. */
  maxEvents?: number;
}

/**
 * An owned epoll set, close-on-exec.
 *
 * @example
 * ```ts
 * import { Epoll, EPOLLIN, EventFd } from "forkscope";
 * using set = new Epoll();
 * using bell = new EventFd();
 * set.add(bell.fd, EPOLLIN);
 * bell.write(1);
 * console.log(set.wait()[0]?.data === bell.fd.number); // true
 * ```
 */
export class Epoll {
  /** Its descriptor. */
  readonly fd: Fd = ownNew(epoll_create1(EPOLL_CLOEXEC));

  /** Watches a descriptor; `data` is its number unless given. */
  add(fd: number | Fd, events: number, data?: number): void {
    this.#control(EPOLL_CTL_ADD, fd, events, data);
  }

  /** Watches for something else, or once more after EPOLLONESHOT. */
  modify(fd: number | Fd, events: number, data?: number): void {
    this.#control(EPOLL_CTL_MOD, fd, events, data);
  }

  /** Watches it no longer. */
  remove(fd: number | Fd): void {
    epoll_ctl(this.fd.number, EPOLL_CTL_DEL, numberOf(fd));
  }

  /** See {@linkcode epoll_wait}. */
  wait(options: EpollWaitOptions = {}): EpollEvent[] {
    checkOptions("epoll_wait", options);
    return epoll_wait(this.fd.number, options.timeout, options.maxEvents);
  }

  /** See {@linkcode epoll_waitAsync}. */
  waitAsync(options: EpollWaitOptions & AsyncOptions = {}): Promise<EpollEvent[]> {
    return setReadyAsync(this, options);
  }

  /** Closes the set. */
  [Symbol.dispose](): void {
    this.fd.close();
  }

  #control(op: number, fd: number | Fd, events: number, data?: number): void {
    epoll_ctl(this.fd.number, op, numberOf(fd), data === undefined ? { events } : { events, data });
  }
}

function numberOf(fd: number | Fd): number {
  return fd instanceof Fd ? fd.number : fd;
}
