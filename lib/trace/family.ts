/** Ends, adoptions and reaping: what becomes of processes after they have run. @module */
import { libc } from "../ffi/mod.ts";
import { stat } from "../core/proc/stat.ts";
import { waitStatus as fromRaw } from "../core/process/status.ts";
import type { Op, WaitStatus } from "../model/event.ts";
import { quietly } from "./quietly.ts";
import type { Reporter } from "./report.ts";
import { isAsleep } from "./rest.ts";
import type { Process, Task, Tree } from "./tasks.ts";

const WNOHANG = 1;

export class Family {
  readonly #tree: Tree;
  readonly #report: Reporter;
  readonly #zombies = new Set<Process>();
  /** Numbers of processes that ended, and of none since. */
  readonly #ended = new Set<number>();
  readonly #self = libc().getpid();
  /** The command's own process, or the one that was attached to. */
  root = 0;
  /** The process whose beginning began the recording, when that is another. */
  first: number | undefined;
  /** How it ended. */
  rootStatus: WaitStatus | undefined;
  /** Every end is followed by a look for who was reaped; otherwise that is left to who sweeps now and then. */
  readonly #prompt: boolean;
  /** The calls that reap are seen. */
  readonly #seesWaits: boolean;
  /** The command's own process is a child of the tracer, whose wait reaps it. */
  readonly #ownsRoot: boolean;

  constructor(tree: Tree, report: Reporter, { prompt, seesWaits, ownsRoot }: { prompt: boolean; seesWaits: boolean; ownsRoot: boolean }) {
    this.#tree = tree;
    this.#report = report;
    this.#prompt = prompt;
    this.#seesWaits = seesWaits;
    this.#ownsRoot = ownsRoot;
  }

  threadEnded(task: Task, raw: number): void {
    this.#report.of(task, { kind: "exit", status: statusOf(raw), thread: true });
  }

  /** The kernel said whose child it is. One that ended is its parent no more, though it may have been when that was noted. */
  belongsTo(child: Process, ppid: number): void {
    if (ppid === 0 || ppid === child.ppid || this.#ended.has(ppid)) return;
    child.ppid = ppid;
    this.#report.tell(child, { kind: "adopt", ppid });
  }

  /** A process ended: a zombie from here on, but for the command's own, which the tracer's wait has reaped. */
  ended(process: Process, raw: number, unawaited = false): void {
    const status = statusOf(raw);
    this.#ended.add(process.pid);
    process.zombie = true;
    process.unawaited = unawaited;
    process.stopped = false;
    this.#zombies.add(process);
    this.#report.tell(process, { kind: "exit", status });
    if (process.pid === this.root) this.rootStatus = status;
    if (process.pid === this.root && this.#ownsRoot) this.#gone(process, "outside");
    this.#adopt(process.pid);
    if (this.#prompt) this.sweep();
  }

  /** Its number was given to a new process: it was reaped unseen. */
  reused(pid: number): void {
    this.#ended.delete(pid);
    const process = this.#tree.processes.get(pid);
    if (process?.zombie) this.#gone(process, this.#reaper(process));
  }

  /** Zombies are left that somebody may reap unseen. */
  get unsettled(): boolean {
    return !this.#seesWaits && this.#zombies.size > 0;
  }

  /** A wait was seen: it names whom it reaped. */
  waited(op: Extract<Op, { op: "wait" }>): void {
    const ended = op.status === undefined || op.status.kind === "exited" || op.status.kind === "signaled";
    const process = op.child > 0 && !op.kept && ended ? this.#tree.processes.get(op.child) : undefined;
    if (process?.zombie) this.#forget(process);
  }

  /** Zombies that are in /proc no more. Who runs freely may have been reaped by a wait that is yet to be told of. */
  vanished(): Set<Process> {
    return new Set([...this.#zombies].filter((process) => !exists(process.pid, process.start)));
  }

  /** Tells of zombies that vanished without a wait that was seen; `only` of these. */
  sweep(only: Iterable<Process> = this.#zombies): void {
    for (const process of only) {
      if (!this.#zombies.has(process)) continue;
      const parent = this.#tree.processes.get(process.ppid);
      if (parent && isWaiting(parent)) continue;
      if (process.ppid === this.#self) libc().waitpid(process.pid, 0, WNOHANG);
      if (!exists(process.pid, process.start)) this.#gone(process, this.#reaper(process));
    }
  }

  #reaper(process: Process): "kernel" | "outside" | "unseen" {
    if (process.unawaited) return "kernel";
    const parent = this.#tree.processes.get(process.ppid);
    if (!parent || parent.zombie || parent.outside) return "outside";
    return this.#seesWaits && !parent.foreign ? "kernel" : "unseen";
  }

  /** Zombies whose parent is outside the tree and about to reap them. */
  get passing(): boolean {
    return this.#orphans().some((process) => !process.lingers);
  }

  /** Whoever adopted these does not reap: they are not waited for any more. */
  giveUp(): void {
    for (const process of this.#orphans()) process.lingers = true;
  }

  #orphans(): Process[] {
    return [...this.#zombies].filter((process) => this.#tree.processes.get(process.ppid)?.outside !== false);
  }

  #adopt(dead: number): void {
    for (const child of this.#tree.processes.values()) if (child.ppid === dead) this.#adopted(child);
  }

  /** Looks once more at those whose parent ended: its end may be told of before the kernel has found them another. */
  lookForOrphans(): void {
    for (const child of this.#tree.processes.values()) if (this.#tree.processes.get(child.ppid)?.zombie !== false && child.pid !== this.root) this.#adopted(child);
  }

  #adopted(child: Process): void {
    this.belongsTo(child, parentOf(child) ?? 0);
  }

  #gone(process: Process, by: "kernel" | "outside" | "unseen"): void {
    this.#forget(process);
    this.#report.tell(process, { kind: "reap", by });
  }

  #forget(process: Process): void {
    this.#zombies.delete(process);
    if (this.#tree.processes.get(process.pid) === process) this.#tree.processes.delete(process.pid);
  }
}

const WAITS = new Set(["wait4", "waitid"]);

/** A wait that does not sleep may have reaped a child already; its return tells. */
function isWaiting(process: Process): boolean {
  for (const task of process.threads) if (task.call && WAITS.has(task.call.name) && (task.state === "queued" || (task.state === "running" && !isAsleep(task)))) return true;
  return false;
}

function exists(pid: number, start: number): boolean {
  return quietly(() => stat(pid).start) === start;
}

/** Gone already means: adopted by someone outside, and reaped. */
function parentOf(process: Process): number | undefined {
  return quietly(() => stat(process.pid).ppid);
}

function statusOf(raw: number): WaitStatus {
  const status = fromRaw(raw);
  switch (status.kind) {
    case "exited": return { kind: "exited", code: status.code };
    case "signaled": return { kind: "signaled", signal: status.signal, core: status.core };
    default: return { kind: "exited", code: 0 };
  }
}
