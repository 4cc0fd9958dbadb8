/** Names in the file system: making and removing them, the working directory. @module */
import { check, libc, scratch } from "../../ffi/mod.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { entering } from "../tap.ts";
import { checkFlags, checkString } from "../validate.ts";

const MAX_PATH = 4095; // PATH_MAX less the NUL
const MODES = 0o7777;

/**
 * `mkdir(pathname, mode)`: makes a directory, its mode less the umask.
 *
 * @throws {SystemError} EEXIST, ENOENT, ENOTDIR, EACCES, EROFS
 * @example
 * ```ts
 * import { getpid, mkdir, rmdir } from "forkscope";
 * mkdir(`/tmp/demo-${getpid()}`, 0o700);
 * rmdir(`/tmp/demo-${getpid()}`);
 * ```
 * @see https://man7.org/linux/man-pages/man2/mkdir.2.html
 */
export function mkdir(path: string, mode = 0o777): void {
  entering("mkdir");
  checkFlags("mkdir", "mode", mode, MODES);
  withPath("mkdir", path, (address) => libc().mkdir(address, mode));
}

/**
 * `mkfifo(pathname, mode)`: makes a FIFO: a pipe with a name. Who opens one end waits until another opens the other, unless O_NONBLOCK
 * (to write: ENXIO while nobody reads) or O_RDWR is set.
 *
 * @param mode permissions, less the umask
 * @throws {SystemError} EEXIST, ENOENT, ENOTDIR, EACCES, EROFS, ENOSPC
 * @see https://man7.org/linux/man-pages/man3/mkfifo.3.html
 * @example
 * ```ts
 * import { getpid, mkfifo, unlink } from "forkscope";
 * mkfifo(`/tmp/fifo-${getpid()}`, 0o600);
 * unlink(`/tmp/fifo-${getpid()}`);
 * ```
 */
export function mkfifo(path: string, mode = 0o666): void {
  entering("mkfifo");
  checkFlags("mkfifo", "mode", mode, MODES);
  withPath("mkfifo", path, (address) => eventFunctions().mkfifo(address, mode));
}

/**
 * `rmdir(pathname)`: removes an empty directory.
 *
 * @throws {SystemError} ENOTEMPTY, ENOENT, EBUSY
 * @see https://man7.org/linux/man-pages/man2/rmdir.2.html
 * @example
 * ```ts
 * import { getpid, mkdir, rmdir } from "forkscope";
 * const path = `/tmp/example-${getpid()}`;
 * mkdir(path);
 * rmdir(path);
 * ```
 */
export function rmdir(path: string): void {
  entering("rmdir");
  withPath("rmdir", path, (address) => libc().rmdir(address));
}

/**
 * `unlink(pathname)`: removes a name; the file lives on while a description refers to it.
 *
 * @throws {SystemError} ENOENT, EISDIR, EACCES
 * @see https://man7.org/linux/man-pages/man2/unlink.2.html
 * @example
 * ```ts
 * import { getpid, mkfifo, unlink } from "forkscope";
 * const path = `/tmp/example-${getpid()}`;
 * mkfifo(path);
 * unlink(path);
 * ```
 */
export function unlink(path: string): void {
  entering("unlink");
  withPath("unlink", path, (address) => libc().unlink(address));
}

/**
 * `chdir(path)`: moves the working directory of this process alone.
 *
 * @throws {SystemError} ENOENT, ENOTDIR, EACCES
 * @see https://man7.org/linux/man-pages/man2/chdir.2.html
 * @example
 * ```ts
 * import { chdir, getpid, proc } from "forkscope";
 * chdir("/");
 * console.log(proc.cwd(getpid())); // "/"
 * ```
 */
export function chdir(path: string): void {
  entering("chdir");
  withPath("chdir", path, (address) => libc().chdir(address));
}

function withPath(call: string, path: string, make: (address: number) => number): void {
  checkString(call, path, "path", MAX_PATH);
  using room = scratch();
  check(make(room.string(path)), call, [path]);
}
