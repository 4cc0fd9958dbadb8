/** dup, dup2, dup3, pipe2, fcntl. @module */
import { check, libc, scratch } from "../../ffi/mod.ts";
import {
  F_ADD_SEALS, F_DUPFD, F_DUPFD_CLOEXEC, F_GET_SEALS, F_GETFD, F_GETFL, F_GETPIPE_SZ, F_SETFD, F_SETFL, F_SETPIPE_SZ, O_CLOEXEC, O_DIRECT, O_NONBLOCK,
} from "../../ffi/constants/file.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, outOfRange } from "../validate.ts";
import { disown } from "./owned.ts";
import { gone, made } from "./registry.ts";

/** The commands whose argument is a number (or none). Others take an address, which a program here cannot have. */
const COMMANDS: readonly number[] = [
  F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_GETPIPE_SZ, F_ADD_SEALS, F_GET_SEALS,
];

/**
 * `dup(oldfd)`: a second descriptor, the lowest free one, for the same open file description: offset and status flags are
 * shared, the close-on-exec mark is not (it is off).
 *
 * @throws {SystemError} EBADF: not open; EMFILE: no descriptor left
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 * @example
 * ```ts
 * import { dup, getpid, sameDescription } from "forkscope";
 * const pid = getpid();
 * console.log(sameDescription({ pid, fd: 1 }, { pid, fd: dup(1) })); // true
 * ```
 */
export function dup(oldfd: number): number {
  entering("dup");
  checkFd("dup", oldfd, "oldfd");
  return madeBy(check(libc().dup(oldfd), "dup", [oldfd]));
}

/**
 * `dup2(oldfd, newfd)`: makes `newfd` refer to the description of `oldfd`; what `newfd` was is closed first, silently.
 * Equal numbers change nothing.
 *
 * @returns newfd
 * @throws {SystemError} EBADF: oldfd is not open, or newfd is above the limit
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 * @example
 * ```ts
 * import { close, dup2, O_WRONLY, open } from "forkscope";
 * const log = open("/dev/null", O_WRONLY);
 * console.log(dup2(log, 100)); // 100
 * close(log);
 * ```
 */
export function dup2(oldfd: number, newfd: number): number {
  entering("dup2");
  checkFd("dup2", oldfd, "oldfd");
  checkFd("dup2", newfd, "newfd");
  const fd = retrying(() => libc().dup2(oldfd, newfd), "dup2", [oldfd, newfd]);
  return oldfd === newfd ? fd : replaced(fd);
}

/**
 * `dup3(oldfd, newfd, flags)`: as {@linkcode dup2}, but equal numbers fail and O_CLOEXEC marks `newfd` close-on-exec.
 *
 * @param flags 0 or O_CLOEXEC
 * @returns newfd
 * @throws {SystemError} EBADF: oldfd is not open, or newfd is above the limit; EINVAL: equal numbers
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 * @example
 * ```ts
 * import { dup3, F_GETFD, fcntl, O_CLOEXEC } from "forkscope";
 * console.log(fcntl(dup3(1, 100, O_CLOEXEC), F_GETFD)); // 1
 * ```
 */
export function dup3(oldfd: number, newfd: number, flags = 0): number {
  entering("dup3");
  checkFd("dup3", oldfd, "oldfd");
  checkFd("dup3", newfd, "newfd");
  checkFlags("dup3", "flags", flags, O_CLOEXEC);
  return replaced(retrying(() => libc().dup3(oldfd, newfd, flags), "dup3", [oldfd, newfd, flags]));
}

/**
 * `pipe2(pipefd, flags)`: a pipe.
 *
 * @param flags of O_CLOEXEC, O_NONBLOCK, O_DIRECT (packets)
 * @returns the read end and the write end
 * @throws {SystemError} EMFILE, ENFILE: no descriptor left
 * @see https://man7.org/linux/man-pages/man2/pipe.2.html
 * @example
 * ```ts
 * import { pipe2, read, write } from "forkscope";
 * const [r, w] = pipe2();
 * write(w, "hi");
 * console.log(read(r, new Uint8Array(8))); // 2
 * ```
 */
export function pipe2(flags = 0): [read: number, write: number] {
  entering("pipe2");
  checkFlags("pipe2", "flags", flags, O_CLOEXEC | O_NONBLOCK | O_DIRECT);
  using room = scratch();
  const pair = room.take(8);
  check(libc().pipe2(pair.address, flags), "pipe2", [flags]);
  return [madeBy(pair.i32(0)), madeBy(pair.i32(4))];
}

/**
 * `fcntl(fd, op, arg)`: the operations whose argument is a number.
 *
 * - F_DUPFD, F_DUPFD_CLOEXEC: a duplicate, the lowest free number from `arg` on
 * - F_GETFD, F_SETFD: the mark of this table entry, FD_CLOEXEC or 0
 * - F_GETFL, F_SETFL: access mode and status flags of the open file description; set takes O_APPEND, O_ASYNC, O_DIRECT,
 *   O_NOATIME, O_NONBLOCK, and every descriptor of the description sees it
 * - F_GETPIPE_SZ, F_SETPIPE_SZ: bytes a pipe holds; F_ADD_SEALS, F_GET_SEALS: seals of a memfd
 *
 * @throws {SystemError} EBADF: not open; EINVAL: an argument above the limit; EMFILE; EBUSY, EPERM: pipe size
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 * @example
 * ```ts
 * import { F_GETFL, fcntl, O_ACCMODE, O_RDONLY } from "forkscope";
 * console.log((fcntl(0, F_GETFL) & O_ACCMODE) === O_RDONLY);
 * ```
 */
export function fcntl(fd: number, op: number, arg = 0): number {
  entering("fcntl");
  checkFd("fcntl", fd);
  checkInteger("fcntl", "op", op, 0, 0x7fffffff);
  if (!COMMANDS.includes(op)) throw outOfRange("fcntl", "op", op, "an operation with a number as its argument");
  checkInteger("fcntl", "arg", arg, 0, 0x7fffffff);
  const result = check(libc().fcntl(fd, op, arg), "fcntl", [fd, op, arg]);
  return op === F_DUPFD || op === F_DUPFD_CLOEXEC ? madeBy(result) : result;
}

function madeBy(fd: number): number {
  made(fd);
  return fd;
}

/** `fd` was closed and opened again in one step. */
function replaced(fd: number): number {
  gone(fd);
  disown(fd);
  return madeBy(fd);
}
