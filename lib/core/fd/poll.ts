/** poll and ppoll: waiting until one of some descriptors is ready. @module */
import { type Block, errno, libc, type Scratch, scratch, SystemError } from "../../ffi/mod.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { POLLFD } from "../../ffi/layout/file.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { withoutNotes } from "../signal/handlers.ts";
import { sigset, signalNumbers, type SignalSet } from "../signal/set.ts";
import { safePoint, safePointAfter } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, checkTimeout, retryingWithin, setTimespec } from "../time.ts";
import { checkInteger, wrongType } from "../validate.ts";

const MAX_FD = 0x7fffffff;
const MAX_EVENTS = 0xffff;

/** One descriptor to look at. */
export interface PollRequest {
  /** -1: passed over. */
  fd: number;
  /** Of POLLIN, POLLOUT, POLLPRI, POLLRDHUP; 0 to hear of POLLERR and POLLHUP alone. */
  events: number;
}

/** A descriptor that is ready. */
export interface PollResult {
  fd: number;
  /** Of what was asked for, and POLLERR, POLLHUP (nobody is left at the other end) and POLLNVAL (not open) unasked. */
  revents: number;
}

/**
 * `poll(fds, nfds, timeout)`: waits until a descriptor is ready. The runtime's loop stands still meanwhile.
 *
 * A wait that a signal handler interrupts goes on with the time that is left.
 *
 * @param timeout in whole milliseconds; 0 looks and returns, -1 waits without end
 * @returns those that are ready, in the order asked for; none when the time is over
 * @throws {SystemError} EINVAL: more requests than descriptors are allowed; ENOMEM
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 * @example
 * ```ts
 * import { pipe2, poll, POLLIN, write } from "forkscope";
 * const [r, w] = pipe2();
 * console.log(poll([{ fd: r, events: POLLIN }], 0).length); // 0
 * write(w, "x");
 * console.log(poll([{ fd: r, events: POLLIN }])[0]?.revents); // 1
 * ```
 */
export function poll(fds: readonly PollRequest[], timeout = -1): PollResult[] {
  entering("poll");
  checkRequests("poll", fds);
  const span = checkTimeout("poll", timeout);
  return polled(fds, span, [fds, timeout]);
}

/** The call itself. */
export function polled(fds: readonly PollRequest[], timeout: number, args: readonly unknown[]): PollResult[] {
  using room = scratch();
  const list = written(fds, room);
  retryingWithin(timeout, (left) => libc().poll(list.address, fds.length, Math.ceil(left)), "poll", args);
  return results(list, fds.length);
}

/**
 * `ppoll(fds, nfds, tmo_p, sigmask)`: as {@linkcode poll}, finer in time, and with a signal mask that holds during the wait alone.
 *
 * With a mask a signal handler's interruption ends the wait with EINTR: that is what the mask is for. It is the mask of the calling
 * thread; a runtime's other threads may take the signal instead, a forked child has no other.
 *
 * @param timeout in milliseconds, fractions allowed; undefined for no end
 * @param sigmask signals blocked during the wait, in place of the thread's own mask
 * @throws {SystemError} EINTR: with a mask; EINVAL, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 * @example
 * ```ts
 * import { POLLIN, pipe2, ppoll } from "forkscope";
 * const [r] = pipe2();
 * console.log(ppoll([{ fd: r, events: POLLIN }], 0.25).length); // 0
 * ```
 */
export function ppoll(fds: readonly PollRequest[], timeout?: number, sigmask?: SignalSet): PollResult[] {
  entering("ppoll");
  checkRequests("ppoll", fds);
  if (timeout !== undefined) checkMilliseconds("ppoll", "timeout", timeout);
  using room = scratch();
  const mask = sigmask === undefined ? 0 : sigset(room, signalNumbers("ppoll", sigmask, "sigmask")).address;
  const list = written(fds, room);
  const wait = (left: number): number => eventFunctions().ppoll(list.address, fds.length, left < 0 ? 0 : spanOf(left, room), mask);
  if (sigmask === undefined) retryingWithin(timeout ?? -1, wait, "ppoll", [fds, timeout]);
  else pollOnce(() => wait(timeout ?? -1), [fds, timeout, sigmask]);
  return results(list, fds.length);
}

/** A signal sent before the wait is not missed, and its handler has run when the wait ends with EINTR. */
function pollOnce(wait: () => number, args: readonly unknown[]): void {
  const failed = withoutNotes(() => (wait() === -1 ? errno() : 0));
  if (failed === 0) return safePointAfter();
  safePoint();
  throw new SystemError("ppoll", failed, args);
}

/** Refuses what is no list of requests. */
export function checkRequests(call: string, fds: unknown): void {
  if (!Array.isArray(fds)) throw wrongType(call, "fds", fds, "an array of { fd, events }");
  Array.from(fds, (request: unknown, i) => {
    if (typeof request !== "object" || request === null) throw wrongType(call, `fds[${i}]`, request, "an object { fd, events }");
    const { fd, events } = request as Partial<PollRequest>;
    checkInteger(call, `fds[${i}].fd`, fd, -1, MAX_FD);
    checkInteger(call, `fds[${i}].events`, events, 0, MAX_EVENTS);
  });
}

function written(fds: readonly PollRequest[], room: Scratch): Block {
  const list = room.take(POLLFD.size * fds.length);
  fds.forEach(({ fd, events }, i) => {
    list.setI32(POLLFD.size * i + POLLFD.at.fd, fd);
    list.setU16(POLLFD.size * i + POLLFD.at.events, events);
  });
  return list;
}

function results(list: Block, length: number): PollResult[] {
  const all = Array.from({ length }, (_, i): PollResult => ({
    fd: list.i32(POLLFD.size * i + POLLFD.at.fd),
    revents: list.view.getUint16(POLLFD.size * i + POLLFD.at.revents, true),
  }));
  return all.filter(({ revents }) => revents !== 0);
}

function spanOf(milliseconds: number, room: Scratch): number {
  const time = room.take(TIMESPEC.size);
  setTimespec(time, 0, milliseconds);
  return time.address;
}
