/** Closing the runtime's own descriptors in a forked child. @module */
import { check, libc, scratch, usable } from "../../ffi/mod.ts";
import { KCMP_FILE, O_CLOEXEC, O_NONBLOCK } from "../../ffi/constants/file.ts";
import { AF_UNIX, SO_DOMAIN, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { isCodeCache, isRuntimeDescriptor } from "./runtime_fds.ts";
import { descriptorLink, descriptorsAtFork, type OwnDescriptor } from "./self.ts";

const HIGHEST = 0x7fffffff;
const SOCKADDR_STORAGE = 128;
/** Length that getsockname gives for a unix socket without a name: the family alone. */
const UNNAMED = 2;

/** What becomes of a table of descriptors in a child. */
export interface Closing {
  /** Numbers to close, from and to, both included; what lies between them and is not open does no harm. */
  ranges: readonly (readonly [first: number, last: number])[];
  /** Eventfds that must stay writable. */
  eventfds: readonly number[];
}

/**
 * Plans to close what {@linkcode isRuntimeDescriptor} says is the runtime's. The epoll set is one object with the parent's: it must go.
 *
 * Code caches stay. The runtime goes to them whenever it loads a part of itself on first use, by number: closed, it tries for ten
 * seconds to lock them; and a file of the program that got such a number would be written to.
 *
 * A plan holds while no thread opens or closes a descriptor.
 */
export function planClosing(): Closing {
  const { wakesItself } = usable().host;
  const { all, unclaimed } = descriptorsAtFork();
  const stdio = [0, 1, 2].map((fd) => ({ fd, link: descriptorLink(fd) }));
  const ours = unclaimed.filter((one) => isToGo(one, stdio));
  const isEventfd = ({ link }: OwnDescriptor): boolean => wakesItself && link === "anon_inode:[eventfd]";
  return {
    ranges: rangesOf(new Set(ours.filter((one) => !isEventfd(one)).map(({ fd }) => fd)), all),
    eventfds: ours.filter(isEventfd).map(({ fd }) => fd),
  };
}

/** Carries a plan out, in the child. */
export function closeAsPlanned({ ranges, eventfds }: Closing): void {
  for (const [first, last] of ranges) closeRange(first, last);
  if (eventfds.length > 0) replaceEventfds(eventfds);
}

/** Runs the code that a child will need, on numbers that are never open. */
export function rehearseClosing(): void {
  closeAsPlanned({ ranges: [[HIGHEST - 1, HIGHEST]], eventfds: [] });
  replaceEventfds([]);
}

function isToGo({ fd, link }: OwnDescriptor, stdio: readonly { fd: number; link: string | undefined }[]): boolean {
  if (isCodeCache(link)) return false;
  const stdioCopy = isStdioCopy(fd, link, stdio);
  if (stdioCopy && usable().host.writesThroughCopies) return false;
  const unnamedSocket = link.startsWith("socket:") && isUnnamedUnix(fd);
  return isRuntimeDescriptor({ fd, link, cloexec: true, made: false, unnamedSocket, stdioCopy });
}

/** Runs of numbers to close with no other open descriptor among them. `all` is ascending. */
function rangesOf(toGo: ReadonlySet<number>, all: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const fd of all) {
    if (!toGo.has(fd)) last = undefined;
    else if (last) last[1] = fd;
    else ranges.push((last = [fd, fd]));
  }
  return ranges;
}

/** Before Linux 5.9 there is no close_range. */
function closeRange(first: number, last: number): void {
  if (first !== last && libc().syscall(syscallNumber("close_range"), first, last, 0, 0, 0, 0) === 0) return;
  for (let fd = first; fd <= last; fd++) libc().close(fd);
}

/** Puts an eventfd of the child's own under the numbers: writes to it succeed and wake nobody. */
function replaceEventfds(fds: readonly number[]): void {
  const flags = O_CLOEXEC | O_NONBLOCK;
  const fresh = check(libc().syscall(syscallNumber("eventfd2"), 0, flags, 0, 0, 0, 0), "eventfd", [0, flags]);
  for (const fd of fds) check(libc().dup3(fresh, fd, O_CLOEXEC), "dup3", [fresh, fd, O_CLOEXEC]);
  check(libc().close(fresh), "close", [fresh]);
}

function isUnnamedUnix(fd: number): boolean {
  using room = scratch();
  const value = room.take(4);
  const length = room.take(4);
  length.setU32(0, 4);
  if (libc().getsockopt(fd, SOL_SOCKET, SO_DOMAIN, value.address, length.address) !== 0 || value.i32(0) !== AF_UNIX) return false;
  length.setU32(0, SOCKADDR_STORAGE);
  const address = room.take(SOCKADDR_STORAGE);
  const result = libc().syscall(syscallNumber("getsockname"), fd, address.address, length.address, 0, 0, 0);
  return result === 0 && length.u32(0) === UNNAMED;
}

/** One description has one name. Where kcmp is not allowed, the name of a pipe or socket decides: it is that of one object. */
function isStdioCopy(fd: number, link: string, stdio: readonly { fd: number; link: string | undefined }[]): boolean {
  if (link.startsWith("anon_inode:")) return false;
  const pid = libc().getpid();
  const isStream = link.startsWith("socket:") || link.startsWith("pipe:");
  return stdio.some((one) => {
    if (one.link !== link) return false;
    const compared = libc().syscall(syscallNumber("kcmp"), pid, pid, KCMP_FILE, fd, one.fd, 0);
    return compared === 0 || (compared === -1 && isStream);
  });
}
