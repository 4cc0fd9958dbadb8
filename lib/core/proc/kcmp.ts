/**
 * kcmp(2): whether two processes share a kernel object. The only way to see which descriptors are one open file description.
 *
 * @module
 */
import type { Functions, Table } from "../../ffi/backend/types.ts";
import { errno, loadMore, SystemError } from "../../ffi/mod.ts";
import { KCMP_FILE } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { entering } from "../tap.ts";
import { checkArray, checkFd, checkInteger, checkObject, checkPid } from "../validate.ts";
import { groupByKernel } from "./group.ts";
import { statOf } from "./fd.ts";
import { ROOT } from "./file.ts";

/** syscall(2) with a result of 32 bits: Deno hands a longer one over as a bigint, which is slow for a call made by the hundred thousand. */
const TABLE = { syscall: { args: ["i64", "i64", "i64", "i64", "i64", "i64", "i64"], result: "i32" } } as const satisfies Table;

let short: Functions<typeof TABLE> | undefined;
let number: number | undefined;

/** A descriptor of a process. */
export interface OpenDescriptor {
  pid: number;
  fd: number;
}

/** 0: the same object; 1: the first sorts lower; 2: the first sorts higher; 3: not the same, and no order. */
export type Comparison = 0 | 1 | 2 | 3;

/**
 * kcmp(pid1, pid2, type, idx1, idx2): compares kernel objects of two processes.
 *
 * @param type KCMP_FILE (descriptors idx1 and idx2), KCMP_VM, KCMP_FILES, KCMP_FS, KCMP_SIGHAND, KCMP_IO, KCMP_SYSVSEM
 * @throws {SystemError} ESRCH: no such process; EBADF: no such descriptor; EPERM: may not ptrace one of them; EINVAL: unknown type; ENOSYS
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 * @since Linux 3.5
 * @example
 * ```ts
 * import { dup, getpid, kcmp, KCMP_FILE } from "forkscope";
 * console.log(kcmp(getpid(), getpid(), KCMP_FILE, 0, dup(0))); // 0
 * ```
 */
export function kcmp(pid1: number, pid2: number, type: number, idx1 = 0, idx2 = 0): Comparison {
  entering("kcmp");
  checkPid("kcmp", pid1, "pid1");
  checkPid("kcmp", pid2, "pid2");
  checkInteger("kcmp", "type", type, 0, 0x7fffffff);
  checkInteger("kcmp", "idx1", idx1, 0, 0xffffffff);
  checkInteger("kcmp", "idx2", idx2, 0, 0xffffffff);
  return compare(pid1, pid2, type, idx1, idx2);
}

/**
 * True when two descriptors, of one process or of two, refer to one open file description.
 *
 * @throws {SystemError} as {@linkcode kcmp}
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 * @since Linux 3.5
 * @example
 * ```ts
 * import { dup, getpid, sameDescription } from "forkscope";
 * const pid = getpid();
 * console.log(sameDescription({ pid, fd: 0 }, { pid, fd: dup(0) })); // true
 * ```
 */
export function sameDescription(a: OpenDescriptor, b: OpenDescriptor): boolean {
  entering("sameDescription");
  return compareFiles(checked("sameDescription", a, "a"), checked("sameDescription", b, "b")) === 0;
}

/**
 * Groups descriptors by open file description: entries that get the same number share one. Numbers count from 0 in
 * order of first appearance.
 *
 * Only entries of one inode are compared, and those are sorted by the kernel's order, so n descriptors cost O(n log n) calls even when
 * all are of one file. Entries may bring their inode ("dev:ino"); it is asked for otherwise.
 *
 * @throws {SystemError} as {@linkcode kcmp}; the processes should be held, or a descriptor may be gone
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 * @since Linux 3.5
 * @example
 * ```ts
 * import { dup, getpid, groupDescriptions, pipe2 } from "forkscope";
 * const [r, w] = pipe2();
 * const pid = getpid();
 * const groups = groupDescriptions([r, w, dup(r)].map((fd) => ({ pid, fd })));
 * console.log(groups.join()); // "0,1,0"
 * ```
 */
export function groupDescriptions(entries: readonly (OpenDescriptor & { inode?: string })[]): number[] {
  entering("groupDescriptions");
  const list = checkArray("groupDescriptions", entries, "entries").map((entry, i) => checked("groupDescriptions", entry, `entries[${i}]`));
  return groupByKernel(list, compareFiles, (entry) => (entry as { inode?: string }).inode ?? inodeOf(entry));
}

function inodeOf({ pid, fd }: OpenDescriptor): string {
  const { dev, ino } = statOf(ROOT, `/proc/${pid}/fd/${fd}`);
  return `${dev}:${ino}`;
}

function checked(call: string, place: OpenDescriptor, name: string): OpenDescriptor {
  checkObject(call, place, name);
  checkPid(call, place.pid, `${name}.pid`);
  checkFd(call, place.fd, `${name}.fd`);
  return place;
}

/** kcmp of two descriptors. */
export function compareFiles(a: OpenDescriptor, b: OpenDescriptor): Comparison {
  return compare(a.pid, b.pid, KCMP_FILE, a.fd, b.fd);
}

/** kcmp of objects that are known to be numbers in range. */
export function compare(pid1: number, pid2: number, type: number, idx1: number, idx2: number): Comparison {
  const result = (short ??= loadMore(TABLE)).syscall((number ??= syscallNumber("kcmp")), pid1, pid2, type, idx1, idx2, 0);
  if (result === -1) throw new SystemError("kcmp", errno(), [pid1, pid2, type, idx1, idx2]);
  return result as Comparison;
}
