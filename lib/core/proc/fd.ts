/**
 * Descriptor tables as /proc shows them: /proc/pid/fd and /proc/pid/fdinfo.
 *
 * @module
 */
import { AT_STATX_DONT_SYNC, O_CLOEXEC, S_IFMT, STATX_BASIC_STATS } from "../../ffi/constants/file.ts";
import { libc } from "../../ffi/mod.ts";
import { STATX } from "../../ffi/layout/file.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { inDirectory, isGone, link, numbers, type Place, ROOT, statx, text } from "./file.ts";
import { fdPath, pidPath } from "./pid.ts";
import { lines } from "./status.ts";

/** What /proc/pid/fdinfo/N says. */
export interface FdInfo {
  /** Offset of the open file description, in bytes; 0 where one means nothing. */
  pos: number;
  /** Access mode and status flags of the description, without O_CLOEXEC. */
  flags: number;
  /** Close-on-exec mark of the table entry. */
  cloexec: boolean;
  /** Mount it was opened through; 0 when the kernel does not say. */
  mntId: number;
  /** Inode number (Linux 5.14 on). */
  ino: number | undefined;
  /** Every line: "eventfd-count", "Pid" of a pidfd, "tfd" of an epoll... A name that repeats keeps its last value. */
  raw: ReadonlyMap<string, string>;
}

/** What stat says about the file behind a descriptor. */
export interface FdStat {
  /** Device number as st_dev. */
  dev: number;
  ino: number;
  /** Type and permissions as st_mode. */
  mode: number;
  /** Size in bytes. */
  size: number;
  /** Device number of a device file as st_rdev. */
  rdev: number;
  nlink: number;
}

/** One entry of a descriptor table with all of it. */
export interface TableEntry extends Omit<FdInfo, "raw" | "ino">, FdStat {
  fd: number;
  /** A path, "pipe:[123]", "socket:[123]", "anon_inode:[eventfd]"; " (deleted)" follows the path of an unlinked file. */
  link: string;
}

/**
 * The open descriptors of a process, ascending. Of the calling process: less the one it takes to look.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process; EACCES: not allowed to look, or a zombie's (root finds none)
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.fds(getpid())); // [0, 1, 2, ...]
 * ```
 */
export function fds(pid: number): number[] {
  entering("proc.fds");
  return numbers(ROOT, pidPath("proc.fds", pid, "fd"), pid === libc().getpid());
}

/**
 * Target of /proc/pid/fd/N.
 *
 * @throws {SystemError} ENOENT: no such process or descriptor; EACCES
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 * @example
 * ```ts
 * import { getpid, O_RDONLY, open, proc } from "forkscope";
 * console.log(proc.fdLink(getpid(), open("/etc/passwd", O_RDONLY))); // "/etc/passwd"
 * ```
 */
export function fdLink(pid: number, fd: number): string {
  entering("proc.fdLink");
  return link(ROOT, fdPath("proc.fdLink", pid, "fd", fd));
}

/**
 * Reads /proc/pid/fdinfo/N.
 *
 * @throws {SystemError} ENOENT: no such process or descriptor; EACCES
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html
 * @example
 * ```ts
 * import { getpid, O_RDONLY, open, proc, read } from "forkscope";
 * const fd = open("/etc/passwd", O_RDONLY);
 * read(fd, new Uint8Array(10));
 * console.log(proc.fdInfo(getpid(), fd).pos); // 10
 * ```
 */
export function fdInfo(pid: number, fd: number): FdInfo {
  entering("proc.fdInfo");
  return parseFdInfo(text(ROOT, fdPath("proc.fdInfo", pid, "fdinfo", fd)));
}

/**
 * Stats the file behind a descriptor of a process, by statx(2) through /proc/pid/fd/N.
 *
 * @throws {SystemError} ENOENT: no such process or descriptor; EACCES
 * @see https://man7.org/linux/man-pages/man2/statx.2.html
 * @example
 * ```ts
 * import { getpid, pipe2, proc, S_IFIFO } from "forkscope";
 * const [r] = pipe2();
 * console.log(proc.isType(proc.fdStat(getpid(), r).mode, S_IFIFO)); // true
 * ```
 */
export function fdStat(pid: number, fd: number): FdStat {
  entering("proc.fdStat");
  return statOf(ROOT, fdPath("proc.fdStat", pid, "fd", fd));
}

/**
 * All that {@linkcode fdLink}, {@linkcode fdInfo} and {@linkcode fdStat} tell about one descriptor.
 *
 * @throws {SystemError} ENOENT: no such process or descriptor; EACCES: another user's
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.fdEntry(getpid(), 0).link);
 * ```
 */
export function fdEntry(pid: number, fd: number): TableEntry {
  entering("proc.fdEntry");
  const directory = pidPath("proc.fdEntry", pid, "");
  return entryAt(ROOT, `${directory}/`, checkFd("proc.fdEntry", fd));
}

/**
 * The whole descriptor table, ascending. Entries that vanish while it is read (the process runs) are left out.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process; EACCES: not allowed to look
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * for (const { fd, link, cloexec } of proc.fdTable(getpid())) console.log(fd, link, cloexec);
 * ```
 */
export function fdTable(pid: number): TableEntry[] {
  entering("proc.fdTable");
  const own = pid === libc().getpid();
  return inDirectory(pidPath("proc.fdTable", pid, ""), (place) => {
    const table: TableEntry[] = [];
    for (const fd of numbers(place, "fd", own)) {
      if (own && fd === place.fd) continue;
      try {
        table.push(entryAt(place, "", fd));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }
    return table;
  });
}

/** Reads the text of /proc/pid/fdinfo/N. */
function parseFdInfo(content: string): FdInfo {
  const raw = lines(content);
  const flags = Number.parseInt(raw.get("flags") ?? "0", 8);
  const ino = raw.get("ino");
  return {
    pos: Number(raw.get("pos") ?? 0),
    flags: flags & ~O_CLOEXEC,
    cloexec: (flags & O_CLOEXEC) !== 0,
    mntId: Number(raw.get("mnt_id") ?? 0),
    ino: ino === undefined ? undefined : Number(ino),
    raw,
  };
}

/**
 * True when the mode names this file type (S_IFREG, S_IFIFO...). Never fails.
 *
 * @example
 * ```ts
 * import { fstat, pipe2, proc, S_IFIFO } from "forkscope";
 * const [r] = pipe2();
 * console.log(proc.isType(fstat(r).mode, S_IFIFO)); // true
 * ```
 */
export function isType(mode: number, type: number): boolean {
  checkInteger("isType", "mode", mode, 0, 0xffffffff);
  checkInteger("isType", "type", type, 0, 0xffffffff);
  return (mode & S_IFMT) === type;
}

/** All about one descriptor of a process whose directory is `place`. */
export function entryAt(place: Place, prefix: string, fd: number): TableEntry {
  const target = link(place, `${prefix}fd/${fd}`);
  const { pos, flags, cloexec, mntId } = parseFdInfo(text(place, `${prefix}fdinfo/${fd}`));
  return { fd, link: target, pos, flags, cloexec, mntId, ...statOf(place, `${prefix}fd/${fd}`) };
}

/** statx through the link of a descriptor. */
export function statOf(place: Place, path: string): FdStat {
  const block = statx(place, path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS);
  const at = STATX.at;
  return {
    dev: deviceNumber(block.u32(at.stx_dev_major), block.u32(at.stx_dev_minor)),
    ino: block.u64(at.stx_ino),
    mode: block.view.getUint16(at.stx_mode, true),
    size: block.u64(at.stx_size),
    rdev: deviceNumber(block.u32(at.stx_rdev_major), block.u32(at.stx_rdev_minor)),
    nlink: block.u32(at.stx_nlink),
  };
}

/** Joins major and minor as makedev(3) of glibc does; exact for every major below 2^17. */
export function deviceNumber(major: number, minor: number): number {
  const low = (((major & 0xfff) << 8) | (minor & 0xff)) >>> 0;
  const high = Math.floor(minor / 256) * 2 ** 20;
  return low + high + Math.floor(major / 4096) * 2 ** 44;
}
