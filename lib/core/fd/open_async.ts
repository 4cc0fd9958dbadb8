/** open and openat without blocking the event loop: for FIFOs, terminals, slow file systems. @module */
import { AT_FDCWD } from "../../ffi/constants/file.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkFd } from "../validate.ts";
import { checkOpen } from "./open.ts";
import { made } from "./registry.ts";

const MODE = 0o666;

/**
 * {@linkcode open} without blocking the event loop: opening a FIFO waits for its other end.
 *
 * @param mode permissions of a file that is made, less the umask; may be left out
 * @throws {SystemError} as open
 * @see https://man7.org/linux/man-pages/man2/open.2.html
 * @example
 * ```ts
 * import { close, getpid, mkfifo, O_RDONLY, O_WRONLY, openAsync, unlink } from "forkscope";
 * const path = `/tmp/door-${getpid()}`;
 * mkfifo(path, 0o600);
 * const [reader, writer] = await Promise.all([openAsync(path, O_RDONLY), openAsync(path, O_WRONLY)]);
 * console.log(reader !== writer); // true
 * [reader, writer].forEach(close);
 * unlink(path);
 * ```
 */
export async function openAsync(path: string, flags: number, options?: AsyncOptions): Promise<number>;
export async function openAsync(path: string, flags: number, mode?: number, options?: AsyncOptions): Promise<number>;
export async function openAsync(path: string, flags: number, mode?: number | AsyncOptions, options?: AsyncOptions): Promise<number> {
  entering("openAsync");
  const [bits = MODE, last] = valueAndOptions(mode, options);
  checkOpen("openAsync", path, flags, bits);
  return opened(AT_FDCWD, path, flags, bits, { call: "open", args: [path, flags, bits], signal: asyncSignal("openAsync", last) });
}

/**
 * {@linkcode openat} without blocking the event loop.
 *
 * @param dirfd a directory's descriptor, or AT_FDCWD
 * @param mode permissions of a file that is made, less the umask; may be left out
 * @throws {SystemError} as openat
 * @see https://man7.org/linux/man-pages/man2/openat.2.html
 * @example
 * ```ts
 * import { close, O_DIRECTORY, O_RDONLY, open, openatAsync } from "forkscope";
 * const etc = open("/etc", O_RDONLY | O_DIRECTORY);
 * const fd = await openatAsync(etc, "passwd", O_RDONLY);
 * console.log(fd > etc); // true
 * [fd, etc].forEach(close);
 * ```
 */
export async function openatAsync(dirfd: number, path: string, flags: number, options?: AsyncOptions): Promise<number>;
export async function openatAsync(dirfd: number, path: string, flags: number, mode?: number, options?: AsyncOptions): Promise<number>;
export async function openatAsync(dirfd: number, path: string, flags: number, mode?: number | AsyncOptions, options?: AsyncOptions): Promise<number> {
  entering("openatAsync");
  if (dirfd !== AT_FDCWD) checkFd("openatAsync", dirfd, "dirfd");
  const [bits = MODE, last] = valueAndOptions(mode, options);
  checkOpen("openatAsync", path, flags, bits);
  return opened(dirfd, path, flags, bits, { call: "openat", args: [dirfd, path, flags, bits], signal: asyncSignal("openatAsync", last) });
}

async function opened(dirfd: number, path: string, flags: number, mode: number, asker: Asker): Promise<number> {
  using name = CMemory.of(asker.call, new TextEncoder().encode(`${path}\0`));
  const fd = await callAsync("openat", [dirfd, name.address, flags, mode], asker);
  made(fd);
  return fd;
}
