/**
 * kcmp(2): whether two processes share a kernel object. The only way to see which descriptors are one open file description.
 *
 * @module
 */
import { check, libc } from "../../ffi/mod.ts";
import { KCMP_FILE } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { entering } from "../tap.ts";
import { checkArray, checkFd, checkInteger, checkObject, checkPid } from "../validate.ts";
import { fdStat } from "./fd.ts";

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
 * Within a bucket of equal inode each entry is placed by binary search among the descriptions found so far, so n
 * descriptors cost O(n log n) calls. Entries may bring their inode ("dev:ino"); it is asked for otherwise.
 *
 * @throws {SystemError} as {@linkcode kcmp}; the processes should be held, or a descriptor may be gone
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
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
  const buckets = new Map<string, Bucket>();
  let next = 0;
  return checkArray("groupDescriptions", entries, "entries").map((entry, i) => {
    checked("groupDescriptions", entry, `entries[${i}]`);
    const key = entry.inode ?? inodeOf(entry);
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = []));
    const { at, found } = search(bucket, entry);
    if (found) return found.group;
    bucket.splice(at, 0, { entry, group: next });
    return next++;
  });
}

/** Descriptions of one inode, in the kernel's order: a member of each, and its group. */
type Bucket = { entry: OpenDescriptor; group: number }[];

function search(bucket: Bucket, entry: OpenDescriptor): { at: number; found?: Bucket[number] } {
  let low = 0;
  let high = bucket.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const member = bucket[middle];
    if (!member) break;
    const order = compareFiles(entry, member.entry);
    if (order === 0) return { at: middle, found: member };
    if (order === 1) high = middle;
    else low = middle + 1;
  }
  return { at: low };
}

function inodeOf({ pid, fd }: OpenDescriptor): string {
  const { dev, ino } = fdStat(pid, fd);
  return `${dev}:${ino}`;
}

function checked(call: string, place: OpenDescriptor, name: string): OpenDescriptor {
  checkObject(call, place, name);
  checkPid(call, place.pid, `${name}.pid`);
  checkFd(call, place.fd, `${name}.fd`);
  return place;
}

function compareFiles(a: OpenDescriptor, b: OpenDescriptor): Comparison {
  return compare(a.pid, b.pid, KCMP_FILE, a.fd, b.fd);
}

function compare(pid1: number, pid2: number, type: number, idx1: number, idx2: number): Comparison {
  const result = libc().syscall(syscallNumber("kcmp"), pid1, pid2, type, idx1, idx2, 0);
  return check(result, "kcmp", [pid1, pid2, type, idx1, idx2]) as Comparison;
}
