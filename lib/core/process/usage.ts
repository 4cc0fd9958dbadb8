/** What processes have used: time, memory, faults, switches. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { RUSAGE } from "../../ffi/layout/process.ts";
import { type Block, check, errno, ERRNO, libc, scratch } from "../../ffi/mod.ts";
import { interruptible, safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { takeAny } from "./any_child.ts";
import { reaped } from "./children.ts";
import { waitStatus } from "./status.ts";
import { checkWaitpid, type NothingYet, type Waited } from "./wait.ts";
import { P_ALL, P_PGID, WCONTINUED, WEXITED, WNOHANG, WUNTRACED } from "./waitid_call.ts";

/**
 * Of whom {@linkcode getrusage} tells.
 *
 * @see https://man7.org/linux/man-pages/man2/getrusage.2.html
 */

/** This process, all its threads. */
export const RUSAGE_SELF = 0;
/** Its children that have ended and were waited for, and theirs. */
export const RUSAGE_CHILDREN = -1;
/** The calling thread. */
export const RUSAGE_THREAD = 1;

const KIB = 1024;

/** Resources used. */
export interface ResourceUsage {
  /** Processor time in the program, in milliseconds. */
  userTime: number;
  /** Processor time in the kernel, in milliseconds. */
  systemTime: number;
  /** Largest resident set, in bytes; of children that of the largest one. */
  maxResident: number;
  /** Page faults that needed no reading, and those that did. */
  minorFaults: number;
  majorFaults: number;
  /** Blocks of 512 bytes read from and written to file systems. */
  blocksIn: number;
  blocksOut: number;
  /** How often it gave up the processor to wait, and how often it was taken away. */
  voluntarySwitches: number;
  involuntarySwitches: number;
}

/** A child that changed state, and what it has used. */
export interface WaitedUsage extends Waited {
  usage: ResourceUsage;
}

/**
 * `getrusage(who, usage)`: what this process, its ended children or the calling thread has used.
 *
 * @param who RUSAGE_SELF (0), RUSAGE_CHILDREN (-1) or RUSAGE_THREAD (1)
 * @throws {RangeError} another number
 * @see https://man7.org/linux/man-pages/man2/getrusage.2.html
 * @example
 * ```ts
 * import { getrusage, RUSAGE_SELF } from "forkscope";
 * console.log(getrusage(RUSAGE_SELF).maxResident > 0); // true
 * ```
 */
export function getrusage(who: number): ResourceUsage {
  entering("getrusage");
  checkInteger("getrusage", "who", who, RUSAGE_CHILDREN, RUSAGE_THREAD);
  using room = scratch();
  const usage = room.take(RUSAGE.size);
  check(libc().syscall(syscallNumber("getrusage"), who, usage.address, 0, 0, 0, 0), "getrusage", [who]);
  return usageIn(usage);
}

/**
 * `wait4(pid, wstatus, options, rusage)`: as {@linkcode waitpid}, and tells what the child has used, with its own children that it waited for.
 *
 * @returns with WNOHANG `{ pid: 0, status: undefined }` while no child has changed state
 * @throws {SystemError} ECHILD: no such child, or it was reaped before
 * @see https://man7.org/linux/man-pages/man2/wait4.2.html
 * @example
 * ```ts
 * import { spawn, wait4 } from "forkscope";
 * const { pid } = spawn("/bin/sh", ["sh", "-c", "exit 3"]);
 * const { status, usage } = wait4(pid);
 * console.log(status.kind, usage.maxResident > 0); // exited true
 * ```
 */
export function wait4(pid: number): WaitedUsage;
export function wait4(pid: number, options: number): WaitedUsage | NothingYet;
export function wait4(pid: number, options = 0): WaitedUsage | NothingYet {
  entering("wait4");
  checkWaitpid("wait4", pid, options, WNOHANG | WUNTRACED | WCONTINUED);
  return take(pid, options) ?? { pid: 0, status: undefined };
}

function take(pid: number, options: number): WaitedUsage | undefined {
  if (pid > 0) return reap(pid, options);
  const [type, id] = pid === -1 ? [P_ALL, 0] : [P_PGID, -pid + 0];
  return takeAny("wait4", [pid, options], type, id, WEXITED | options, (child, nohang) => reap(child, options | nohang));
}

function reap(pid: number, options: number): WaitedUsage | undefined {
  using room = scratch();
  const raw = room.take(4);
  const usage = room.take(RUSAGE.size);
  for (;;) {
    const found = interruptible(() => libc().wait4(pid, raw.address, options, usage.address));
    if (found === 0) return undefined;
    if (found > 0) return noted({ pid: found, status: waitStatus(raw.i32(0)), usage: usageIn(usage) });
    if (errno() === ERRNO.ECHILD) reaped(pid);
    if (errno() !== ERRNO.EINTR) check(-1, "wait4", [pid, options]);
    safePoint();
  }
}

function noted(found: WaitedUsage): WaitedUsage {
  if (found.status.kind === "exited" || found.status.kind === "signaled") reaped(found.pid);
  return found;
}

function usageIn(block: Block): ResourceUsage {
  const { at } = RUSAGE;
  const time = (offset: number): number => block.i64(offset) * 1000 + block.i64(offset + 8) / 1000;
  return {
    userTime: time(at.ru_utime),
    systemTime: time(at.ru_stime),
    maxResident: block.i64(at.ru_maxrss) * KIB,
    minorFaults: block.i64(at.ru_minflt),
    majorFaults: block.i64(at.ru_majflt),
    blocksIn: block.i64(at.ru_inblock),
    blocksOut: block.i64(at.ru_oublock),
    voluntarySwitches: block.i64(at.ru_nvcsw),
    involuntarySwitches: block.i64(at.ru_nivcsw),
  };
}
