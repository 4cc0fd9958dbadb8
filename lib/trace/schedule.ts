/**
 * Who runs when.
 *
 * `turns`: one process has leave to run. It runs from event to event until it sleeps, ends or is stopped; then the
 * oldest held one has its turn. After each step the tree settles: every thread is held or asleep. So the same
 * program gives the same order of events in every run. `free`: everyone runs, and is stopped only to be looked at.
 *
 * @module
 */
import { libc } from "../ffi/mod.ts";
import { COMMAND, type Listener, SAME_PACE } from "./control.ts";
import type { FactReader } from "./facts.ts";
import * as ptrace from "./ptrace.ts";
import type { Reporter } from "./report.ts";
import { takeOwnedSnapshot, takeSnapshot } from "./snapshot.ts";
import type { Stops } from "./stops.ts";
import type { Task, Tree } from "./tasks.ts";
import type { TracePhase } from "./types.ts";

const SIGKILL = 9;
/** Ticks of processor time without a stop after which a thread is not waited for any more: it may wait for one that is held. */
const SPIN_TICKS = 10;
/** Events in a row after which another has its turn, though this one never slept. */
const FAIR = 2000;
/** Longest wait, in polls of 200 us, for init to reap an orphan. */
const PASSING_POLLS = 1000;

export interface ScheduleOptions {
  turns: boolean;
  held: boolean;
  pace: number;
  runtimeMarks: boolean;
}

export class Scheduler {
  readonly #tree: Tree;
  readonly #stops: Stops;
  readonly #report: Reporter;
  readonly #facts: FactReader;
  readonly #listener: Listener;
  readonly #options: ScheduleOptions;
  readonly #bell: number;
  readonly #phase: (phase: TracePhase) => void;
  readonly #queue: { task: Task; status: number }[] = [];
  /** The thread at which the recording is to begin. */
  #beginning: Task | undefined;
  #current: Task | undefined;
  #inARow = 0;
  #paused = false;
  #stepping = false;
  #target: number | undefined;
  #pace: number;
  #due = 0;
  #killed = false;

  constructor(parts: { tree: Tree; report: Reporter; facts: FactReader; listener: Listener; bell: number; phase: (phase: TracePhase) => void }, stops: (onBegin: (task: Task) => void) => Stops, options: ScheduleOptions) {
    this.#tree = parts.tree;
    this.#report = parts.report;
    this.#facts = parts.facts;
    this.#listener = parts.listener;
    this.#bell = parts.bell;
    this.#phase = parts.phase;
    this.#options = options;
    this.#pace = options.pace;
    this.#stops = stops((task) => { this.#beginning = task; });
  }

  get stops(): Stops {
    return this.#stops;
  }

  /** Runs until nothing of the tree is left. */
  run(): void {
    while (this.#tree.tasks.size > 0) {
      this.#obey();
      if (this.#beginning) this.#begin(this.#beginning);
      else if (this.#killed || !this.#report.reporting || !this.#held()) this.#flow();
      else this.#turn();
    }
    this.#stops.family.sweep();
  }

  /** One at a time now: by schedule, by pace, or because the tree is paused. */
  #held(): boolean {
    return this.#options.turns || this.#paused || this.#pace > 0;
  }

  // --- commands

  #obey(): void {
    for (let next = this.#listener.next(); next; next = this.#listener.next()) {
      switch (next.command) {
        case COMMAND.run: this.#go(next.value); break;
        case COMMAND.pause: this.#paused = true; this.#stepping = false; break;
        case COMMAND.step: this.#step(next.value); break;
        case COMMAND.kill: this.kill();
      }
    }
  }

  #go(pace: number): void {
    if (pace !== SAME_PACE) this.#pace = pace / 1000;
    this.#due = 0;
    this.#stepping = false;
    if (this.#paused && this.#report.reporting) this.#phase("running");
    this.#paused = false;
  }

  #step(pid: number): void {
    this.#paused = true;
    this.#stepping = true;
    this.#target = pid > 0 ? pid : undefined;
  }

  /** Ends every process. What is born meanwhile dies as it is met. */
  kill(): void {
    this.#killed = true;
    for (const process of this.#tree.processes.values()) if (!process.zombie) libc().kill(process.pid, SIGKILL);
  }

  // --- the beginning

  #begin(task: Task): void {
    this.#settle(true);
    this.#beginning = undefined;
    const snapshot = takeSnapshot(this.#tree, this.#facts, { runtime: this.#options.runtimeMarks });
    this.#report.begin(task.process, snapshot);
    this.#current = task;
    this.#paused = this.#options.held || this.#paused;
    this.#report.flush();
    this.#phase(this.#paused ? "paused" : "running");
  }

  // --- free

  #flow(): void {
    if (this.#queue.length > 0) this.#processQueue();
    for (const task of this.#tree.tasks.values()) if (task.state === "held" && task !== this.#beginning) this.#release(task);
    if (!ptrace.waitAny(false)) {
      libc().sched_yield();
      if (!ptrace.waitAny(false)) this.#sleep();
    }
    for (let more = true; more; more = !this.#listener.waiting && ptrace.waitAny(false)) {
      if (!this.#flowed()) return;
    }
  }

  /** Handles what wait found and lets it go on; false when something else must be seen to first. */
  #flowed(): boolean {
    const { tid, status } = ptrace.found;
    if (tid === this.#bell) return this.#answerBell();
    this.#stops.handle(tid, status);
    const task = this.#tree.tasks.get(tid);
    if (this.#killed) this.kill();
    if (this.#beginning || this.#tree.tasks.size === 0) return false;
    if (task?.state === "held") this.#release(task);
    return true;
  }

  /** Nothing stops at the moment. */
  #sleep(): void {
    this.#stops.family.sweep();
    for (const task of this.#tree.inOrder()) if (task.call && !task.blocked && this.#isAsleep(task)) this.#tellBlocked(task);
    this.#listener.setDirty(this.#report.pending);
    ptrace.waitAny(true);
    this.#listener.setDirty(false);
  }

  #answerBell(): boolean {
    if ((ptrace.found.status & 0xff) === 0x7f) ptrace.resume(this.#bell, "free", 0);
    this.#report.flush();
    return !this.#listener.waiting;
  }

  // --- turns

  #turn(): void {
    const before = this.#report.visible;
    this.#settle(this.#paused);
    this.#settled();
    if (this.#tree.tasks.size === 0 || this.#listener.waiting) return;
    if (this.#stepping && this.#report.visible > before && this.#stepBegun) this.#endStep();
    if (this.#paused && !this.#stepping) return this.#rest();
    const task = this.#next();
    if (!task) return this.#rest();
    if (!this.#paused && !this.#keepPace()) return;
    this.#stepBegun = this.#stepping;
    this.#give(task);
    const from = this.#report.visible;
    this.#settle(false);
    this.#settled();
    if (this.#stepping && this.#report.visible > from) this.#endStep();
  }

  #stepBegun = false;

  #endStep(): void {
    this.#stepping = false;
    this.#stepBegun = false;
    this.#target = undefined;
    this.#report.flush();
    this.#phase("paused");
  }

  /** Waits until a command comes or somebody wakes. */
  #rest(): void {
    this.#report.flush();
    if (this.#paused && !this.#stepping && !this.#toldPaused) this.#phase("paused");
    this.#toldPaused = this.#paused;
    ptrace.waitAny(true);
    if (ptrace.found.tid === this.#bell) this.#answerBell();
    else this.#take();
  }

  #toldPaused = false;

  /** False when a command came before the time for the next event. */
  #keepPace(): boolean {
    this.#toldPaused = false;
    if (this.#pace <= 0) return true;
    this.#report.flush();
    const now = performance.now();
    if (this.#due > now) this.#listener.sleep(this.#due - now);
    if (this.#listener.waiting) return false;
    this.#due = performance.now() + 1000 / this.#pace;
    return true;
  }

  /** Whose turn it is: the one asked for; the one that ran, until it sleeps; the oldest that is held. */
  #next(): Task | undefined {
    const ready = this.#tree.inOrder().filter((task) => task.state === "held");
    if (this.#target !== undefined) return ready.find((task) => task.pid === this.#target) ?? this.#missed();
    const current = this.#current;
    if (!current || !ready.includes(current)) return ready[0];
    if (this.#inARow < FAIR) return current;
    this.#inARow = 0;
    return ready.find((task) => task.order > current.order) ?? ready[0];
  }

  /** The process asked for is asleep or gone: the step is over before it began. */
  #missed(): undefined {
    this.#endStep();
    return undefined;
  }

  #give(task: Task): void {
    this.#inARow = task === this.#current ? this.#inARow + 1 : 0;
    this.#current = task;
    if (task.bornBy) return this.#stops.returnInChild(task);
    task.leave = true;
    this.#release(task);
  }

  #release(task: Task): void {
    if (task.bornBy) this.#stops.returnInChild(task);
    task.state = "running";
    task.asleep = false;
    task.spinning = false;
    ptrace.resume(task.tid, task.how, task.signal);
  }

  /** Waits until every thread is held or asleep, telling what happens on the way in an order that does not depend on time. */
  #settle(interrupt: boolean): void {
    let polls = 0;
    let passing = 0;
    for (;;) {
      while (this.#fetch()) polls = 0;
      if (!this.#unsettled(polls, interrupt)) {
        if (this.#fetch()) continue; // stopped since it was last asked
        if (this.#queue.length > 0) this.#processQueue();
        else if (!this.#stops.family.passing || passing++ > PASSING_POLLS) return;
        else this.#stops.family.sweep();
      }
      if (this.#killed) return;
      backOff(polls++);
    }
  }

  /** Fetches one status, if there is one. */
  #fetch(): boolean {
    if (!ptrace.waitAny(false)) return false;
    if (ptrace.found.tid === this.#bell) this.#answerBell();
    else this.#take();
    return true;
  }

  /** A stop of the one that has leave is told at once; those of others wait until all have come. */
  #take(): void {
    const { tid, status } = ptrace.found;
    const task = this.#tree.tasks.get(tid);
    if (!task || !task.leave) {
      if (task) task.state = "queued";
      if (task) this.#queue.push({ task, status });
      else this.#stops.handle(tid, status);
      return;
    }
    const before = this.#report.visible;
    this.#stops.handle(tid, status);
    if (this.#report.visible > before || this.#beginning) task.leave = false;
    else if (task.state === "held") this.#release(task);
  }

  /** Ends first: whoever waits for a child is woken by its end. Then by birth. */
  #processQueue(): void {
    const ended = (status: number): number => ((status & 0xff) === 0x7f ? 1 : 0);
    const batch = this.#queue.splice(0).sort((a, b) => ended(a.status) - ended(b.status) || a.task.order - b.task.order);
    for (const { task, status } of batch) this.#stops.handle(task.tid, status);
  }

  /** Some thread is neither held nor asleep. */
  #unsettled(polls: number, interrupt: boolean): boolean {
    let open = false;
    for (const task of this.#tree.tasks.values()) {
      if (task.state === "stopped" ? isHalted(task) : task.state !== "running" || task.spinning || this.#isAsleep(task)) continue;
      if (polls > 50 && this.#mayGoOn(task, interrupt)) continue;
      open = true;
    }
    return open;
  }

  /** A thread that computes for long: held if the tree is to be held, else left to run while others have their turn. */
  #mayGoOn(task: Task, interrupt: boolean): boolean {
    const { ticks } = task.look();
    if (interrupt && !task.call) ptrace.interrupt(task.tid);
    if (task.since === undefined || ticks < task.since) task.since = ticks;
    task.spinning = !interrupt && ticks - task.since >= SPIN_TICKS;
    if (task.spinning) task.leave = false;
    return task.spinning;
  }

  /** Asleep in the kernel until someone wakes it; a stop that was not fetched yet is none. */
  #isAsleep(task: Task): boolean {
    if (task.fresh) return false;
    const { state } = task.look();
    task.asleep = (state === "S" && task.rests() && task.look().state === "S") || (state === "D" && isVforking(task)) || (state === "Z" && isSurvived(task));
    return task.asleep;
  }

  /** What is to be done whenever nothing moves. */
  #settled(): void {
    if (this.#killed) return;
    for (const task of this.#tree.inOrder()) {
      if (task.state !== "running" || !task.asleep) continue;
      task.leave = false;
      if (task.call && !task.blocked) this.#tellBlocked(task);
    }
    this.#stops.family.sweep();
    if (this.#report.unchecked) this.#report.check(takeOwnedSnapshot(this.#tree, this.#facts));
    this.#report.flush();
  }

  #tellBlocked(task: Task): void {
    const { call } = task;
    if (!call) return;
    task.blocked = true;
    const on = call.spec.on?.(call);
    this.#report.of(task, { kind: "block", call: call.name, args: [...call.text], ...(on ? { on } : {}) });
  }
}

/** Still in its group stop; SIGCONT makes it run into a stop for the tracer. */
function isHalted(task: Task): boolean {
  const { state } = task.look();
  return state === "t" || state === "T" || state === "";
}

/** The parent of a vfork child sleeps uninterruptibly. */
function isVforking({ call }: Task): boolean {
  return call?.spec.vfork?.(call) === true;
}

/** The first thread ended before the others: the process goes on, and it is reported only with the last. */
function isSurvived(task: Task): boolean {
  return task.tid === task.pid && task.process.threads.size > 1;
}

/** Gives way at first, then sleeps a little: the fact waited for is in /proc. */
function backOff(polls: number): void {
  if (polls < 30) libc().sched_yield();
  else libc().usleep(Math.min(200, 10 * (polls - 29)));
}
