/**
 * The mappings of a process and what its memory takes: /proc/pid/maps and smaps_rollup.
 *
 * @module
 */
import { entering } from "../tap.ts";
import { ROOT, text } from "./file.ts";
import { pidPath } from "./pid.ts";
import { lines } from "./status.ts";

/** One mapping. */
export interface Mapping {
  /** First address, and the first after it. */
  start: number;
  end: number;
  readable: boolean;
  writable: boolean;
  executable: boolean;
  /** MAP_SHARED; else private, copied when written. */
  shared: boolean;
  /** Where in the file it begins, in bytes. */
  offset: number;
  /** Device as "major:minor" in hexadecimal, as the kernel writes it. */
  dev: string;
  /** Inode; 0 for none. Of a System V segment, its identifier. */
  ino: number;
  /** A path, "[heap]", "[stack]", "/SYSV00000000 (deleted)"; "" for anonymous memory. */
  path: string;
}

/** What the memory of a process takes, in bytes. */
export interface MemoryUse {
  /** Resident: in memory. */
  rss: number;
  /** Resident, each page divided by the number of its users. */
  pss: number;
  /** Of the resident: pages that others use too, and pages that are this process's alone, unwritten and written. */
  sharedClean: number;
  sharedDirty: number;
  privateClean: number;
  privateDirty: number;
  /** Anonymous memory that is in memory: heaps, stacks, what was written in private mappings. */
  anonymous: number;
  swap: number;
  locked: number;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (.)(.)(.)(.) ([0-9a-f]+) (\S+) (\d+) *(.*)$/;

/**
 * Mappings of a process, ascending.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process; EACCES, EPERM: not allowed to look
 * @see https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.maps(getpid()).some(({ path }) => path === "[stack]")); // true
 * ```
 */
export function maps(pid: number): Mapping[] {
  entering("proc.maps");
  return parseMaps(text(ROOT, pidPath("proc.maps", pid, "maps")));
}

/** Reads the text of /proc/pid/maps. */
export function parseMaps(content: string): Mapping[] {
  return content.split("\n").flatMap((line) => {
    const found = LINE.exec(line);
    if (!found) return [];
    const [, start = "", end = "", r, w, x, p, offset = "", dev = "", ino, path = ""] = found;
    const hex = (digits: string): number => Number.parseInt(digits, 16);
    return [{ start: hex(start), end: hex(end), readable: r === "r", writable: w === "w", executable: x === "x", shared: p === "s", offset: hex(offset), dev, ino: Number(ino), path }];
  });
}

/**
 * What the memory of a process takes, summed over its mappings.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process, or one without memory (a zombie, a kernel thread); EACCES: not allowed to look
 * @see https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * const { rss, pss } = proc.memoryUse(getpid());
 * console.log(rss >= pss); // true
 * ```
 */
export function memoryUse(pid: number): MemoryUse {
  entering("proc.memoryUse");
  const found = lines(text(ROOT, pidPath("proc.memoryUse", pid, "smaps_rollup")));
  const bytes = (name: string): number => Number.parseInt(found.get(name) ?? "0", 10) * 1024;
  return {
    rss: bytes("Rss"), pss: bytes("Pss"), sharedClean: bytes("Shared_Clean"), sharedDirty: bytes("Shared_Dirty"), privateClean: bytes("Private_Clean"),
    privateDirty: bytes("Private_Dirty"), anonymous: bytes("Anonymous"), swap: bytes("Swap"), locked: bytes("Locked"),
  };
}
