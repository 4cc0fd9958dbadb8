/**
 * Who holds the other end of a pipe, a FIFO or a unix socket.
 *
 * @module
 */
import { O_ACCMODE, O_RDWR, O_WRONLY, S_IFIFO, S_IFMT, S_IFSOCK } from "../../ffi/constants/file.ts";
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { statOf } from "./fd.ts";
import { inDirectory, known, numbers, present, ROOT, text, type Unknown } from "./file.ts";
import type { OpenDescriptor } from "./kcmp.ts";
import { fdPath } from "./pid.ts";
import { socketOf } from "./sock_diag.ts";
import { lines } from "./status.ts";

/** The ends of a pipe or FIFO. */
export interface PipeEnds {
  kind: "pipe";
  ino: number;
  /** Descriptors that can be read from, and written to; one opened for both is in both. Without a reader a write raises SIGPIPE; without a writer a read ends. */
  readers: OpenDescriptor[];
  writers: OpenDescriptor[];
  /** Processes whose descriptors may not be read, with the reason, by pid: they may hold an end too. */
  unknown: Unknown;
}

/** The two sides of a unix socket. */
export interface SocketEnds {
  kind: "socket";
  ino: number;
  /** Every descriptor of this side. */
  here: OpenDescriptor[];
  /** Inode of the other side; undefined for a listening, an unconnected or a parted one. */
  peer: number | undefined;
  /** Every descriptor of the other side: none when it waits to be accepted or is in flight. */
  there: OpenDescriptor[];
  unknown: Unknown;
}

/**
 * Who holds the ends of the pipe, FIFO or unix socket behind a descriptor, in all processes that may be looked at.
 *
 * A pipe whose reader waits for ever has a writer left somewhere, often inherited unmeant: this names it.
 *
 * @returns undefined for a descriptor of another kind
 * @throws {SystemError} ENOENT: no such process or descriptor; EACCES
 * @see https://man7.org/linux/man-pages/man7/pipe.7.html
 * @example
 * ```ts
 * import { getpid, pipe2, proc } from "forkscope";
 * const [r, w] = pipe2();
 * const ends = proc.ends(getpid(), r);
 * if (ends?.kind === "pipe") console.log(ends.writers.some(({ pid, fd }) => pid === getpid() && fd === w)); // true
 * ```
 */
export function ends(pid: number, fd: number): PipeEnds | SocketEnds | undefined {
  entering("proc.ends");
  const { mode, dev, ino } = statOf(ROOT, fdPath("proc.ends", pid, "fd", fd));
  const unknown: Record<string, string> = {};
  if ((mode & S_IFMT) === S_IFIFO) {
    const found = holdersOf(dev, [ino], unknown);
    const can = (access: number): OpenDescriptor[] => found.filter((one) => one.access === access || one.access === O_RDWR).map(({ pid: holder, fd: number }) => ({ pid: holder, fd: number }));
    return { kind: "pipe", ino, readers: can(0), writers: can(O_WRONLY), unknown };
  }
  if ((mode & S_IFMT) !== S_IFSOCK) return undefined;
  const peer = peerOf(ino);
  if (peer === undefined) return undefined;
  const found = holdersOf(dev, [ino, peer.peer ?? 0], unknown);
  const of = (inode: number | undefined): OpenDescriptor[] => found.filter((one) => one.ino === inode).map(({ pid: holder, fd: number }) => ({ pid: holder, fd: number }));
  return { kind: "socket", ino, here: of(ino), peer: peer.peer, there: of(peer.peer), unknown };
}

/** The other side of a unix socket; undefined for a socket of another kind. */
function peerOf(ino: number): { peer?: number } | undefined {
  try {
    return socketOf(ino);
  } catch (error) {
    if (error instanceof SystemError && error.errno === ERRNO.ENOENT) return undefined;
    throw error;
  }
}

/** Descriptors of these inodes of a device, in every process that may be looked at. */
function holdersOf(dev: number, inodes: readonly number[], unknown: Record<string, string>): (OpenDescriptor & { ino: number; access: number })[] {
  return present(numbers(ROOT, "/proc"), (pid) => inDirectory(`/proc/${pid}`, (place) =>
    known(unknown, String(pid), () => present(numbers(place, "fd"), (fd) => {
      const found = statOf(place, `fd/${fd}`);
      if (found.dev !== dev || !inodes.includes(found.ino)) return undefined;
      const flags = Number.parseInt(lines(text(place, `fdinfo/${fd}`)).get("flags") ?? "0", 8);
      return { pid, fd, ino: found.ino, access: flags & O_ACCMODE };
    })) ?? [])).flat().filter((found) => found !== undefined);
}
