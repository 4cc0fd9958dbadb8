/** Resource limits. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { type Block, check, libc, scratch } from "../../ffi/mod.ts";
import { RLIMIT } from "../../ffi/layout/process.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { writeLimits } from "./limits_struct.ts";

/**
 * Resources of {@linkcode getrlimit}, {@linkcode setrlimit} and {@linkcode prlimit}.
 *
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */

/** Processor time, in seconds. */
export const RLIMIT_CPU = 0;
/** Largest file, in bytes. */
export const RLIMIT_FSIZE = 1;
/** Data segment, in bytes. */
export const RLIMIT_DATA = 2;
/** Stack of the first thread, in bytes. */
export const RLIMIT_STACK = 3;
/** Largest core file, in bytes. */
export const RLIMIT_CORE = 4;
/** Resident set, in bytes; without effect. */
export const RLIMIT_RSS = 5;
/** Processes of this user id. */
export const RLIMIT_NPROC = 6;
/** One more than the highest descriptor number. */
export const RLIMIT_NOFILE = 7;
/** Locked memory, in bytes. */
export const RLIMIT_MEMLOCK = 8;
/** Address space, in bytes. A runtime reserves far more than it uses. */
export const RLIMIT_AS = 9;
/** File locks; without effect. */
export const RLIMIT_LOCKS = 10;
/** Signals queued for this user id. */
export const RLIMIT_SIGPENDING = 11;
/** POSIX message queues of this user id, in bytes. */
export const RLIMIT_MSGQUEUE = 12;
/** 20 less the lowest nice value that may be set. */
export const RLIMIT_NICE = 13;
/** Highest real-time priority. */
export const RLIMIT_RTPRIO = 14;
/** Real-time processor time without a blocking call, in microseconds. */
export const RLIMIT_RTTIME = 15;

const MAX_PID = 0x7fffffff;
const WORD = 0xffffffff;

/** A soft and a hard limit; `Infinity` is RLIM_INFINITY. */
export interface Limits {
  soft: number;
  hard: number;
}

/**
 * `getrlimit(resource, rlim)`: the limits of this process. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 * @example
 * ```ts
 * import { getrlimit, RLIMIT_NOFILE } from "forkscope";
 * console.log(getrlimit(RLIMIT_NOFILE).soft > 0); // true
 * ```
 */
export function getrlimit(resource: number): Limits {
  entering("getrlimit");
  checkResource("getrlimit", resource);
  using room = scratch();
  const block = room.take(RLIMIT.size);
  check(libc().getrlimit(resource, block.address), "getrlimit", [resource]);
  return read(block);
}

/**
 * `setrlimit(resource, rlim)`: sets the limits of this process; children inherit them.
 *
 * @throws {SystemError} EINVAL: the soft limit is above the hard one; EPERM: the hard limit would rise, without privilege
 * @see https://man7.org/linux/man-pages/man2/setrlimit.2.html
 * @example
 * ```ts
 * import { getrlimit, RLIMIT_CORE, setrlimit } from "forkscope";
 * setrlimit(RLIMIT_CORE, { ...getrlimit(RLIMIT_CORE), soft: 0 });
 * ```
 */
export function setrlimit(resource: number, limits: Limits): void {
  entering("setrlimit");
  checkResource("setrlimit", resource);
  using room = scratch();
  const block = room.take(RLIMIT.size);
  writeLimits("setrlimit", block, limits);
  check(libc().setrlimit(resource, block.address), "setrlimit", [resource, limits.soft, limits.hard]);
}

/**
 * `prlimit(pid, resource, new, old)`: sets the limits of a process where given, and gives those before, in one step. Linux 2.6.36.
 *
 * @param pid a process; 0 is the caller
 * @throws {SystemError} EINVAL: soft above hard. EPERM: a hard limit would rise, or another user's process, without privilege. ESRCH.
 * @see https://man7.org/linux/man-pages/man2/prlimit.2.html
 * @example
 * ```ts
 * import { prlimit, RLIMIT_NOFILE, spawn } from "forkscope";
 * using child = spawn("/bin/sleep", ["sleep", "30"]);
 * prlimit(child.pid, RLIMIT_NOFILE, { soft: 10, hard: 10 });
 * console.log(prlimit(child.pid, RLIMIT_NOFILE).hard); // 10
 * child.kill();
 * child.wait();
 * ```
 */
export function prlimit(pid: number, resource: number, limits?: Limits): Limits {
  entering("prlimit");
  checkInteger("prlimit", "pid", pid, 0, MAX_PID);
  checkResource("prlimit", resource);
  using room = scratch();
  const after = room.take(RLIMIT.size);
  const before = room.take(RLIMIT.size);
  if (limits !== undefined) writeLimits("prlimit", after, limits);
  const call = syscallNumber("prlimit64");
  const args = [pid, resource, ...(limits === undefined ? [] : [limits.soft, limits.hard])];
  check(libc().syscall(call, pid, resource, limits === undefined ? 0 : after.address, before.address, 0, 0), "prlimit", args);
  return read(before);
}

function checkResource(call: string, resource: number): void {
  checkInteger(call, "resource", resource, RLIMIT_CPU, RLIMIT_RTTIME);
}

function read(block: Block): Limits {
  const limit = (at: number): number => (block.u32(at) === WORD && block.u32(at + 4) === WORD ? Infinity : block.u64(at));
  return { soft: limit(RLIMIT.at.rlim_cur), hard: limit(RLIMIT.at.rlim_max) };
}
