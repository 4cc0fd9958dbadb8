/** mmap of shared memory, and POSIX shared memory: memory with a name. @module */
import { check, scratch } from "../../ffi/mod.ts";
import { O_CLOEXEC, O_CREAT, O_EXCL, O_RDWR, S_IFMT, S_IFREG } from "../../ffi/constants/file.ts";
import { MAP_ANONYMOUS, MAP_SHARED, PROT_READ, PROT_WRITE } from "../../ffi/constants/ipc.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { Fd, ownNew } from "../fd/fd.ts";
import { made } from "../fd/registry.ts";
import { fstat, ftruncate } from "../fd/stat.ts";
import { explaining } from "../explain.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, outOfRange } from "../validate.ts";
import { detach, expose, mappingOf } from "./mapping.ts";
import { checkName } from "./name.ts";
import { placeNotes } from "./posix_notes.ts";

const MODES = 0o777;
const MAX_LENGTH = 2 ** 32;
const PAGE = 4096;

/**
 * `mmap(NULL, length, PROT_READ | PROT_WRITE, flags, fd, offset)`: shared memory as an ArrayBuffer, of a file or of nothing but this
 * process and the children that it forks.
 *
 * The mapping outlives the descriptor. Atomics works on it between processes (all but wait and notify). Private and read-only mappings
 * are not offered: a write to the latter would end the process by SIGSEGV. So would by SIGBUS a touch beyond the end of a file that somebody
 * cut shorter meanwhile: a memfd with F_SEAL_SHRINK cannot be.
 *
 * @param length in bytes, 1 to 2^32, no further than the file's end
 * @param flags MAP_SHARED, with MAP_ANONYMOUS for memory without a file
 * @param fd open to read and write; -1 with MAP_ANONYMOUS
 * @param offset in bytes, a multiple of the page's size
 * @throws {SystemError} EACCES: not open so; EBADF; EINVAL: offset; ENODEV: no file that can be mapped; ENOMEM; EPERM: a seal
 * @see https://man7.org/linux/man-pages/man2/mmap.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, MAP_ANONYMOUS, MAP_SHARED, mmap, munmap } from "forkscope";
 * const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
 * const numbers = new Int32Array(memory);
 * forkRun(() => { numbers[0] = 42; }).wait();
 * console.log(numbers[0]); // 42
 * munmap(memory);
 * ```
 */
export function mmap(length: number, flags: number, fd = -1, offset = 0): ArrayBuffer {
  entering("mmap");
  checkInteger("mmap", "length", length, 1, MAX_LENGTH);
  checkFlags("mmap", "flags", flags, MAP_SHARED | MAP_ANONYMOUS);
  if (!(flags & MAP_SHARED)) throw outOfRange("mmap", "flags", flags, "MAP_SHARED, with or without MAP_ANONYMOUS");
  checkInteger("mmap", "offset", offset, 0, Number.MAX_SAFE_INTEGER);
  if (flags & MAP_ANONYMOUS) checkInteger("mmap", "fd", fd, -1, -1);
  else checkExtent(checkFd("mmap", fd), offset + length);
  const address = check(ipcFunctions().mmap(0, length, PROT_READ | PROT_WRITE, flags, fd, offset), "mmap", [length, flags, fd, offset]);
  return expose(address, length);
}

/** A touch of a page beyond the end of a file would end the process. */
function checkExtent(fd: number, end: number): void {
  const { mode, size } = fstat(fd);
  if ((mode & S_IFMT) !== S_IFREG || end <= Math.ceil(size / PAGE) * PAGE) return;
  throw outOfRange("mmap", "offset + length", end, `at most ${size}, where the file ends`);
}

/**
 * `munmap(addr, length)`: takes the memory away. The buffer and its views have length 0 from here on.
 *
 * @param buffer as {@linkcode mmap} gave it; refused when it was transferred elsewhere
 * @throws {SystemError} EINVAL
 * @see https://man7.org/linux/man-pages/man2/munmap.2.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, munmap } from "forkscope";
 * const memory = mmap(100, MAP_SHARED | MAP_ANONYMOUS);
 * munmap(memory);
 * console.log(memory.byteLength); // 0
 * ```
 */
export function munmap(buffer: ArrayBuffer): void {
  entering("munmap");
  const { address, length } = mappingOf("munmap", buffer);
  detach("munmap", buffer);
  check(ipcFunctions().munmap(address, length), "munmap", [address, length]);
}

/**
 * `shm_open(name, oflag, mode)`: opens a file of /dev/shm, which lives until {@linkcode shm_unlink} or the next boot; empty when it is made,
 * {@linkcode ftruncate} gives it a size. The descriptor is close-on-exec.
 *
 * @param name a slash, then at most 250 bytes without one
 * @param flags O_RDONLY or O_RDWR, with O_CREAT, O_EXCL, O_TRUNC
 * @throws {SystemError} ENOENT: none has the name; EEXIST: O_EXCL; EACCES; EMFILE
 * @see https://man7.org/linux/man-pages/man3/shm_open.3.html
 * @example
 * ```ts
 * import { close, getpid, O_CREAT, O_RDWR, shm_open, shm_unlink } from "forkscope";
 * close(shm_open(`/demo-${getpid()}`, O_RDWR | O_CREAT, 0o600));
 * shm_unlink(`/demo-${getpid()}`);
 * ```
 */
export function shm_open(name: string, flags: number, mode = 0o600): number {
  entering("shm_open");
  checkName("shm_open", name);
  checkInteger("shm_open", "flags", flags, 0, 0x7fffffff);
  checkFlags("shm_open", "mode", mode, MODES);
  using room = scratch();
  const address = room.string(name);
  const open = (): number => posixIpcFunctions().shm_open(address, flags | O_CLOEXEC, mode);
  const fd = explaining(placeNotes((flags & O_CREAT) !== 0), () => retrying(open, "shm_open", [name, flags, mode]));
  made(fd);
  return fd;
}

/**
 * `shm_unlink(name)`: takes the name away; the memory goes with its last mapping and descriptor.
 *
 * @throws {SystemError} ENOENT: none has the name; EACCES: another user's
 * @see https://man7.org/linux/man-pages/man3/shm_open.3.html
 * @example
 * ```ts
 * import { getpid, SharedMemory, shm_unlink } from "forkscope";
 * const name = `/demo-${getpid()}`;
 * using memory = SharedMemory.create(name, 100);
 * shm_unlink(name);
 * console.log(memory.buffer.byteLength); // 100
 * ```
 */
export function shm_unlink(name: string): void {
  entering("shm_unlink");
  checkName("shm_unlink", name);
  using room = scratch();
  check(posixIpcFunctions().shm_unlink(room.string(name)), "shm_unlink", [name]);
}

/**
 * Shared memory that is mapped: named, or of a descriptor. Dispose takes the mapping away; a name stays until {@linkcode shm_unlink}.
 *
 * @example
 * ```ts
 * import { getpid, SharedMemory, shm_unlink } from "forkscope";
 * using here = SharedMemory.create(`/demo-${getpid()}`, 4096);
 * using there = SharedMemory.open(`/demo-${getpid()}`);
 * shm_unlink(`/demo-${getpid()}`);
 * new Uint8Array(here.buffer)[0] = 5;
 * console.log(new Uint8Array(there.buffer)[0]); // 5
 * ```
 */
export class SharedMemory {
  /** The memory itself. */
  readonly buffer: ArrayBuffer;

  private constructor(fd: number, length: number) {
    this.buffer = mmap(length, MAP_SHARED, fd);
  }

  /**
   * Makes memory with a name, zeros at first, and has all of it given: where /dev/shm is too small this fails with ENOSPC, while a later touch
   * would end the process by SIGBUS. Throws EEXIST when there is such a name.
   */
  static create(name: string, size: number, mode = 0o600): SharedMemory {
    checkInteger("shm_open", "size", size, 1, MAX_LENGTH);
    using fd = ownNew(shm_open(name, O_RDWR | O_CREAT | O_EXCL, mode));
    try {
      ftruncate(fd.number, size);
      explaining(placeNotes(true), () => retrying(() => ipcFunctions().fallocate(fd.number, 0, 0, size), "fallocate", [name, size]));
      return new SharedMemory(fd.number, size);
    } catch (error) {
      shm_unlink(name);
      throw error;
    }
  }

  /** Maps the whole of the memory that has a name. */
  static open(name: string): SharedMemory {
    using fd = ownNew(shm_open(name, O_RDWR));
    return SharedMemory.of(fd);
  }

  /** Maps the whole of a file or memfd, such as one that was received. */
  static of(fd: number | Fd): SharedMemory {
    const number = fd instanceof Fd ? fd.number : fd;
    return new SharedMemory(number, fstat(number).size);
  }

  /** Takes the mapping away; nothing when that was done. */
  [Symbol.dispose](): void {
    if (this.buffer.byteLength > 0) munmap(this.buffer);
  }
}
