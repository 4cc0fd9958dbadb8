/**
 * Attaching to processes that run, and leaving them as they were.
 *
 * Every thread of the tree is seized, then stopped once, so that its calls can be watched. A thread asleep in a call goes back into
 * it: the kernel starts most calls again by itself, and for those that it lets fail with EINTR when a thread is stopped (signal(7):
 * epoll_wait, semop, sigtimedwait and their kin) the call is put back into the registers.
 *
 * @module
 */
import { children, readFile, threads } from "../core/proc/process.ts";
import { stat } from "../core/proc/stat.ts";
import { status } from "../core/proc/status.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { libc, SystemError } from "../ffi/mod.ts";
import { Call } from "./decode/call.ts";
import type { KnownCall } from "./decode/table.ts";
import type { FactReader } from "./facts.ts";
import { whySeizeFailed } from "./launch.ts";
import * as ptrace from "./ptrace.ts";
import { quietly } from "./quietly.ts";
import type { Process, Task, Tree } from "./tasks.ts";
import { TraceError } from "./types.ts";

const ESRCH = "ESRCH";

/** Seizes a process, its threads and all its descendants; none of them is stopped by it. */
export function seizeTree(tree: Tree, root: number, options: number): void {
  if (quietly(() => stat(root).start) === undefined) throw new TraceError({ call: "ptrace(PTRACE_SEIZE)", errno: ESRCH, message: `attach to ${root}: there is no such process` });
  // Who is not seized yet may make more: so it is looked for more until there are none.
  while (seizeNew(tree, root, undefined, options) > 0);
}

/** Seizes what is new below a process; gives how many threads that were. */
function seizeNew(tree: Tree, pid: number, parent: Process | undefined, options: number): number {
  const process = tree.processes.get(pid) ?? begin(tree, pid, parent);
  if (process === undefined) return 0;
  let found = 0;
  for (const tid of quietly(() => threads(pid)) ?? []) {
    if (tree.tasks.has(tid)) continue;
    if (seizeOne(tid, options)) {
      tree.addTask(tid, process).fresh = false;
      found++;
    }
  }
  if (process.threads.size === 0) tree.processes.delete(pid);
  for (const child of quietly(() => children(pid)) ?? []) found += seizeNew(tree, child, process, options);
  return found;
}

function begin(tree: Tree, pid: number, parent: Process | undefined): Process | undefined {
  const facts = quietly(() => stat(pid));
  if (facts === undefined || facts.state === "Z" || facts.state === "X") return undefined;
  return tree.addProcess(pid, facts.start, parent?.pid ?? facts.ppid);
}

/** False: it ended meanwhile, or was born to one that is seized already: its parent's event tells of it. */
function seizeOne(tid: number, options: number): boolean {
  try {
    ptrace.seize(tid, options);
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.is("ESRCH") || (error.is("EPERM") && (isOver(tid) || isOurs(tid)))) return false;
    throw whySeizeFailed(tid, error);
  }
}

/** Who has ended and was not reaped yet cannot be seized. */
function isOver(tid: number): boolean {
  const state = quietly(() => stat(tid).state);
  return state === undefined || state === "Z" || state === "X";
}

function isOurs(tid: number): boolean {
  return quietly(() => status(tid).tracerPid) === libc().syscall(syscallNumber("gettid"), 0, 0, 0, 0, 0, 0);
}

/** Stops every thread once. One that sleeps is noted with its call: it goes on with it. */
export function stopAll(tree: Tree, calls: ReadonlyMap<number, KnownCall>, facts: FactReader): void {
  for (const task of tree.tasks.values()) {
    const asleep = sleepingCall(task);
    const known = asleep && calls.get(asleep.number);
    if (asleep && known) {
      task.interrupted = new Call(known.name, asleep.number, known.spec, task, 0, asleep.words, facts);
      if (task.interrupted.enter()) task.interrupted.showEntryNow();
    }
    task.asleepInto = asleep !== undefined;
    ptrace.interrupt(task.tid);
  }
}

/** Stops a running thread; see {@linkcode goBackToSleep}. */
export function askToStop(task: Task): void {
  task.asleepInto = sleepingCall(task) !== undefined;
  ptrace.interrupt(task.tid);
}

/** The call that a thread sleeps in, from /proc/tid/syscall; undefined when it runs. */
function sleepingCall(task: Task): { number: number; words: Int32Array } | undefined {
  const text = quietly(() => readFile(`${task.pid}/task/${task.tid}/syscall`));
  const parts = text?.trim().split(" ") ?? [];
  const number = Number(parts[0]);
  if (parts.length < 8 || !(number >= 0)) return undefined;
  const words = new Int32Array(12);
  for (let i = 0; i < 6; i++) {
    const value = BigInt(parts[1 + i] ?? "0");
    words[2 * i] = Number(BigInt.asIntN(32, value));
    words[2 * i + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }
  return { number, words };
}

/** To be called at the stop that an interruption led to: a call that would fail for it is put back. */
export function goBackToSleep(task: Task): void {
  if (!task.asleepInto) return;
  task.asleepInto = false;
  ptrace.restartInterrupted(task.tid);
}

/** Leaves a stopped thread; a signal that it was about to get is delivered. */
export function leave(task: Task): void {
  ptrace.detach(task.tid, task.signal);
}
