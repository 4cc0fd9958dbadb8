/**
 * Zombies, and whose duty it is to reap them.
 *
 * @module
 */
import { ERRNO, errno, errnoCode, errnoMessage, libc } from "../../ffi/mod.ts";
import { KCMP_VM } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { waitStatus, type WaitStatus } from "../process/status.ts";
import { SIGNALS } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { inDirectory, isGone, known, numbers, present, ROOT, text, type Unknown } from "./file.ts";
import { parseStat } from "./stat.ts";
import { parseStatus } from "./status.ts";

/** A process that has ended and was not reaped. */
export interface Zombie {
  pid: number;
  /** Start time in clock ticks since boot. */
  start: number;
  name: string;
  /** How it ended. Undefined when it may not be known: only who may trace the process is told. */
  status: WaitStatus | undefined;
  /**
   * Who has to act before it can go. "parent": wait for it. "tracer": it is traced by another process than its parent, which has to
   * wait first. "threads": its first thread has ended and others run on; nobody can reap it until they end.
   */
  duty: "parent" | "tracer" | "threads";
  /** The parent; undefined when it is outside this pid namespace, or gone when it was looked at. */
  parent: ReapingParent | undefined;
  /** Process that traces it; 0 for none. */
  tracer: number;
  /** What could not be read, with the reason. */
  unknown: Unknown;
}

/** The parent of a zombie. */
export interface ReapingParent {
  pid: number;
  name: string;
  /** See {@linkcode ProcessNode.state}: a stopped (T) one cannot reap. */
  state: string;
  /**
   * What it does at SIGCHLD. "ignore": children that end from now on are reaped by the kernel, this zombie, which was there before, is
   * not. "default" says nothing of whether it waits.
   */
  sigchld: "ignore" | "default" | "caught";
  /** Whether SIGCHLD is blocked in its first thread. */
  blocked: boolean;
}

/**
 * Every zombie of this pid namespace, with whose duty it is to reap it.
 *
 * @throws {SystemError} ENOENT: no /proc is mounted
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { _exit, fork, getpid, proc, waitid, P_PID, WEXITED, WNOWAIT, waitpid } from "forkscope";
 * const child = fork();
 * if (child === 0) _exit(3);
 * waitid(P_PID, child, WEXITED | WNOWAIT); // it has ended, and stays
 * const [zombie] = proc.zombies().filter(({ pid }) => pid === child);
 * console.log(zombie?.duty, zombie?.parent?.pid === getpid(), zombie?.status); // "parent" true { kind: "exited", code: 3, ... }
 * waitpid(child);
 * ```
 */
export function zombies(): Zombie[] {
  entering("proc.zombies");
  const parents = new Map<number, ReapingParent | undefined>();
  return present(numbers(ROOT, "/proc"), (pid) => look(pid, parents)).filter((zombie) => zombie !== undefined);
}

function look(pid: number, parents: Map<number, ReapingParent | undefined>): Zombie | undefined {
  const { state } = parseStat(text(ROOT, `/proc/${pid}/stat`));
  return state === "Z" ? inDirectory(`/proc/${pid}`, (place) => {
    const { start, comm, state: now, ppid, exitCode } = parseStat(text(place, "stat"));
    if (now !== "Z") return undefined;
    const { tracerPid, threads } = parseStatus(text(place, "status"));
    const unknown: Record<string, string> = {};
    if (!parents.has(ppid)) parents.set(ppid, known(unknown, "parent", () => parentOf(ppid)));
    const parent = parents.get(ppid);
    const refusal = mayNotTrace(pid);
    if (refusal !== undefined) unknown["status"] = refusal;
    const duty = threads > 1 ? "threads" : tracerPid !== 0 && tracerPid !== ppid ? "tracer" : "parent";
    // The first thread's code is not yet the process's while others run.
    const status = refusal === undefined && duty !== "threads" ? waitStatus(exitCode) : undefined;
    return { pid, start, name: comm, status, duty, parent, tracer: tracerPid, unknown };
  }) : undefined;
}

function parentOf(pid: number): ReapingParent | undefined {
  if (pid === 0) return undefined;
  try {
    const { name, state, signals } = parseStatus(text(ROOT, `/proc/${pid}/status`));
    const has = (set: readonly number[]): boolean => set.includes(SIGNALS.SIGCHLD);
    return { pid, name, state, sigchld: has(signals.ignored) ? "ignore" : has(signals.caught) ? "caught" : "default", blocked: has(signals.blocked) };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** /proc/pid/stat shows 0 for the status to those who may not trace the process, and kcmp(2) asks the same question. */
function mayNotTrace(pid: number): string | undefined {
  const result = libc().syscall(syscallNumber("kcmp"), pid, pid, KCMP_VM, 0, 0, 0);
  if (result !== -1) return undefined;
  const number = errno();
  return number === ERRNO.ENOSYS ? "ENOSYS, this kernel has no kcmp(2) to ask whether it may be read" : `${errnoCode(number)}, ${errnoMessage(number)}`;
}
