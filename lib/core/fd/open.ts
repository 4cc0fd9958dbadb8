/** open, openat, close, close_range. @module */
import { check, ERRNO, errno, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { AT_FDCWD, CLOSE_RANGE_CLOEXEC, CLOSE_RANGE_UNSHARE } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, checkString } from "../validate.ts";
import { disown, disownRange } from "./owned.ts";
import { gone, made } from "./registry.ts";

const MAX_PATH = 4095; // PATH_MAX less the NUL
const MAX_FLAGS = 0x7fffffff;
const MODES = 0o7777;
const MAX_UINT = 0xffffffff;

/**
 * `open(pathname, flags, mode)`: opens a file and gives the lowest free descriptor.
 *
 * The descriptor survives exec unless O_CLOEXEC is among the flags. Opening a FIFO waits for its other end.
 * A call that a signal interrupts is made again.
 *
 * @param flags O_RDONLY, O_WRONLY or O_RDWR, with O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK, O_CLOEXEC...
 * @param mode permissions of a file that is made, less the umask
 * @throws {SystemError} ENOENT, EEXIST, EACCES, EISDIR, ENOTDIR, ELOOP, EMFILE, ENXIO, ETXTBSY
 * @see https://man7.org/linux/man-pages/man2/open.2.html
 * @example
 * ```ts
 * import { close, O_RDONLY, open, read } from "forkscope";
 * const fd = open("/etc/hostname", O_RDONLY);
 * const buffer = new Uint8Array(64);
 * console.log(read(fd, buffer));
 * close(fd);
 * ```
 */
export function open(path: string, flags: number, mode = 0o666): number {
  entering("open");
  return openFrom("open", AT_FDCWD, path, flags, mode);
}

/**
 * `openat(dirfd, pathname, flags, mode)`: as {@linkcode open}, a relative path taken from a directory's descriptor.
 *
 * @param dirfd a directory's descriptor, or AT_FDCWD
 * @throws {SystemError} as open; EBADF: no such descriptor; ENOTDIR: not a directory's
 * @see https://man7.org/linux/man-pages/man2/openat.2.html
 * @example
 * ```ts
 * import { AT_FDCWD, close, O_DIRECTORY, O_RDONLY, open, openat } from "forkscope";
 * const etc = open("/etc", O_RDONLY | O_DIRECTORY);
 * const fd = openat(etc, "passwd", O_RDONLY);
 * [fd, etc, openat(AT_FDCWD, ".", O_RDONLY)].forEach(close);
 * ```
 */
export function openat(dirfd: number, path: string, flags: number, mode = 0o666): number {
  entering("openat");
  if (dirfd !== AT_FDCWD) checkFd("openat", dirfd, "dirfd");
  return openFrom("openat", dirfd, path, flags, mode);
}

/**
 * `close(fd)`: takes the entry out of the descriptor table; the open file description goes with its last reference.
 *
 * The descriptor is free after every outcome but EBADF, so an interrupted close counts as done and is never repeated.
 *
 * @throws {SystemError} EBADF: not open; EIO, ENOSPC, EDQUOT: a delayed write failed
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 * @example
 * ```ts
 * import { close, pipe2 } from "forkscope";
 * pipe2().forEach(close);
 * ```
 */
export function close(fd: number): void {
  entering("close");
  checkFd("close", fd);
  gone(fd);
  disown(fd);
  if (libc().close(fd) !== -1) return;
  const reason = errno();
  if (reason !== ERRNO.EINTR) throw new SystemError("close", reason, [fd]);
}

/**
 * `close_range(first, last, flags)`: closes all descriptors from `first` to `last`, both included; none has to be open.
 *
 * The runtime's own descriptors are not spared: outside a forked child that will exec, prefer CLOSE_RANGE_CLOEXEC.
 *
 * @param last 0xffffffff for no end
 * @param flags CLOSE_RANGE_CLOEXEC: mark close-on-exec instead; CLOSE_RANGE_UNSHARE
 * @throws {SystemError} EINVAL: first is above last; ENOSYS: Linux older than 5.9
 * @see https://man7.org/linux/man-pages/man2/close_range.2.html
 * @since Linux 5.9
 * @example
 * ```ts
 * import { close_range, CLOSE_RANGE_CLOEXEC } from "forkscope";
 * close_range(3, 0xffffffff, CLOSE_RANGE_CLOEXEC); // a program started from here on gets 0, 1 and 2 alone
 * ```
 */
export function close_range(first: number, last: number, flags = 0): void {
  entering("close_range");
  checkInteger("close_range", "first", first, 0, MAX_UINT);
  checkInteger("close_range", "last", last, 0, MAX_UINT);
  checkFlags("close_range", "flags", flags, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
  check(libc().syscall(syscallNumber("close_range"), first, last, flags, 0, 0, 0), "close_range", [first, last, flags]);
  if (!(flags & CLOSE_RANGE_CLOEXEC)) disownRange(first, last);
}

/** Refuses what can be no argument of open. */
export function checkOpen(call: string, path: string, flags: number, mode: number): void {
  checkString(call, path, "path", MAX_PATH);
  checkInteger(call, "flags", flags, 0, MAX_FLAGS);
  checkFlags(call, "mode", mode, MODES);
}

function openFrom(call: string, dirfd: number, path: string, flags: number, mode: number): number {
  checkOpen(call, path, flags, mode);
  using room = scratch();
  const address = room.string(path);
  const args = dirfd === AT_FDCWD ? [path, flags, mode] : [dirfd, path, flags, mode];
  const fd = retrying(() => libc().openat(dirfd, address, flags, mode), call, args);
  made(fd);
  return fd;
}
