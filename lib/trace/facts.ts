/**
 * What /proc and socket diagnosis say about one descriptor of a held process.
 *
 * @module
 */
import { isGone, ROOT, text } from "../core/proc/file.ts";
import { fdInfo, fdStat, fdEntry, type TableEntry } from "../core/proc/fd.ts";
import { comm, cwd } from "../core/proc/process.ts";
import { type UnixSocket, unixSocket } from "../core/proc/sock_diag.ts";
import { SystemError } from "../ffi/mod.ts";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from "../ffi/constants/file.ts";
import type { FdFacts, InodeType, Op } from "../model/event.ts";
import { blockedSignals } from "./ptrace.ts";

const TYPES = new Map<number, InodeType>([
  [S_IFREG, "file"], [S_IFDIR, "directory"], [S_IFCHR, "char"], [S_IFBLK, "block"], [S_IFSOCK, "socket"], [S_IFLNK, "link"],
]);
export const UNIX_TYPES = new Map([[1, "unix stream"], [2, "unix dgram"], [5, "unix seqpacket"]]);

/** Offset and size behind a descriptor whose file has them. */
export interface Position {
  pos: number;
  size: number;
}

/** What decoding asks about processes: answered from /proc for one that is held, from what was noted for one that runs on. */
export interface Facts {
  /** All about one descriptor; undefined when it is not there. `socket` names a socket just made. */
  fd(pid: number, fd: number, socket?: string): FdFacts | undefined;
  /** Offset and size, for a regular file or block device only. */
  position(pid: number, fd: number): Position | undefined;
  /** Offset alone: the call did not change the size. */
  offset(pid: number, fd: number): number | undefined;
  /** Inode key of a connected unix socket's peer. */
  peer(pid: number, fd: number): string | undefined;
  /** What a socket is, "unix stream", when it is known. */
  socketName(pid: number, fd: number): string | undefined;
  /** The process a pidfd names; undefined for another descriptor. */
  pidOf(pid: number, fd: number): number | undefined;
  /** Working directory. */
  cwd(pid: number): string | undefined;
  /** Name of a thread. */
  name(tid: number): string | undefined;
  /** Signals that a thread blocks. */
  blocked(tid: number): number[] | undefined;
}

/** Reads facts of descriptors and remembers the little that cannot be asked twice. */
export class FactReader implements Facts {
  /** Domain and type of sockets by inode, as their socket call named them. */
  readonly #sockets = new Map<string, string>();
  /** Whether a descriptor has an offset, per process; forgotten when its table changes. */
  readonly #seekable = new Map<number, Map<number, boolean>>();

  fd(pid: number, fd: number, socket?: string): FdFacts | undefined {
    return ifThere(fd, () => this.entry(fdEntry(pid, fd), socket));
  }

  /** The same from an entry already read. `known` saves asking about each socket when all were asked for. */
  entry(from: TableEntry, socket?: string, known?: ReadonlyMap<number, UnixSocket>): FdFacts {
    const type = typeOf(from.mode, from.link);
    const { fd, link, flags, cloexec, pos } = from;
    const facts: FdFacts = { fd, link, inode: `${from.dev}:${from.ino}`, type, flags, cloexec, pos: type === "file" || type === "block" ? pos : 0 };
    if (type === "file") facts.size = from.size;
    if (type === "socket") this.#describe(facts, from, socket, known);
    return facts;
  }

  position(pid: number, fd: number): Position | undefined {
    return ifThere(fd, () => (this.#hasOffset(pid, fd) ? { pos: offsetOf(pid, fd), size: fdStat(pid, fd).size } : undefined));
  }

  offset(pid: number, fd: number): number | undefined {
    return ifThere(fd, () => (this.#hasOffset(pid, fd) ? offsetOf(pid, fd) : undefined));
  }

  peer(pid: number, fd: number): string | undefined {
    return this.fd(pid, fd)?.peer;
  }

  socketName(pid: number, fd: number): string | undefined {
    return this.fd(pid, fd)?.socket;
  }

  pidOf(pid: number, fd: number): number | undefined {
    return ifThere(fd, () => {
      const named = Number(fdInfo(pid, fd).raw.get("Pid"));
      return named > 0 ? named : undefined;
    });
  }

  cwd(pid: number): string {
    return cwd(pid);
  }

  name(tid: number): string {
    return comm(tid);
  }

  blocked(tid: number): number[] {
    return blockedSignals(tid);
  }

  /** A process's table changed at this number (absent: anywhere). */
  changed(pid: number, fd?: number): void {
    if (fd === undefined) this.#seekable.delete(pid);
    else this.#seekable.get(pid)?.delete(fd);
  }

  /** A call succeeded: what it did to the table makes some of what was read stale. */
  did(pid: number, op: Op): void {
    switch (op.op) {
      case "open": case "accept": return this.changed(pid, op.file.fd);
      case "pair": case "receive": case "close_range": case "unshare": return this.changed(pid);
      case "dup": return this.changed(pid, op.to);
      case "close": return this.changed(pid, op.fd);
    }
  }

  #hasOffset(pid: number, fd: number): boolean {
    let table = this.#seekable.get(pid);
    if (!table) this.#seekable.set(pid, (table = new Map()));
    let has = table.get(fd);
    if (has === undefined) {
      const type = fdStat(pid, fd).mode & S_IFMT;
      has = type === S_IFREG || type === S_IFBLK;
      table.set(fd, has);
    }
    return has;
  }

  #describe(facts: FdFacts, from: TableEntry, socket: string | undefined, known: ReadonlyMap<number, UnixSocket> | undefined): void {
    if (socket !== undefined) this.#sockets.set(facts.inode, socket);
    const diag = known ? known.get(from.ino) : askUnix(from.ino);
    const name = this.#sockets.get(facts.inode) ?? (diag && UNIX_TYPES.get(diag.type));
    if (name !== undefined) facts.socket = name;
    if (diag?.address !== undefined) facts.address = diag.address;
    if (diag?.peer !== undefined) facts.peer = `${from.dev}:${diag.peer}`;
  }
}

/** What a process gives as a descriptor may be any number; undefined where there is none of it. */
function ifThere<T>(fd: number, read: () => T): T | undefined {
  if (fd < 0) return undefined;
  try {
    return read();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The first line of fdinfo: "pos:\t1024". */
function offsetOf(pid: number, fd: number): number {
  return Number.parseInt(text(ROOT, `/proc/${pid}/fdinfo/${fd}`).slice("pos:".length), 10);
}

function askUnix(inode: number): UnixSocket | undefined {
  try {
    return unixSocket(inode);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

/** Anonymous inodes have no type bits; a pipe has no name in any directory. */
export function typeOf(mode: number, link: string): InodeType {
  const type = mode & S_IFMT;
  if (type === S_IFIFO) return link.startsWith("pipe:") ? "pipe" : "fifo";
  if (link.startsWith("anon_inode:") || link.startsWith("pidfd:")) return "anon";
  return TYPES.get(type) ?? "anon";
}
