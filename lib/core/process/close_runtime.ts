/** Closing the runtime's own descriptors in a forked child. @module */
import { check, libc, scratch, usable } from "../../ffi/mod.ts";
import { KCMP_FILE, O_CLOEXEC, O_NONBLOCK } from "../../ffi/constants/file.ts";
import { AF_UNIX, SO_DOMAIN, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { isCodeCache, isRuntimeDescriptor } from "./runtime_fds.ts";
import { descriptorLink, unclaimedDescriptors } from "./self.ts";

const SOCKADDR_STORAGE = 128;
/** Length that getsockname gives for a unix socket without a name: the family alone. */
const UNNAMED = 2;

/**
 * Closes what {@linkcode isRuntimeDescriptor} says is the runtime's. The epoll set is one object with the parent's: it must go.
 *
 * Code caches stay. The runtime goes to them whenever it loads a part of itself on first use, by number: closed, it tries for ten
 * seconds to lock them; and a file of the program that got such a number would be written to.
 */
export function closeRuntimeDescriptors(): void {
  const { writesThroughCopies } = usable().host;
  const { wakesItself } = usable().host;
  for (const { fd, link } of unclaimedDescriptors()) {
    const stdioCopy = isStdioCopy(fd, link);
    if (isCodeCache(link) || (stdioCopy && writesThroughCopies)) continue;
    const unnamedSocket = link.startsWith("socket:") && isUnnamedUnix(fd);
    const facts = { fd, link, cloexec: true, made: false, unnamedSocket, stdioCopy };
    if (!isRuntimeDescriptor(facts)) continue;
    if (wakesItself && link === "anon_inode:[eventfd]") replaceEventfd(fd);
    else check(libc().close(fd), "close", [fd]);
  }
}

/** Puts an eventfd of the child's own under the number: writes to it succeed and wake nobody. */
function replaceEventfd(fd: number): void {
  const flags = O_CLOEXEC | O_NONBLOCK;
  const fresh = check(libc().syscall(syscallNumber("eventfd2"), 0, flags, 0, 0, 0, 0), "eventfd", [0, flags]);
  check(libc().dup3(fresh, fd, O_CLOEXEC), "dup3", [fresh, fd, O_CLOEXEC]);
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

/** Where kcmp is not allowed, the name of a pipe or socket decides: it is that of one object. */
function isStdioCopy(fd: number, link: string): boolean {
  if (link.startsWith("anon_inode:")) return false;
  const pid = libc().getpid();
  const kcmp = syscallNumber("kcmp");
  const isStream = link.startsWith("socket:") || link.startsWith("pipe:");
  return [0, 1, 2].some((stdio) => {
    const compared = libc().syscall(kcmp, pid, pid, KCMP_FILE, fd, stdio, 0);
    return compared === 0 || (compared === -1 && isStream && descriptorLink(stdio) === link);
  });
}
