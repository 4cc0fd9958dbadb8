/** Signals on their way, and what they do to whom they reach: stop, go on, end. @module */
import { stat } from "../../core/proc/stat.ts";
import type { Block } from "../../ffi/mod.ts";
import { quietly } from "../quietly.ts";
import type { Reporter } from "../report.ts";
import type { Process, Task, Tree } from "../tasks.ts";
import type { Calls } from "./calls.ts";
import { type SignalFacts, signalEvent } from "./lives.ts";
import { GENERATED, SIGNAL } from "./records.ts";

const SIGKILL = 9;
const SIGCONT = 18;
const SIGSTOP = 19;
/** SIGTSTP, SIGTTIN, SIGTTOU: in an orphaned process group they stop nobody. */
const STOP_SIGNALS: ReadonlySet<number> = new Set([20, 21, 22]);
const SIG_DFL = 0;
const SIG_IGN = 1;
/** Of a wait status. */
const TERMINATED_BY = 0x7f;
/** TRACE_SIGNAL_DELIVERED: it waits to be taken out of the queue. */
const DELIVERED = 0;

export class Signals {
  readonly #tree: Tree;
  readonly #report: Reporter;
  readonly #calls: Calls;
  /** Processes that a signal would stop. */
  readonly #stopping = new Map<Process, number>();
  /** Signals on their way, by process. */
  readonly #sent = new Map<Process, Map<number, SignalFacts>>();

  constructor(tree: Tree, report: Reporter, calls: Calls) {
    this.#tree = tree;
    this.#report = report;
    this.#calls = calls;
  }

  delivered(record: Block, task: Task | undefined, now: number): void {
    const signal = record.u32(SIGNAL.signal);
    if (!task || signal === SIGKILL) return;
    this.#sent.get(task.process)?.delete(signal);
    this.#report.of(task, signalEvent(record));
    const handler = record.u64(SIGNAL.handler);
    if (handler > SIG_IGN) this.#calls.handled(task, record.u32(SIGNAL.actionFlags), now);
    if (signal === SIGSTOP) this.#stopped(task.process, signal);
    else if (STOP_SIGNALS.has(signal) && handler === SIG_DFL) this.#stopping.set(task.process, signal);
  }

  /** Remembered until it is delivered: one that ends its process is shown to the process as SIGKILL. */
  generated(record: Block): void {
    const process = this.#tree.processes.get(record.u32(GENERATED.pid));
    if (!process) return;
    const signal = record.u32(GENERATED.signal);
    if (record.u32(GENERATED.result) === DELIVERED) {
      const sent = this.#sent.get(process) ?? new Map<number, SignalFacts>();
      this.#sent.set(process, sent.set(signal, signalEvent(record)));
    }
    if (signal !== SIGCONT) return;
    this.#stopping.delete(process);
    if (!process.stopped) return;
    process.stopped = false;
    this.#report.tell(process, { kind: "continue" });
  }

  /** A process ended: what killed it was never shown to it. */
  endedBy(process: Process, raw: number): void {
    this.#stopping.delete(process);
    const fatal = this.#sent.get(process)?.get(raw & TERMINATED_BY);
    if (fatal && fatal.signal !== SIGKILL) this.#report.tell(process, fatal);
    this.#sent.delete(process);
  }

  /** A signal that stops has come; the kernel has the last word on whether it does. */
  tellStops(): void {
    for (const [process, signal] of this.#stopping) {
      if (quietly(() => stat(process.pid).state) === "T") this.#stopped(process, signal);
    }
  }

  #stopped(process: Process, signal: number): void {
    this.#stopping.delete(process);
    if (!process.stopped) this.#report.tell(process, { kind: "stop", signal });
    process.stopped = true;
  }
}
