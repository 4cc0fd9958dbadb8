/**
 * Bringing the tree to rest: every thread is held or asleep, and what happened on the way is told in an order that
 * does not depend on time.
 *
 * @module
 */
import type { Bell } from "./bell.ts";
import * as ptrace from "./ptrace.ts";
import type { Reporter } from "./report.ts";
import { backOff, isAsleep, isHalted } from "./rest.ts";
import type { Stops } from "./stops.ts";
import type { Task, Tree } from "./tasks.ts";

/** Ticks of processor time without a stop after which a thread is not waited for any more: it may wait for one that is held. */
const SPIN_TICKS = 10;
/** Polls before a thread is suspected to compute for long. */
const PATIENCE = 50;
/** Longest wait, in polls, for someone outside to reap an orphan. */
const PASSING_POLLS = 1000;

export class Settler {
  readonly #tree: Tree;
  readonly #stops: Stops;
  readonly #report: Reporter;
  readonly #bell: Bell;
  /** Stops of threads without leave: looked at when all have come. */
  readonly #queue: { task: Task; status: number }[] = [];

  constructor(tree: Tree, stops: Stops, report: Reporter, bell: Bell) {
    this.#tree = tree;
    this.#stops = stops;
    this.#report = report;
    this.#bell = bell;
  }

  /**
   * Waits until the tree rests; false when a command came first. A thread that computes for long is interrupted
   * with `interrupt`, else left to run.
   */
  settle(interrupt: boolean): boolean {
    let passing = 0;
    for (let polls = 0; ; polls++) {
      while (this.#fetch()) polls = 0;
      if (!this.#unsettled(polls, interrupt)) {
        if (this.#fetch()) continue; // stopped since it was last asked
        if (this.#queue.length > 0) this.processQueue();
        else if (!this.#stops.family.passing) return true;
        else if (passing++ > PASSING_POLLS) this.#stops.family.giveUp();
        else this.#stops.family.sweep();
      }
      if (this.#bell.rung && polls > PATIENCE) return false;
      backOff(polls);
    }
  }

  /** Looks at the stops that wait: that of whoever has leave, then ends, since whoever waits for a child is woken by its end. Then by birth. */
  processQueue(): void {
    const ended = (status: number): number => ((status & 0xff) === 0x7f ? 1 : 0);
    const batch = this.#queue.splice(0).sort((a, b) => Number(b.task.leave) - Number(a.task.leave) || ended(a.status) - ended(b.status) || a.task.order - b.task.order);
    for (const { task, status } of batch) {
      if (task.leave) this.#follow(task, status);
      else this.#stops.handle(task.tid, status);
    }
  }

  /** Takes what wait found. A stop of a thread that has leave is told at once; those of others wait until all have come. */
  take(): void {
    if (this.#bell.answered()) return;
    const { tid, status } = ptrace.found;
    const task = this.#tree.tasks.get(tid);
    if (!task) return this.#stops.handle(tid, status);
    if (task.process.outside) return this.#passBy(task, status);
    if (status >>> 16 === ptrace.EVENT_EXEC) this.#stops.takeOver(task);
    if (task.leave && !looksAtOthers(task)) return this.#follow(task, status);
    task.state = (status & 0xff) === 0x7f ? "queued" : "ended";
    this.#queue.push({ task, status });
  }

  release(task: Task): void {
    if (task.bornBy) this.#stops.returnInChild(task);
    task.state = "running";
    task.asleep = false;
    task.spinning = false;
    ptrace.resume(task.tid, task.how, task.signal);
  }

  /** Who is no part of the story is never held. */
  #passBy(task: Task, status: number): void {
    this.#stops.handle(task.tid, status);
    if (task.state === "held") this.release(task);
  }

  /** Up to its next step: what is no step does not end its leave. */
  #follow(task: Task, status: number): void {
    const before = this.#report.visible;
    this.#stops.handle(task.tid, status);
    if (this.#report.visible > before || this.#stops.beginning) task.leave = false;
    else if (task.state === "held") this.release(task);
  }

  #fetch(): boolean {
    if (!ptrace.waitAny(false)) return false;
    this.take();
    return true;
  }

  /** Some thread is neither held nor asleep. */
  #unsettled(polls: number, interrupt: boolean): boolean {
    let open = false;
    for (const task of this.#tree.tasks.values()) {
      if (task.process.outside || this.#rests(task, interrupt)) continue;
      if (polls > PATIENCE && this.#mayGoOn(task, interrupt)) continue;
      open = true;
    }
    return open;
  }

  #rests(task: Task, interrupt: boolean): boolean {
    if (task.state !== "running") return task.state === "ended" || isHalted(task);
    if (isAsleep(task)) return true;
    task.spinning = task.spinning && !interrupt && task.look().state === "R";
    return task.spinning;
  }

  /** A thread that computes for long: held if the tree is to be held, else left to run while others have their turn. */
  #mayGoOn(task: Task, interrupt: boolean): boolean {
    const { ticks } = task.look();
    if (interrupt && !task.call) ptrace.interrupt(task.tid);
    task.since ??= ticks;
    task.spinning = !interrupt && ticks - task.since >= SPIN_TICKS;
    if (task.spinning) task.leave = false;
    return task.spinning;
  }
}

/** What its call did depends on others that it woke: whoever accepts a connection gives it its peer. Told when all of them have come to rest. */
function looksAtOthers({ call }: Task): boolean {
  return call?.name === "connect";
}
