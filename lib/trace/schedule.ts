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
import { COMMAND, SAME_PACE } from "./control.ts";
import { leaveAll } from "./leave.ts";
import { Precedence } from "./precedence.ts";
import * as ptrace from "./ptrace.ts";
import { isAsleep } from "./rest.ts";
import type { ScheduleOptions, ScheduleParts } from "./schedule_parts.ts";
import { Settler } from "./settle.ts";
import { takeOwnedSnapshot, takeSnapshot } from "./snapshot.ts";
import type { Task } from "./tasks.ts";

const SIGKILL = 9;
/** Steps in a row after which another has its turn, though this one never slept. */
const FAIR = 500;
/** So many events are completed between two looks for a stop. */
const WHILE_THEY_RUN = 4;

export class Scheduler {
  readonly #parts: ScheduleParts;
  readonly #options: ScheduleOptions;
  readonly #settler: Settler;
  readonly #precedence = new Precedence();
  #current: Task | undefined;
  #inARow = 0;
  #paused = false;
  #toldPaused = false;
  #stepping = false;
  #stepFrom = 0;
  #target: number | undefined;
  #pace: number;
  #due = 0;
  #killed = false;
  /** The tracer left the processes: they go on without it. */
  left = false;
  /** Something stopped since the tree was looked at. */
  #unseen = false;

  constructor(parts: ScheduleParts, options: ScheduleOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#pace = options.pace;
    this.#settler = new Settler(parts.tree, parts.stops, parts.report, parts.bell);
  }

  /** Runs until nothing of the tree is left. */
  run(): void {
    const { tree, stops, report } = this.#parts;
    while (tree.tasks.size > 0) {
      this.#obey();
      if (this.left) return;
      if (stops.beginning && !this.#killed) this.#begin(stops.beginning);
      else if (this.#killed || !report.reporting || !this.#oneByOne) this.#flow();
      else this.#turn();
    }
    stops.family.sweep();
  }

  /** Ends every process. What is born meanwhile dies as it is met. */
  kill(): void {
    this.#killed = true;
    for (const process of this.#parts.tree.processes.values()) if (!process.zombie) libc().kill(process.pid, SIGKILL);
  }

  /** By schedule, by pace, or because the tree is paused. */
  get #oneByOne(): boolean {
    return this.#options.turns || this.#paused || this.#pace > 0;
  }

  #obey(): void {
    const { listener } = this.#parts;
    for (let next = listener.next(); next; next = listener.next()) {
      switch (next.command) {
        case COMMAND.run: this.#go(next.value); break;
        case COMMAND.pause: this.#paused = true; this.#stepping = false; break;
        case COMMAND.step: this.#step(next.value); break;
        case COMMAND.kill: this.kill(); break;
        case COMMAND.detach:
          this.left = true;
          leaveAll(this.#parts);
      }
    }
  }

  #go(pace: number): void {
    if (pace !== SAME_PACE) this.#pace = pace / 1000;
    if (this.#paused && this.#parts.report.reporting) this.#parts.phase("running");
    this.#due = 0;
    this.#paused = false;
    this.#toldPaused = false;
    this.#stepping = false;
    this.#target = undefined;
  }

  #step(pid: number): void {
    this.#paused = true;
    this.#stepping = true;
    this.#stepFrom = this.#parts.report.visible;
    this.#target = pid > 0 ? pid : undefined;
  }

  #begin(task: Task): void {
    const { tree, stops, report, facts } = this.#parts;
    if (!this.#settler.settle(true)) return;
    stops.beginning = undefined;
    report.begin(task.process, takeSnapshot(tree, facts, { runtime: this.#options.runtimeMarks }));
    this.#current = task;
    this.#paused = this.#paused || this.#options.held;
    if (this.#paused) this.#tellPaused();
    else this.#parts.phase("running");
  }

  // Everyone runs.

  #flow(): void {
    const { stops, bell } = this.#parts;
    this.#settler.processQueue();
    if (stops.beginning && !this.#killed) return;
    this.#releaseHeld();
    do this.#await(); while (this.#flowed() && !bell.rung);
  }

  #releaseHeld(): void {
    const { tree } = this.#parts;
    tree.bornHeld = false;
    for (const task of tree.tasks.values()) if (task.state === "held") this.#settler.release(task);
  }

  /** Until somebody stops; what waits to be told is worked off meanwhile. */
  #await(): void {
    const { stops, report, listener } = this.#parts;
    while (!ptrace.waitAny(false)) {
      if (report.backlog) {
        report.workOff(WHILE_THEY_RUN);
        continue;
      }
      listener.setDirty(this.#unseen || report.pending || stops.family.unsettled);
      ptrace.waitAny(true);
      listener.setDirty(false);
      return;
    }
  }

  /** Looks at what wait found and lets it go on; false when something else must be seen to first. */
  #flowed(): boolean {
    const { tree, stops, bell } = this.#parts;
    if (bell.answered()) {
      this.#lookAround();
      return false;
    }
    const { tid, status } = ptrace.found;
    this.#unseen = true;
    stops.handle(tid, status);
    this.#precedence.among(tree.tasks.size);
    if (this.#killed) this.kill();
    if (stops.beginning || tree.tasks.size === 0) return false;
    const task = tree.tasks.get(tid);
    if (task?.state === "held") this.#settler.release(task);
    if (tree.bornHeld) this.#releaseHeld();
    return true;
  }

  /** Now and then, while nothing stops: who sleeps in a call is told of, and who was reaped unseen. */
  #lookAround(): void {
    const { tree, stops, report } = this.#parts;
    if (report.reporting) {
      stops.family.sweep();
      for (const task of tree.tasks.values()) if (task.call && !task.blocked && isAsleep(task)) this.#tellBlocked(task);
    }
    report.flush();
    this.#unseen = false;
  }

  // One at a time.

  #turn(): void {
    if (!this.#atRest(this.#paused)) return;
    if (this.#paused && !this.#stepping) return this.#wait();
    const task = this.#next();
    if (!task) return this.#wait();
    if (!this.#paused && !this.#keepPace()) return;
    this.#give(task);
    this.#atRest(false);
  }

  /** Brings the tree to rest and does what is due then; false when a command or the end came first. */
  #atRest(interrupt: boolean): boolean {
    const { tree, stops, report, facts, bell } = this.#parts;
    if (!this.#settler.settle(interrupt)) return false;
    for (const task of tree.inOrder()) {
      if (task.state !== "running" || !task.asleep) continue;
      task.leave = false;
      if (task.call && !task.blocked) this.#tellBlocked(task);
    }
    stops.family.sweep();
    if (report.unchecked) report.check(takeOwnedSnapshot(tree, facts));
    report.flush();
    if (this.#stepping && report.visible > this.#stepFrom) this.#endStep();
    return tree.tasks.size > 0 && !bell.rung;
  }

  #endStep(): void {
    this.#stepping = false;
    this.#target = undefined;
    this.#tellPaused();
  }

  #tellPaused(): void {
    this.#parts.report.flush();
    this.#toldPaused = true;
    this.#parts.phase("paused");
  }

  /** Until a command comes or somebody wakes. */
  #wait(): void {
    if (this.#paused && !this.#stepping && !this.#toldPaused) this.#tellPaused();
    ptrace.waitAny(true);
    this.#settler.take();
  }

  /** False when a command came before the time for the next event. */
  #keepPace(): boolean {
    if (this.#pace <= 0) return true;
    const { listener } = this.#parts;
    const now = performance.now();
    if (this.#due > now) listener.sleep(this.#due - now);
    if (listener.waiting) return false;
    this.#due = performance.now() + 1000 / this.#pace;
    return true;
  }

  /** Whose turn it is: the one asked for; the one that ran, until it sleeps; the oldest that is held. */
  #next(): Task | undefined {
    const ready = this.#parts.tree.inOrder().filter((task) => task.state === "held");
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

  /** A new child's first step is the return of the call that made it. */
  #give(task: Task): void {
    this.#inARow = task === this.#current ? this.#inARow + 1 : 0;
    this.#current = task;
    if (task.bornBy) return this.#parts.stops.returnInChild(task);
    task.leave = true;
    this.#settler.release(task);
  }

  #tellBlocked(task: Task): void {
    const { call } = task;
    if (!call) return;
    task.blocked = true;
    this.#parts.report.workOff();
    const on = call.spec.on?.(call);
    this.#parts.report.of(task, { kind: "block", call: call.name, args: [...call.text], ...(on ? { on } : {}) });
  }
}
