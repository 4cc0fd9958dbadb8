/**
 * Memory page by page: what is there, whose alone it is, and which pages of two processes are one.
 *
 * @module
 */
import { AT_PAGESZ } from "../../ffi/constants/process.ts";
import { check, libc, scratch, SystemError, errno } from "../../ffi/mod.ts";
import { O_CLOEXEC, O_RDONLY } from "../../ffi/constants/file.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkPid } from "../validate.ts";
import { pidPath } from "./pid.ts";

/** One page of a process. */
export interface Page {
  /** Address of its first byte. */
  address: number;
  /** It is in memory. */
  present: boolean;
  /** It is in swap space. */
  swapped: boolean;
  /** It belongs to a file or to shared memory; else to the process's own (anonymous) memory. */
  file: boolean;
  /** Mapped once: by this process and nobody else. After fork both have it false, until one writes. */
  exclusive: boolean;
  /** Written since the marks were cleared (4 to /proc/pid/clear_refs), or since it was mapped. */
  softDirty: boolean;
  /** Number of the physical page. Undefined when it is not in memory, and when the kernel hides it: only CAP_SYS_ADMIN is told. */
  frame: number | undefined;
}

/** The pages of two processes at one address. */
export interface PagePair {
  address: number;
  a: Page;
  b: Page;
  /**
   * Whether they are one page of physical memory. Without the right to see physical pages: false when either is its process's alone or
   * only one is there; otherwise undefined.
   */
  same: boolean | undefined;
}

/** Pages that one call looks at, at most. */
const MOST = 1 << 20;
const ENTRY = 8;
const BATCH = 4096;
const FRAME_HIGH = 2 ** 23; // of the upper word, the bits that belong to the number of the page (bits 32 to 54)
const BIT = { softDirty: 55 - 32, exclusive: 56 - 32, file: 61 - 32, swapped: 62 - 32, present: 63 - 32 } as const;

let size = 0;

/**
 * Bytes of a page of memory. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man3/getauxval.3.html
 * @example
 * ```ts
 * import { proc } from "forkscope";
 * console.log(proc.pageSize()); // 4096
 * ```
 */
export function pageSize(): number {
  entering("proc.pageSize");
  return sizeOfPage();
}

/**
 * The pages that hold `length` bytes from `start` on, by /proc/pid/pagemap.
 *
 * @param start an address; the page it lies in is the first
 * @param length in bytes, 1 or more; at most 1,048,576 pages
 * @throws {SystemError} ENOENT, ESRCH: no such process; EACCES, EPERM: not allowed to look
 * @see https://man7.org/linux/man-pages/man5/proc_pid_pagemap.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * const [stack] = proc.maps(getpid()).filter(({ path }) => path === "[stack]");
 * if (stack) console.log(proc.pages(getpid(), stack.start, stack.end - stack.start).filter(({ present }) => present).length > 0); // true
 * ```
 */
export function pages(pid: number, start: number, length: number): Page[] {
  entering("proc.pages");
  const [first, count] = range("proc.pages", start, length);
  return readPages(pidPath("proc.pages", pid, "pagemap"), first, count);
}

/**
 * The pages of two processes side by side: which are one page of memory. It makes copy-on-write visible: after fork all are one, and a
 * write parts the page it goes to.
 *
 * Both should be stopped or quiet while it looks. Which physical page it is is told to root alone (CAP_SYS_ADMIN); without, `same` is
 * undefined where it cannot be concluded.
 *
 * @param start an address; the page it lies in is the first
 * @param length in bytes, 1 or more; at most 1,048,576 pages
 * @throws {SystemError} as {@linkcode pages}
 * @see https://man7.org/linux/man-pages/man5/proc_pid_pagemap.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * const [stack] = proc.maps(getpid()).filter(({ path }) => path === "[stack]");
 * const pairs = stack ? proc.pageSharing(getpid(), getpid(), stack.end - 4096, 4096) : [];
 * console.log(pairs.length, pairs.every(({ a, b }) => a.present === b.present)); // 1 true
 * ```
 */
export function pageSharing(a: number, b: number, start: number, length: number): PagePair[] {
  entering("proc.pageSharing");
  checkPid("proc.pageSharing", a, "a");
  checkPid("proc.pageSharing", b, "b");
  const [first, count] = range("proc.pageSharing", start, length);
  const of = readPages(`/proc/${b}/pagemap`, first, count);
  return readPages(`/proc/${a}/pagemap`, first, count).map((page, i) => {
    const other = of[i] ?? absent(page.address);
    return { address: page.address, a: page, b: other, same: a === b ? page.present : sameFrame(page, other) };
  });
}

function sameFrame(a: Page, b: Page): boolean | undefined {
  if (!a.present || !b.present) return a.swapped && b.swapped ? undefined : false;
  if (a.frame !== undefined && b.frame !== undefined) return a.frame === b.frame;
  return a.exclusive || b.exclusive || a.file !== b.file ? false : undefined;
}

/** Number of the first page, and how many. */
function range(call: string, start: number, length: number): [number, number] {
  checkInteger(call, "start", start, 0, Number.MAX_SAFE_INTEGER);
  const bytes = sizeOfPage();
  checkInteger(call, "length", length, 1, Math.min(MOST * bytes, Number.MAX_SAFE_INTEGER - start));
  const first = Math.floor(start / bytes);
  return [first, checkInteger(call, "length", Math.ceil((start + length) / bytes) - first, 1, MOST + 1)];
}

/** The page that an address lies in. */
export function pagesAt(path: string, address: number): Page[] {
  return readPages(path, Math.floor(address / sizeOfPage()), 1);
}

function readPages(path: string, first: number, count: number): Page[] {
  const fd = openFile(path);
  try {
    const found: Page[] = [];
    for (let done = 0; done < count; ) {
      const batch = readBatch(fd, first + done, Math.min(BATCH, count - done));
      // Beyond the end of user space there is nothing.
      if (batch.length === 0) return [...found, ...Array.from({ length: count - done }, (_, i) => absent((first + done + i) * sizeOfPage()))];
      found.push(...batch);
      done += batch.length;
    }
    return found;
  } finally {
    libc().close(fd);
  }
}

function readBatch(fd: number, first: number, count: number): Page[] {
  using room = scratch();
  const block = room.take(count * ENTRY);
  const length = check(libc().pread(fd, block.address, count * ENTRY, first * ENTRY), "pread", [fd, count * ENTRY, first * ENTRY]);
  return Array.from({ length: Math.floor(length / ENTRY) }, (_, i) => pageOf((first + i) * sizeOfPage(), block.u32(i * ENTRY), block.u32(i * ENTRY + 4)));
}

function pageOf(address: number, low: number, high: number): Page {
  const has = (bit: number): boolean => (high & (1 << bit)) !== 0;
  const present = has(BIT.present);
  const frame = low + (high % FRAME_HIGH) * 2 ** 32;
  return {
    address, present, swapped: has(BIT.swapped), file: has(BIT.file), exclusive: has(BIT.exclusive), softDirty: has(BIT.softDirty),
    frame: present && frame !== 0 ? frame : undefined,
  };
}

function absent(address: number): Page {
  return { address, present: false, swapped: false, file: false, exclusive: false, softDirty: false, frame: undefined };
}

function openFile(path: string): number {
  using room = scratch();
  const fd = libc().open(room.string(path), O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) throw new SystemError("open", errno(), [path]);
  return fd;
}

function sizeOfPage(): number {
  return (size ||= libc().getauxval(AT_PAGESZ));
}
