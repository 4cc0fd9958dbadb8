/**
 * What the kernel says of processes and descriptors as they stand, for events that begin or change them.
 *
 * @module
 */

/** What one descriptor table entry and the description behind it look like in /proc. */
export interface FdFacts {
  /** Number in its table. */
  fd: number;
  /** Text of /proc/pid/fd/N: a path, "pipe:[123]", "socket:[123]", "anon_inode:[eventfd]". */
  link: string;
  /** Device and inode number as decimal text "dev:ino" (st_dev and st_ino). */
  inode: string;
  /** File type by st_mode. */
  type: InodeType;
  /** Status flags and access mode of the description (fdinfo `flags` without O_CLOEXEC), as a number. */
  flags: number;
  /** Close-on-exec mark of this table entry. */
  cloexec: boolean;
  /** File offset in bytes (fdinfo `pos`); 0 where an offset means nothing. */
  pos: number;
  /** Size in bytes for a regular file. */
  size?: number;
  /** Socket: domain and type by name, e.g. "unix stream". */
  socket?: string;
  /** Socket: bound address, e.g. "/tmp/x.sock" or "@abstract" . */
  address?: string;
  /** Unix socket: inode key ("dev:ino") of the connected peer, when the kernel told. */
  peer?: string;
  /** Opened by the language runtime for itself; folded away by default. */
  runtime?: true;
  /** Snapshot only: entries with the same number are one open file description (kcmp). */
  group?: number;
}

/** Kinds of inode the figure can draw. */
export type InodeType = "file" | "directory" | "char" | "block" | "pipe" | "fifo" | "socket" | "link" | "anon";

/** Signal sets as sorted arrays of numbers 1..64. */
export interface SignalSets {
  blocked: number[];
  ignored: number[];
  caught: number[];
  /** Pending for the thread or for the process, joined. */
  pending: number[];
}

/** One process as /proc shows it. */
export interface ProcessFacts {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  /** Start time in clock ticks since boot (field 22 of stat): with the pid it names a process for good. */
  start: number;
  /** One letter of /proc/pid/stat: R S D T t Z X. */
  state: string;
  /** /proc/pid/comm. */
  name: string;
  /** /proc/pid/exe, when it may be read. */
  exe?: string;
  argv?: string[];
  cwd?: string;
  signals?: SignalSets;
  /** Threads other than the leader. */
  threads?: number[];
  /** It runs, or ran, a 32-bit program, whose calls are not seen. */
  bits?: 32;
  fds: FdFacts[];
}

/** A state of the tree taken from /proc and kcmp while it was held. */
export interface Snapshot {
  processes: ProcessFacts[];
  /** What could not be read, in words ("fd table of 812: EACCES"). */
  unknown: string[];
}
