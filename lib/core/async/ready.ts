/**
 * Waiting until a descriptor is ready: one thread sleeps in epoll_wait(2) for all that can be polled.
 *
 * Every descriptor waited for is in the set once, for all its waits together, and is told of once (EPOLLONESHOT). The set is the library's
 * own: the runtime's is not touched. A wait ends with EBADF when the library closes its descriptor.
 *
 * @module
 */
import { arch } from "../../ffi/arch.ts";
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLERR, EPOLLHUP, EPOLLONESHOT } from "../../ffi/constants/event.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { EPOLL_EVENT } from "../../ffi/layout/event.ts";
import { type Block, check, errno, ERRNO, scratch, SystemError } from "../../ffi/mod.ts";
import { onGone } from "../fd/registry.ts";
import type { Asker } from "./call.ts";
import { count } from "./pending.ts";
import { interruptCall, startCall } from "./threads.ts";
import { type Job, mapped } from "./job.ts";

const LAYOUT = EPOLL_EVENT[arch];
const MOST_EVENTS = 256;
const KERNEL_SET = 8;
const FOR_EVER = -1;
/** Told of whether asked for or not. */
const UNASKED = EPOLLERR | EPOLLHUP;

interface Wait {
  readonly events: number;
  ready(revents: number): void;
  fail(errno: number, note?: string): void;
}

/** A descriptor that is waited for, or was. */
interface Watched {
  readonly id: number;
  readonly fd: number;
  readonly waits: Set<Wait>;
}

interface Reactor {
  readonly epfd: number;
  readonly list: Block;
  readonly byFd: Map<number, Watched>;
  readonly byId: Map<number, Watched>;
  job: Job | undefined;
}

let reactor: Reactor | undefined;
let lastId = 0;

/**
 * Waits until one of `events` (EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLRDHUP) holds, an error (EPOLLERR) or a hang-up (EPOLLHUP), and gives what does. What
 * cannot be polled (a file, a directory) is ready at once, as for poll(2). Being ready is a hint: another process may be quicker.
 *
 * @throws {SystemError} EBADF: not open, or closed meanwhile; ENOSPC: /proc/sys/fs/epoll/max_user_watches is met
 * @throws the signal's reason
 */
export function ready(fd: number, events: number, { call, args, signal }: Asker): Promise<number> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      signal?.removeEventListener("abort", abort);
      count(-1);
    };
    const wait: Wait = {
      events: events | UNASKED,
      ready(revents) {
        end();
        resolve(revents);
      },
      fail(reason, note) {
        end();
        reject(new SystemError(call, reason, args, note));
      },
    };
    const abort = (): void => {
      drop(fd, wait);
      end();
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason); // since its asker has looked
    count(1);
    signal?.addEventListener("abort", abort);
    try {
      add(fd, wait, call);
    } catch (error) {
      end();
      reject(error);
    }
  });
}

/** True once somebody waited for a descriptor. */
export function hasReactor(): boolean {
  return reactor !== undefined;
}

/** In a forked child: its copy of the set is one object with its parent's, and is closed with the runtime's own. */
export function forgetReactor(): void {
  reactor = undefined;
}

function open(call: string): Reactor {
  const epfd = check(eventFunctions().epoll_create1(EPOLL_CLOEXEC), call);
  onGone(closed);
  return { epfd, list: mapped(LAYOUT.size * MOST_EVENTS), byFd: new Map(), byId: new Map(), job: undefined };
}

function add(fd: number, wait: Wait, call: string): void {
  const set = (reactor ??= open(call));
  set.job ??= sleep(set, call);
  const watched = set.byFd.get(fd) ?? { id: ++lastId, fd, waits: new Set<Wait>() };
  watched.waits.add(wait);
  const failed = arm(set, watched);
  if (failed === 0) {
    set.byFd.set(fd, watched);
    set.byId.set(watched.id, watched);
    return;
  }
  watched.waits.delete(wait);
  if (failed === ERRNO.EPERM) wait.ready(wait.events & ~UNASKED);
  else wait.fail(failed);
}

/** The thread that sleeps for all; it keeps no loop alive by itself. */
function sleep(set: Reactor, call: string): Job {
  const args = [set.epfd, set.list.address, MOST_EVENTS, FOR_EVER, 0, KERNEL_SET];
  return startCall(call, syscallNumber("epoll_pwait"), args, (found) => {
    set.job = undefined;
    if (set !== reactor) return;
    for (let i = 0; i < found; i++) tell(set, set.list.u64(LAYOUT.size * i + LAYOUT.at.data), set.list.u32(LAYOUT.size * i + LAYOUT.at.events));
    if (found >= 0 || found === -ERRNO.EINTR) set.job = sleep(set, "epoll_wait");
    else reset(set);
  });
}

function tell(set: Reactor, id: number, revents: number): void {
  const watched = set.byId.get(id);
  if (!watched) return;
  for (const wait of watched.waits) {
    const held = revents & wait.events;
    if (held === 0) continue;
    watched.waits.delete(wait);
    wait.ready(held);
  }
  const failed = watched.waits.size > 0 ? arm(set, watched) : 0;
  if (failed !== 0) for (const wait of watched.waits) wait.fail(failed);
}

/** Has the set tell of a descriptor once more; gives an errno. */
function arm(set: Reactor, watched: Watched): number {
  let events = EPOLLONESHOT;
  for (const wait of watched.waits) events |= wait.events & ~UNASKED;
  const known = set.byId.has(watched.id);
  const failed = control(set, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watched, events);
  // Known and not there: it was closed past the library, and the number is another descriptor's. The other way round: the description of
  // a number that was closed past the library has come back under the same number.
  if (failed === ERRNO.ENOENT && known) return control(set, EPOLL_CTL_ADD, watched, events);
  if (failed === ERRNO.EEXIST && !known) return control(set, EPOLL_CTL_MOD, watched, events);
  return failed;
}

function control(set: Reactor, op: number, { fd, id }: Watched, events: number): number {
  using room = scratch();
  const event = room.take(LAYOUT.size);
  event.setU32(LAYOUT.at.events, events >>> 0);
  event.setU64(LAYOUT.at.data, id);
  return eventFunctions().epoll_ctl(set.epfd, op, fd, event.address) === 0 ? 0 : errno();
}

/** A wait was given up. */
function drop(fd: number, wait: Wait): void {
  const watched = reactor?.byFd.get(fd);
  if (!reactor || !watched?.waits.delete(wait)) return;
  if (watched.waits.size > 0) arm(reactor, watched);
  else forget(reactor, watched);
}

function forget(set: Reactor, watched: Watched): void {
  control(set, EPOLL_CTL_DEL, watched, 0);
  set.byFd.delete(watched.fd);
  set.byId.delete(watched.id);
}

/** The library closes these descriptors. */
function closed(first: number, last: number): void {
  const set = reactor;
  if (!set) return;
  const all = first === last ? [set.byFd.get(first)] : [...set.byFd.values()];
  for (const watched of all) {
    if (!watched || watched.fd < first || watched.fd > last) continue;
    forget(set, watched);
    for (const wait of watched.waits) wait.fail(ERRNO.EBADF, "the descriptor was closed while it was waited for");
  }
  if (first <= set.epfd && set.epfd <= last) reset(set);
}

/** The set itself was closed: what is still waited for goes into a new one. */
function reset(set: Reactor): void {
  reactor = undefined;
  if (set.job) interruptCall(set.job);
  for (const { fd, waits } of set.byFd.values()) for (const wait of waits) add(fd, wait, "epoll_create1");
}
