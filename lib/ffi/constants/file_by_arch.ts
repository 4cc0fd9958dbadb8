/** Numbers of open(2) that differ between machines. @module */

/** Flags whose value depends on the machine. */
export const OPEN_BY_ARCH = {
  x86_64: { O_DIRECT: 0o40000, O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000, O_TMPFILE: 0o20200000 },
  aarch64: { O_DIRECT: 0o200000, O_DIRECTORY: 0o40000, O_NOFOLLOW: 0o100000, O_TMPFILE: 0o20040000 },
} as const;
