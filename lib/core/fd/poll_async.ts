/** poll and epoll_wait without blocking the event loop. @module */
import { EPOLLIN } from "../../ffi/constants/event.ts";
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { ready } from "../async/ready.ts";
import { forever, pauseAfter, readyAgain, within } from "../async/wait.ts";
import { entering } from "../tap.ts";
import { checkTimeout } from "../time.ts";
import { checkFd, checkOptions } from "../validate.ts";
import { checkMaxEvents, type EpollEvent, type EpollWaitOptions, waited } from "./epoll.ts";
import type { Fd } from "./fd.ts";
import { checkRequests, polled, type PollRequest, type PollResult } from "./poll.ts";

const NO_END = -1;

/**
 * {@linkcode poll} without blocking the event loop.
 *
 * @param timeout in whole milliseconds; 0 looks and returns, -1, unless given, waits without end
 * @returns those that are ready, in the order asked for; none when the time is over
 * @throws {SystemError} as poll
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 * @example
 * ```ts
 * import { pipe2, pollAsync, POLLIN, write } from "forkscope";
 * const [r, w] = pipe2();
 * setTimeout(() => write(w, "x"), 5);
 * console.log((await pollAsync([{ fd: r, events: POLLIN }]))[0]?.revents); // 1
 * ```
 */
export async function pollAsync(fds: readonly PollRequest[], options?: AsyncOptions): Promise<PollResult[]>;
export async function pollAsync(fds: readonly PollRequest[], timeout?: number, options?: AsyncOptions): Promise<PollResult[]>;
export async function pollAsync(fds: readonly PollRequest[], timeout?: number | AsyncOptions, options?: AsyncOptions): Promise<PollResult[]> {
  entering("pollAsync");
  checkRequests("pollAsync", fds);
  const [limit = NO_END, last] = valueAndOptions(timeout, options);
  const span = checkTimeout("pollAsync", limit);
  const asker = { call: "poll", args: [fds, limit], signal: asyncSignal("pollAsync", last) };
  const requests = fds.map(({ fd, events }) => ({ fd, events }));
  return untilSome(span, asker, () => polled(requests, 0, asker.args), (inner, tries) => oneReady(requests, tries, inner));
}

/**
 * {@linkcode epoll_wait} without blocking the event loop: the set itself is waited for.
 *
 * @param timeout in whole milliseconds; 0 looks and returns, -1, unless given, waits without end
 * @param maxEvents 1 to 65536
 * @returns what is ready; none when the time is over
 * @throws {SystemError} as epoll_wait
 * @see https://man7.org/linux/man-pages/man2/epoll_wait.2.html
 * @example
 * ```ts
 * import { Epoll, EPOLLIN, epoll_waitAsync, EventFd } from "forkscope";
 * using set = new Epoll();
 * using bell = new EventFd();
 * set.add(bell.fd, EPOLLIN, 42);
 * setTimeout(() => bell.write(), 5);
 * console.log((await epoll_waitAsync(set.fd.number))[0]?.data); // 42
 * ```
 */
export async function epoll_waitAsync(epfd: number, timeout: number = NO_END, maxEvents = 64, options?: AsyncOptions): Promise<EpollEvent[]> {
  entering("epoll_waitAsync");
  checkFd("epoll_waitAsync", epfd, "epfd");
  return setReady(epfd, timeout, maxEvents, asyncSignal("epoll_waitAsync", options));
}

/** {@linkcode epoll_waitAsync} of an owned set. */
export async function setReadyAsync({ fd }: { readonly fd: Fd }, options: EpollWaitOptions & AsyncOptions): Promise<EpollEvent[]> {
  entering("epoll_waitAsync");
  checkOptions("epoll_waitAsync", options);
  return setReady(fd.number, options.timeout ?? NO_END, options.maxEvents ?? 64, asyncSignal("epoll_waitAsync", options));
}

function setReady(epfd: number, timeout: number, maxEvents: number, signal: AbortSignal | undefined): Promise<EpollEvent[]> {
  const span = checkTimeout("epoll_waitAsync", timeout);
  checkMaxEvents("epoll_waitAsync", maxEvents);
  const args = [epfd, timeout, maxEvents];
  return untilSome(span, { call: "epoll_wait", args, signal }, () => waited(epfd, 0, maxEvents, args), (inner, tries) => readyAgain(epfd, EPOLLIN, tries, inner));
}

/** Looks, and again after each wait, until there is something or the time is over. */
async function untilSome<T>(timeout: number, asker: Asker, look: () => T[], wait: (asker: Asker, tries: number) => Promise<unknown>): Promise<T[]> {
  const now = look();
  if (now.length > 0 || timeout === 0) return now;
  const found = await within(timeout, asker, async (inner) => {
    for (let tries = 0; ; tries++) {
      await wait(inner, tries);
      const some = look();
      if (some.length > 0) return some;
    }
  });
  return found ?? look();
}

/** Waits until one of the descriptors is ready, or is open no more, which the next look tells. */
async function oneReady(requests: readonly PollRequest[], tries: number, asker: Asker): Promise<void> {
  await pauseAfter(tries, asker);
  const { call, args, signal } = asker;
  signal?.throwIfAborted(); // meanwhile: no event tells of that any more
  const others = new AbortController();
  const abort = (): void => others.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  const open = requests.filter(({ fd }) => fd >= 0);
  const waits = open.map(({ fd, events }) => ready(fd, events, { call, args, signal: others.signal }));
  try {
    await (waits.length > 0 ? Promise.race(waits) : forever({ call, args, signal: others.signal }));
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ERRNO.EBADF)) throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
    others.abort();
    await Promise.allSettled(waits);
  }
}
