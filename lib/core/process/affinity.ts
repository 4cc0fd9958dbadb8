/** Which processors a process may run on. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { type Block, check, libc, type Scratch, scratch } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkArray, checkInteger } from "../validate.ts";

const MAX_PID = 0x7fffffff;
const WORD = 8;
/** The largest number that a processor can have here. */
export const MAX_CPU = 8191;

/**
 * `sched_getaffinity(pid, cpusetsize, mask)`: the processors that a thread may run on, by number, ascending.
 *
 * @param pid a process (its first thread) or a thread; 0 is the calling thread
 * @throws {SystemError} ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html
 * @example
 * ```ts
 * import { sched_getaffinity } from "forkscope";
 * console.log(sched_getaffinity().length > 0); // true
 * ```
 */
export function sched_getaffinity(pid = 0): number[] {
  entering("sched_getaffinity");
  checkInteger("sched_getaffinity", "pid", pid, 0, MAX_PID);
  using room = scratch();
  const set = room.take((MAX_CPU + 1) >> 3);
  const length = check(libc().syscall(syscallNumber("sched_getaffinity"), pid, set.bytes.length, set.address, 0, 0, 0), "sched_getaffinity", [pid]);
  return Array.from({ length: 8 * length }, (_, cpu) => cpu).filter((cpu) => ((set.bytes[cpu >> 3] ?? 0) & (1 << (cpu & 7))) !== 0);
}

/**
 * `sched_setaffinity(pid, cpusetsize, mask)`: sets the processors that a thread may run on. With pid 0 that is the calling thread alone: the
 * runtime's others keep theirs. Inherited by threads and processes made afterwards; exec keeps it.
 *
 * @param cpus numbers from 0; those that the machine has not are passed over
 * @throws {SystemError} EINVAL: none is left that the machine has, and that may be used. ESRCH. EPERM: another user's process.
 * @see https://man7.org/linux/man-pages/man2/sched_setaffinity.2.html
 * @example
 * ```ts
 * import { sched_getaffinity, sched_setaffinity, spawn } from "forkscope";
 * using child = spawn("/bin/sleep", ["sleep", "30"]);
 * const [first = 0] = sched_getaffinity();
 * sched_setaffinity(child.pid, [first]);
 * console.log(sched_getaffinity(child.pid).length); // 1
 * child.kill();
 * child.wait();
 * ```
 */
export function sched_setaffinity(pid: number, cpus: readonly number[]): void {
  entering("sched_setaffinity");
  checkInteger("sched_setaffinity", "pid", pid, 0, MAX_PID);
  const numbers = checkArray("sched_setaffinity", cpus, "cpus").map((cpu: unknown, i) => checkInteger("sched_setaffinity", `cpus[${i}]`, cpu, 0, MAX_CPU));
  using room = scratch();
  const set = cpuSet(room, numbers);
  check(libc().syscall(syscallNumber("sched_setaffinity"), pid, set.bytes.length, set.address, 0, 0, 0), "sched_setaffinity", [pid, cpus]);
}

/** A cpu_set_t with these processors in it, as long as it has to be. */
export function cpuSet(room: Scratch, cpus: readonly number[]): Block {
  const set = room.take(WORD * (1 + (Math.max(0, ...cpus) >> 6)));
  for (const cpu of cpus) set.bytes[cpu >> 3] = (set.bytes[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return set;
}
