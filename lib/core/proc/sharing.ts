/**
 * What two processes, or two threads, share: memory, descriptor table, directory and umask, dispositions of signals.
 *
 * @module
 */
import { KCMP_FILES, KCMP_FS, KCMP_IO, KCMP_SIGHAND, KCMP_SYSVSEM, KCMP_VM } from "../../ffi/constants/file.ts";
import { entering } from "../tap.ts";
import { checkArray, checkInteger, checkPid, outOfRange } from "../validate.ts";
import { known, ROOT, text, type Unknown } from "./file.ts";
import { groupByKernel } from "./group.ts";
import { compare } from "./kcmp.ts";
import { parseStat } from "./stat.ts";

/** What two processes share. A field is undefined where it may not be known; `unknown` says why. */
export interface Sharing {
  /** The address space (CLONE_VM). */
  vm: boolean | undefined;
  /** The descriptor table (CLONE_FILES). */
  files: boolean | undefined;
  /** Current directory, root and umask (CLONE_FS). */
  fs: boolean | undefined;
  /** The dispositions of signals (CLONE_SIGHAND). */
  sighand: boolean | undefined;
  /** The I/O context (CLONE_IO). */
  io: boolean | undefined;
  /** The list of System V semaphore undo values (CLONE_SYSVSEM). */
  sysvsem: boolean | undefined;
  unknown: Unknown;
}

const TYPES = { vm: KCMP_VM, files: KCMP_FILES, fs: KCMP_FS, sighand: KCMP_SIGHAND, io: KCMP_IO, sysvsem: KCMP_SYSVSEM } as const;
/** Made only when needed: kcmp calls two processes that have none equal. */
const LAZY: readonly string[] = ["io", "sysvsem"];
const NEITHER = "equal: one and the same, or neither has any";

/**
 * What two processes share, by kcmp(2); threads are named by their ids.
 *
 * After fork nothing of it is shared (the pages of memory are, until one writes: {@linkcode pageSharing}); threads of a process share all.
 *
 * @throws {SystemError} ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 * @example
 * ```ts
 * import { getpid, getppid, proc } from "forkscope";
 * console.log(proc.sharing(getpid(), getpid()).vm); // true
 * console.log(proc.sharing(getpid(), getppid()).vm); // false, or undefined where the parent may not be looked at
 * ```
 */
export function sharing(a: number, b: number): Sharing {
  entering("proc.sharing");
  checkPid("proc.sharing", a, "a");
  checkPid("proc.sharing", b, "b");
  const unknown: Record<string, string> = {};
  const ended = [a, b].find((pid) => parseStat(text(ROOT, `/proc/${pid}/stat`)).state === "Z");
  const one = (name: keyof typeof TYPES): boolean | undefined => {
    if (ended !== undefined && name !== "sighand") {
      unknown[name] = `process ${ended} has ended and has none`;
      return undefined;
    }
    const same = known(unknown, name, () => compare(a, b, TYPES[name], 0, 0) === 0);
    if (same !== true || a === b || !LAZY.includes(name)) return same;
    unknown[name] = NEITHER;
    return undefined;
  };
  return { vm: one("vm"), files: one("files"), fs: one("fs"), sighand: one("sighand"), io: one("io"), sysvsem: one("sysvsem"), unknown };
}

/**
 * Groups processes by a kernel object that they share: those that get the same number share one. Numbers count from 0 in order of first
 * appearance. n processes cost O(n log n) calls.
 *
 * @param type KCMP_VM, KCMP_FILES, KCMP_FS, KCMP_SIGHAND, KCMP_IO or KCMP_SYSVSEM; of the last two, and of zombies, those that have
 *   none count as sharing
 * @throws {SystemError} ESRCH: one of them is gone; EPERM: one may not be looked at
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 * @example
 * ```ts
 * import { getpid, KCMP_FILES, proc } from "forkscope";
 * const threads = proc.threads(getpid());
 * console.log(new Set(proc.groupProcesses(threads, KCMP_FILES)).size); // 1: they share one descriptor table
 * ```
 */
export function groupProcesses(pids: readonly number[], type: number): number[] {
  entering("proc.groupProcesses");
  const list = checkArray("proc.groupProcesses", pids, "pids").map((pid, i) => checkPid("proc.groupProcesses", pid, `pids[${i}]`));
  checkInteger("proc.groupProcesses", "type", type, 0, 0x7fffffff);
  if (!Object.values<number>(TYPES).includes(type)) throw outOfRange("proc.groupProcesses", "type", type, "KCMP_VM, KCMP_FILES, KCMP_FS, KCMP_SIGHAND, KCMP_IO or KCMP_SYSVSEM");
  if (list.length === 1) compare(list[0] ?? 0, list[0] ?? 0, type, 0, 0); // one alone is looked at too
  return groupByKernel(list, (a, b) => compare(a, b, type, 0, 0));
}

