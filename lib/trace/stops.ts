/**
 * What a stop means: from wait statuses to events, and to how the thread goes on.
 *
 * @module
 */
import { cmdline, comm, exe } from "../core/proc/process.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { goBackToSleep } from "./attach.ts";
import { bear, returnInChild } from "./births.ts";
import type { DataKeeper } from "./data.ts";
import { Call } from "./decode/call.ts";
import type { KnownCall } from "./decode/table.ts";
import type { FactReader } from "./facts.ts";
import { Family } from "./family.ts";
import { decided, isDiscarded, isRestart, meets, noteHandler } from "./interrupted.ts";
import { isMark, readMark } from "./marks.ts";
import * as ptrace from "./ptrace.ts";
import { quietly } from "./quietly.ts";
import type { Reporter } from "./report.ts";
import { callEvents, howCut, resultOf, type Unreturned, unreturned } from "./results.ts";
import type { Task, Tree } from "./tasks.ts";

const STOP_SIGNALS: ReadonlySet<number> = new Set([19, 20, 21, 22]);
export interface StopsOptions {
  calls: ReadonlyMap<number, KnownCall>;
  /** A seccomp filter stops the calls of interest; without one every call stops, or none. */
  filtered: boolean;
  everyCall: boolean;
  /** Level `all`: calls that give no result are told too. */
  all: boolean;
  /** Who keeps the bytes that pass. */
  data: DataKeeper | undefined;
  /** It ran before the tracer came. */
  attached: boolean;
  turns: boolean;
  beginAtMark: boolean;
}

export class Stops {
  readonly #tree: Tree;
  readonly #report: Reporter;
  readonly #facts: FactReader;
  readonly #options: StopsOptions;
  readonly #prctl = syscallNumber("prctl");
  readonly #execve = syscallNumber("execve");
  readonly #restart = syscallNumber("restart_syscall");
  readonly #sigreturn = syscallNumber("rt_sigreturn");
  readonly family: Family;
  /** The thread at which the recording is to begin: it is held, the tree perhaps not. */
  beginning: Task | undefined;
  /** A first image runs: until then, what fails is the start of the command. */
  started = false;
  /** Why it could not: errno of execve. */
  startErrno = 0;
  /** Program of the story, whose start-up in later processes is noise too. */
  #storyExe: string | undefined;

  constructor(tree: Tree, report: Reporter, facts: FactReader, options: StopsOptions) {
    this.#tree = tree;
    this.#report = report;
    this.#facts = facts;
    this.#options = options;
    this.family = new Family(tree, report, { prompt: options.turns, seesWaits: options.calls.size > 0, ownsRoot: !options.attached });
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
    task.how = task.call ? "to-exit" : this.#onward();
    const signal = (status >> 8) & 0xff;
    switch (status >>> 16) {
      case 0: return signal === ptrace.SYSCALL_STOP ? this.#atCall(task) : this.#signalled(task, signal);
      case ptrace.EVENT_SECCOMP: return this.#atCall(task);
      case ptrace.EVENT_FORK: case ptrace.EVENT_VFORK: case ptrace.EVENT_CLONE: return this.#bears(task, status >>> 16);
      case ptrace.EVENT_EXEC: return this.#execs(task);
      case ptrace.EVENT_STOP: return this.#stops(task, signal);
    }
  }

  /** How a thread goes on that is in no call of interest. */
  #onward(): ptrace.How {
    const { everyCall, filtered, attached } = this.#options;
    return everyCall || (!filtered && !attached && !this.started) ? "to-call" : "free";
  }

  #atCall(task: Task): void {
    if (!ptrace.readSyscall(task.tid) || ptrace.syscallInfo.foreign) return;
    if (ptrace.syscallInfo.entry) this.#enters(task);
    else this.#exits(task);
  }

  #enters(task: Task): void {
    const { number, words } = ptrace.syscallInfo;
    if (number === this.#prctl && isMark(words)) return this.#marked(task, words);
    if (!this.#report.reporting) {
      if (!this.started && number === this.#execve) task.how = "to-exit";
      return;
    }
    if (number === this.#sigreturn && task.entered > 0) task.entered--;
    const interrupted = decided(task, number === this.#sigreturn);
    if (interrupted && (number === this.#restart || interrupted.repeats(number, words))) return this.#startsAgain(task, interrupted, number);
    const known = this.#options.calls.get(number);
    if (!known) return;
    if (interrupted) this.#failedBySignal(task, interrupted);
    task.call = new Call(known.name, number, known.spec, task, this.#report.now(), words, this.#facts);
    if (task.call.enter()) this.#report.later(task.call);
    task.how = "to-exit";
  }

  /** The same call, going on; at level `all` another one, as the kernel sees it. */
  #startsAgain(task: Task, call: Call, number: number): void {
    task.call = call;
    task.how = "to-exit";
    if (!this.#options.all || !isRestart(call.ret)) return;
    this.#tellRestart(task, call);
    task.call = call.resumed(this.#options.calls.get(number)?.name ?? call.name, number, this.#report.now());
    if (task.call.enter()) this.#report.later(task.call);
  }

  #tellUnreturned(task: Task, call: Call, why: Unreturned): void {
    if (this.#options.all) this.#report.of(task, unreturned(call, why, this.#report.now() - call.at));
    task.blocked = false;
  }

  #tellRestart(task: Task, call: Call): void {
    if (!call.restartTold) this.#tellUnreturned(task, call, "restarts");
    call.restartTold = true;
  }

  /** A thread is gone from within a call. */
  #cut(task: Task): void {
    const call = task.call ?? task.interrupted;
    task.call = undefined;
    task.interrupted = undefined;
    if (call && !call.restartTold) this.#tellUnreturned(task, call, howCut(call));
  }

  #exits(task: Task): void {
    const { call } = task;
    task.call = undefined;
    task.how = this.#onward();
    const { ret, failed } = ptrace.syscallInfo;
    if (!call) {
      if (!this.started && failed) this.startErrno = -ret;
      return;
    }
    if (failed && isRestart(ret)) {
      if (task.interrupted) this.#tellRestart(task, task.interrupted);
      call.ret = ret;
      task.interrupted = call;
      task.handling = 0;
      return;
    }
    this.#tell(task, call, ret, failed);
  }

  #tell(task: Task, call: Call, ret: number, failed: boolean): void {
    task.blocked = false;
    const took = this.#report.now() - call.at;
    const { events, finish } = callEvents(call, resultOf(call, ret, failed), took, this.#options.data);
    for (const event of events) {
      if (event.op) this.#facts.did(task.pid, event.op);
      if (event.op?.op === "sigaction") noteHandler(task.process, event.op);
      this.#report.of(task, event, event === events[0] ? finish : undefined);
      if (event.op?.op === "wait" && !task.process.outside) this.family.waited(event.op);
    }
  }

  /** See births.ts. */
  returnInChild(task: Task): void {
    returnInChild(this.#report, task);
  }

  #bears(task: Task, event: number): void {
    const born = bear(this.#tree, this.#report, this.family, task, event, this.#storyExe !== undefined && task.process.exe === this.#storyExe);
    if (born) born.how = this.#onward();
  }

  /**
   * At an exec event all other threads are gone, and a thread that was not the first has taken the first one's id:
   * its leave goes with it. Gives the id it had.
   */
  takeOver(task: Task): number {
    const former = ptrace.eventMessage(task.tid);
    for (const other of task.process.threads) {
      if (other === task) continue;
      if (other.tid === former) task.leave = other.leave;
      else this.#cut(other);
      this.#tree.removeTask(other);
    }
    if (former > 0 && former !== task.tid) this.#cut(task);
    return former;
  }

  #execs(task: Task): void {
    const { process } = task;
    const former = this.takeOver(task);
    task.renew();
    process.handlers.clear();
    process.line = undefined;
    this.#facts.changed(process.pid);
    process.exe = quietly(() => exe(process.pid)) ?? "";
    const foreign = ptrace.isForeign(task.tid);
    process.foreign ||= foreign;
    if (this.#options.beginAtMark && this.#report.reporting) process.quiet = process.exe === this.#storyExe;
    if (this.#report.reporting) {
      const event = { kind: "exec" as const, exe: process.exe, name: quietly(() => comm(process.pid)) ?? "", argv: quietly(() => cmdline(process.pid)) ?? [], ...(foreign ? { bits: 32 as const } : {}) };
      this.#report.tell(process, event, former > 0 ? former : task.tid);
    }
    const first = !this.started;
    this.started = true;
    task.how = this.#onward();
    if (first && !this.#options.beginAtMark && !this.#options.attached) this.beginning = task;
  }

  #signalled(task: Task, signal: number): void {
    task.signal = signal;
    if (!this.#report.reporting || isDiscarded(task.tid, signal)) return;
    if (task.process.handlers.has(signal)) task.entered++;
    const known = ptrace.readSignal(task.tid);
    const { code, pid } = ptrace.signalInfo;
    this.#report.of(task, { kind: "signal", signal, code: known ? code : 0, ...(known && code <= 0 && pid > 0 ? { from: pid } : {}) });
    const failed = meets(task, signal);
    if (failed) this.#failedBySignal(task, failed);
    else if (task.handling > 0 && task.interrupted) this.#tellRestart(task, task.interrupted);
  }

  #failedBySignal(task: Task, call: Call): void {
    this.#tell(task, call, -4, true);
  }

  /** The first stop of a new thread, a hold, a group stop, or the end of one. */
  #stops(task: Task, signal: number): void {
    const { process } = task;
    goBackToSleep(task);
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
        for (const other of this.#tree.processes.values()) other.outside = other !== process;
        this.family.first = process.pid;
        return void (this.beginning = task);
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
    this.#cut(task);
    if (task.tid !== task.pid) {
      this.family.threadEnded(task, status);
      return;
    }
    for (const other of task.process.threads) {
      this.#tree.removeTask(other);
      this.#cut(other);
    }
    this.#facts.changed(task.pid);
    this.family.ended(task.process, status);
  }
}
