/**
 * What a stop means: from wait statuses to events, and to how the thread goes on.
 *
 * @module
 */
import { parseStat } from "../core/proc/stat.ts";
import { isGone } from "../core/proc/file.ts";
import { cmdline, comm, exe, readFile } from "../core/proc/process.ts";
import { status as readStatus } from "../core/proc/status.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { Call } from "./decode/call.ts";
import { CLONE_FILES, CLONE_PARENT, CLONE_THREAD, SA_RESTART } from "./decode/names.ts";
import { makingOf } from "./decode/processes.ts";
import type { KnownCall } from "./decode/table.ts";
import type { FactReader } from "./facts.ts";
import { Family } from "./family.ts";
import { isMark, readMark } from "./marks.ts";
import * as ptrace from "./ptrace.ts";
import type { Reporter } from "./report.ts";
import { callEvents, resultOf } from "./results.ts";
import type { Process, Task, Tree } from "./tasks.ts";

const STOP_SIGNALS: ReadonlySet<number> = new Set([19, 20, 21, 22]);
/** Results inside the kernel that mean: start the call again, or fail with EINTR if a handler runs. */
const ERESTARTSYS = -512;
const ERESTARTNOINTR = -513;
const ERESTARTNOHAND = -514;
const ERESTART_RESTARTBLOCK = -516;
const RESTARTS: ReadonlySet<number> = new Set([ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK]);

export interface StopsOptions {
  calls: ReadonlyMap<number, KnownCall>;
  beginAtMark: boolean;
}

/** Told when the recording shall begin: `task` is held, the tree perhaps not. */
export type OnBegin = (task: Task) => void;

export class Stops {
  readonly #tree: Tree;
  readonly #report: Reporter;
  readonly #facts: FactReader;
  readonly #options: StopsOptions;
  readonly #onBegin: OnBegin;
  readonly #prctl = syscallNumber("prctl");
  readonly #restart = syscallNumber("restart_syscall");
  readonly family: Family;
  /** A first image runs: until then, what fails is the start of the command. */
  started = false;
  /** Program of the story, whose start-up in later processes is noise too. */
  #storyExe: string | undefined;

  constructor(tree: Tree, report: Reporter, facts: FactReader, options: StopsOptions, onBegin: OnBegin) {
    this.#tree = tree;
    this.#report = report;
    this.#facts = facts;
    this.#options = options;
    this.#onBegin = onBegin;
    this.family = new Family(tree, report);
  }

  /** Takes one wait status. The thread is held afterwards, unless it ended or entered a group stop. */
  handle(tid: number, status: number): void {
    const task = this.#tree.tasks.get(tid);
    const isStop = (status & 0xff) === 0x7f;
    if (!task) {
      if (isStop) this.#tree.early.set(tid, status);
      return;
    }
    if (!isStop) return this.#ended(task, status);
    task.state = "held";
    task.fresh = false;
    task.since = undefined;
    task.signal = 0;
    task.how = task.call ? "to-exit" : "free";
    const signal = (status >> 8) & 0xff;
    switch (status >>> 16) {
      case 0: return signal === ptrace.SYSCALL_STOP ? this.#exits(task) : this.#signalled(task, signal);
      case ptrace.EVENT_SECCOMP: return this.#enters(task);
      case ptrace.EVENT_FORK: case ptrace.EVENT_VFORK: case ptrace.EVENT_CLONE: return this.#bears(task, status >>> 16);
      case ptrace.EVENT_EXEC: return this.#execs(task);
      case ptrace.EVENT_STOP: return this.#stops(task, signal);
    }
  }

  #enters(task: Task): void {
    if (!ptrace.readSyscall(task.tid)) return;
    const { number, words } = ptrace.syscallInfo;
    if (number === this.#prctl && isMark(words)) return this.#marked(task, words);
    if (!this.#report.reporting) return;
    const { interrupted } = task;
    task.interrupted = undefined;
    if (interrupted && (number === this.#restart || interrupted.repeats(number, words))) {
      task.call = interrupted;
      task.how = "to-exit";
      return;
    }
    const known = this.#options.calls.get(number);
    if (!known) return;
    if (interrupted) this.#failedBySignal(task, interrupted);
    task.call = new Call(known.name, number, known.spec, task, this.#report.now(), words, this.#facts);
    task.call.enter();
    task.how = "to-exit";
  }

  #exits(task: Task): void {
    if (!ptrace.readSyscall(task.tid)) return;
    const { call } = task;
    task.call = undefined;
    task.blocked = false;
    task.how = "free";
    if (!call) return;
    const { ret, failed } = ptrace.syscallInfo;
    if (failed && RESTARTS.has(ret)) {
      call.ret = ret;
      task.interrupted = call;
      return;
    }
    this.#tell(task, call, ret, failed);
  }

  #tell(task: Task, call: Call, ret: number, failed: boolean): void {
    const took = this.#report.now() - call.at;
    for (const event of callEvents(call, resultOf(call, ret, failed), took)) {
      this.#note(task, event.op);
      this.#report.of(task, event);
      if (event.op?.op === "wait") this.family.waited(event.op);
    }
  }

  /** Keeps what later stops need. */
  #note(task: Task, op: ReturnType<typeof callEvents>[number]["op"]): void {
    if (!op) return;
    switch (op.op) {
      case "open": return this.#facts.changed(task.pid, op.file.fd);
      case "accept": return this.#facts.changed(task.pid, op.file.fd);
      case "pair": case "receive": case "close_range": return this.#facts.changed(task.pid);
      case "dup": return this.#facts.changed(task.pid, op.to);
      case "close": return this.#facts.changed(task.pid, op.fd);
      case "sigaction":
        if (op.disposition === "handler") task.process.handlers.set(op.signal, op.flags ?? 0);
        else task.process.handlers.delete(op.signal);
    }
  }

  /**
   * fork returns twice: a new child stands behind the call, and its register holds what the call returns in it.
   * Told when the child is about to run for the first time.
   */
  returnInChild(task: Task): void {
    const { bornBy } = task;
    task.bornBy = undefined;
    const ret = bornBy && ptrace.resultRegister(task.tid);
    if (bornBy && ret !== undefined) this.#report.of(task, { kind: "call", call: bornBy.name, args: [...bornBy.text], ret });
  }

  #bears(task: Task, event: number): void {
    const child = ptrace.eventMessage(task.tid);
    const { call } = task;
    const making = call ? makingOf(call) : { flags: 0, how: event === ptrace.EVENT_VFORK ? "vfork" as const : event === ptrace.EVENT_FORK ? "fork" as const : "clone" as const };
    if (child === 0) return;
    const thread = call ? (making.flags & CLONE_THREAD) !== 0 : isThreadOf(task.pid, child);
    const parent = task.process;
    const start = startOf(thread ? parent.pid : child, child);
    const process = thread ? parent : this.#tree.addProcess(child, start, (making.flags & CLONE_PARENT) !== 0 ? parent.ppid : parent.pid);
    const born = this.#tree.addTask(child, process);
    born.bornBy = this.#report.reporting ? call : undefined;
    if (!thread) inherit(process, parent);
    else born.quiet = task.quiet || (this.#storyExe !== undefined && parent.exe === this.#storyExe);
    const sharesFiles = !thread && (making.flags & CLONE_FILES) !== 0;
    this.#report.of(born.quiet ? born : task, {
      kind: "fork", child, start, how: making.how,
      ...(thread ? { thread: true as const } : {}),
      ...(sharesFiles ? { sharesFiles: true as const } : {}),
      ...(!thread && (making.flags & CLONE_PARENT) !== 0 ? { sibling: true as const } : {}),
    });
  }

  /** All other threads are gone; a thread that was not the first has taken the first one's id. */
  #execs(task: Task): void {
    const { process } = task;
    for (const other of process.threads) if (other !== task) this.#tree.removeTask(other);
    task.call = undefined;
    task.interrupted = undefined;
    task.bornBy = undefined;
    task.blocked = false;
    task.how = "free";
    process.handlers.clear();
    process.line = undefined;
    this.#facts.changed(process.pid);
    process.exe = quietly(() => exe(process.pid)) ?? "";
    if (this.#options.beginAtMark && this.#report.reporting) process.quiet = process.exe === this.#storyExe;
    if (this.#report.reporting) {
      const event = { kind: "exec" as const, exe: process.exe, name: quietly(() => comm(process.pid)) ?? "", argv: quietly(() => cmdline(process.pid)) ?? [] };
      this.#report.of(task, event);
    }
    const first = !this.started;
    this.started = true;
    if (first && !this.#options.beginAtMark) this.#onBegin(task);
  }

  #signalled(task: Task, signal: number): void {
    task.signal = signal;
    if (!this.#report.reporting || isDiscarded(task.tid, signal)) return;
    const known = ptrace.readSignal(task.tid);
    const { code, pid } = ptrace.signalInfo;
    this.#report.of(task, { kind: "signal", signal, code: known ? code : 0, ...(known && code <= 0 && pid > 0 ? { from: pid } : {}) });
    const { interrupted } = task;
    if (interrupted && this.#endsCall(task, interrupted, signal)) {
      task.interrupted = undefined;
      this.#failedBySignal(task, interrupted);
    }
  }

  /** Whether a handler makes the interrupted call fail with EINTR (signal(7), "Interruption of system calls"). */
  #endsCall(task: Task, call: Call, signal: number): boolean {
    const caught = quietly(() => readStatus(task.tid).signals.caught.includes(signal)) ?? false;
    if (!caught || call.ret === ERESTARTNOINTR) return false;
    if (call.ret === ERESTARTNOHAND || call.ret === ERESTART_RESTARTBLOCK) return true;
    return ((task.process.handlers.get(signal) ?? 0) & SA_RESTART) === 0;
  }

  #failedBySignal(task: Task, call: Call): void {
    task.blocked = false;
    this.#tell(task, call, -4, true);
  }

  /** The first stop of a new thread, a hold, a group stop, or the end of one. */
  #stops(task: Task, signal: number): void {
    const { process } = task;
    if (STOP_SIGNALS.has(signal)) {
      task.state = "stopped";
      ptrace.resume(task.tid, "listen", 0);
      if (!process.stopped) this.#report.of(task, { kind: "stop", signal });
      process.stopped = true;
      return;
    }
    if (process.stopped) {
      process.stopped = false;
      this.#report.of(task, { kind: "continue" });
    }
  }

  #marked(task: Task, words: Int32Array): void {
    const { process } = task;
    const mark = readMark(task.tid, words);
    switch (mark?.mark) {
      case "begin":
        process.quiet = false;
        if (this.#report.reporting) return;
        this.#storyExe = quietly(() => exe(process.pid));
        process.exe = this.#storyExe;
        for (const other of this.#tree.tasks.values()) other.quiet = other !== task;
        return this.#onBegin(task);
      case "line": return void (process.line = mark.line > 0 ? mark.line : undefined);
      case "quiet": return void (process.quiet = mark.on);
      case "fact": return this.#fact(task, mark.name, mark.value);
    }
  }

  /** What the program says of itself is a step even in the middle of its housekeeping. */
  #fact(task: Task, name: string, value: unknown): void {
    const { quiet } = task.process;
    task.process.quiet = false;
    this.#report.of(task, { kind: "fact", name, value });
    task.process.quiet = quiet;
  }

  #ended(task: Task, status: number): void {
    this.#tree.removeTask(task);
    if (task.tid !== task.pid) {
      this.family.threadEnded(task, status);
      return;
    }
    for (const other of task.process.threads) this.#tree.removeTask(other);
    this.#facts.changed(task.pid);
    this.family.ended(task.process, status);
  }
}

/** What a forked child has from its parent; not the quiet: it begins with steps of its own. */
function inherit(child: Process, parent: Process): void {
  child.line = parent.line;
  child.exe = parent.exe;
  child.handlers = new Map(parent.handlers);
}

/** SIGCHLD, SIGCONT, SIGURG, SIGWINCH: ignored unless there is a handler. */
const IGNORED_BY_DEFAULT: ReadonlySet<number> = new Set([17, 18, 23, 28]);

/** Without a tracer the kernel drops such a signal when it is sent; it shows only because ptrace sees everything. */
function isDiscarded(tid: number, signal: number): boolean {
  const sets = quietly(() => readStatus(tid).signals);
  return sets !== undefined && (sets.ignored.includes(signal) || (IGNORED_BY_DEFAULT.has(signal) && !sets.caught.includes(signal)));
}

function isThreadOf(pid: number, tid: number): boolean {
  return quietly(() => readStatus(tid).tgid) === pid;
}

function startOf(pid: number, tid: number): number {
  return quietly(() => parseStat(readFile(`${pid}/task/${tid}/stat`)).start) ?? 0;
}

/** A process may be gone by the time it is asked about. */
function quietly<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
