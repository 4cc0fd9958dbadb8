/** Layouts of files, directories and descriptors. @module */
import { layout } from "./layout.ts";

/** struct statx: the same on every machine. */
export const STATX = layout("sys/stat.h", "struct statx", 256, {
  stx_mask: 0,
  stx_blksize: 4,
  stx_attributes: 8,
  stx_nlink: 16,
  stx_uid: 20,
  stx_gid: 24,
  stx_mode: 28,
  stx_ino: 32,
  stx_size: 40,
  stx_blocks: 48,
  "stx_atime.tv_sec": 64,
  "stx_ctime.tv_sec": 96,
  "stx_mtime.tv_sec": 112,
  stx_rdev_major: 128,
  stx_rdev_minor: 132,
  stx_dev_major: 136,
  stx_dev_minor: 140,
});

/** struct linux_dirent64 of getdents64(2), as glibc's dirent64: `d_name` is NUL-terminated. */
export const DIRENT64 = layout("dirent.h", "struct dirent64", 280, {
  d_ino: 0,
  d_off: 8,
  d_reclen: 16,
  d_type: 18,
  d_name: 19,
});

/** struct pollfd of poll(2). */
export const POLLFD = layout("poll.h", "struct pollfd", 8, { fd: 0, events: 4, revents: 6 });

/** struct stat, which differs between machines (statx does not: prefer it). */
export const STAT = {
  x86_64: layout("sys/stat.h", "struct stat", 144, {
    st_dev: 0,
    st_ino: 8,
    st_nlink: 16,
    st_mode: 24,
    st_uid: 28,
    st_gid: 32,
    st_rdev: 40,
    st_size: 48,
    st_blksize: 56,
    st_blocks: 64,
  }),
  aarch64: layout("sys/stat.h", "struct stat", 128, {
    st_dev: 0,
    st_ino: 8,
    st_mode: 16,
    st_nlink: 20,
    st_uid: 24,
    st_gid: 28,
    st_rdev: 32,
    st_size: 48,
    st_blksize: 56,
    st_blocks: 64,
  }),
};
