/** fstat and ftruncate. @module */
import { type Block, check, scratch } from "../../ffi/mod.ts";
import { AT_EMPTY_PATH, STATX_BASIC_STATS } from "../../ffi/constants/file.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { STATX } from "../../ffi/layout/file.ts";
import { deviceNumber } from "../proc/fd.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";

/** What fstat tells. */
export interface FileStat {
  /** Device that holds the file. */
  dev: number;
  ino: number;
  /** Type (S_IFMT) and permissions. */
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  /** The device that a device file stands for. */
  rdev: number;
  /** Bytes. */
  size: number;
  /** Bytes that input and output do well with. */
  blksize: number;
  /** Blocks of 512 bytes on the disk. */
  blocks: number;
  /** Last read, in milliseconds since 1970; fractions to a quarter of a microsecond. */
  atime: number;
  /** Last change of the content. */
  mtime: number;
  /** Last change of the content or of what stat tells. */
  ctime: number;
}

/**
 * `fstat(fd, statbuf)`: what the file behind a descriptor is; by statx(2), which is alike on every machine (Linux 4.11).
 *
 * @throws {SystemError} EBADF; EACCES
 * @see https://man7.org/linux/man-pages/man2/fstat.2.html
 * @example
 * ```ts
 * import { fstat, memfd_create, write } from "forkscope";
 * const fd = memfd_create("note");
 * write(fd, "hello");
 * console.log(fstat(fd).size); // 5
 * ```
 */
export function fstat(fd: number): FileStat {
  entering("fstat");
  checkFd("fstat", fd);
  using room = scratch();
  const block = room.take(STATX.size);
  check(eventFunctions().statx(fd, room.string(""), AT_EMPTY_PATH, STATX_BASIC_STATS, block.address), "fstat", [fd]);
  return statOf(block);
}

/**
 * `ftruncate(fd, length)`: gives a file a size; what is added reads as zeros.
 *
 * @param length in bytes, from 0
 * @throws {SystemError} EBADF, EINVAL: not open to write, or no file; EFBIG; EPERM: a seal forbids it
 * @see https://man7.org/linux/man-pages/man2/ftruncate.2.html
 * @example
 * ```ts
 * import { fstat, ftruncate, memfd_create } from "forkscope";
 * const fd = memfd_create("room");
 * ftruncate(fd, 4096);
 * console.log(fstat(fd).size); // 4096
 * ```
 */
export function ftruncate(fd: number, length: number): void {
  entering("ftruncate");
  checkFd("ftruncate", fd);
  checkInteger("ftruncate", "length", length, 0, Number.MAX_SAFE_INTEGER);
  retrying(() => eventFunctions().ftruncate(fd, length), "ftruncate", [fd, length]);
}

function statOf(block: Block): FileStat {
  const { at } = STATX;
  return {
    dev: deviceNumber(block.u32(at.stx_dev_major), block.u32(at.stx_dev_minor)),
    ino: block.u64(at.stx_ino),
    mode: block.view.getUint16(at.stx_mode, true),
    nlink: block.u32(at.stx_nlink),
    uid: block.u32(at.stx_uid),
    gid: block.u32(at.stx_gid),
    rdev: deviceNumber(block.u32(at.stx_rdev_major), block.u32(at.stx_rdev_minor)),
    size: block.u64(at.stx_size),
    blksize: block.u32(at.stx_blksize),
    blocks: block.u64(at.stx_blocks),
    atime: milliseconds(block, at["stx_atime.tv_sec"]),
    mtime: milliseconds(block, at["stx_mtime.tv_sec"]),
    ctime: milliseconds(block, at["stx_ctime.tv_sec"]),
  };
}

/** A struct statx_timestamp: seconds in 64 bits, nanoseconds in 32. */
function milliseconds(block: Block, offset: number): number {
  return block.i64(offset) * 1000 + block.u32(offset + 8) / 1e6;
}
