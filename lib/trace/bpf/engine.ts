/**
 * Watching without stopping anybody: what happens is written down in the kernel by programs at its tracepoints, and read from there.
 *
 * Nothing is held, so nothing can be asked afterwards: whatever an event tells was noted at that moment, and what was not is unknown.
 * Records that found no room are counted and told of.
 *
 * @module
 */
import { stat } from "../../core/proc/stat.ts";
import { clock_gettime } from "../../core/time.ts";
import { CLOCK_MONOTONIC } from "../../ffi/constants/event.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { type Block, libc } from "../../ffi/mod.ts";
import type { Snapshot, WaitStatus } from "../../model/event.ts";
import { COMMAND, type Listener } from "../control.ts";
import { callsOf, type KnownCall } from "../decode/table.ts";
import { FactReader } from "../facts.ts";
import { Family } from "../family.ts";
import { launchHeld, type Launched, whyNotStarted } from "../launch.ts";
import { quietly } from "../quietly.ts";
import type { Reporter } from "../report.ts";
import { takeSnapshot } from "../snapshot.ts";
import { type Process, type Task, Tree } from "../tasks.ts";
import { TraceError, type TraceOptions, type TracePhase } from "../types.ts";
import { joinTree } from "./begin.ts";
import { Calls } from "./calls.ts";
import { NotedFacts } from "./facts.ts";
import { openWatch } from "./refused.ts";
import { forkEvent, isUnawaited, statusOf } from "./lives.ts";
import { EXEC, EXIT, FORK, HEAD, RECORD } from "./records.ts";
import { Signals } from "./signals.ts";
import { Kept } from "../tracee_memory.ts";
import type { Watch } from "./watch.ts";

const SIGKILL = 9;
const NS_PER_US = 1000;
const NS_PER_TICK = 10_000_000;
/** Milliseconds between two looks at the ring, and so many of them between two looks at /proc. */
const NAP = 10;
const NAPS = 4;
/** So much of the ring in one nap is much; so much of it filled is too much to wait. */
const BUSY = 0.0005;
const FULL = 0.4;

export interface BpfParts {
  options: TraceOptions & { env: Record<string, string> };
  path: string;
  listener: Listener;
  report: (clock: () => number) => Reporter;
  phase: (phase: TracePhase) => void;
  notice: (message: string) => void;
}

/** Runs to the end; how the command ended, or undefined when it was left or had been attached to. */
export function traceByBpf(parts: BpfParts): { status: WaitStatus | undefined; reporter: Reporter } {
  const engine = new Engine(parts);
  try {
    return { status: engine.run(), reporter: engine.report };
  } finally {
    engine.close();
  }
}

const RESTART: KnownCall = { name: "restart_syscall", spec: { later: true, args: [] } };

class Engine {
  readonly report: Reporter;
  readonly #parts: BpfParts;
  readonly #tree = new Tree();
  readonly #facts = new FactReader();
  readonly #noted = new NotedFacts();
  readonly #family: Family;
  readonly #watch: Watch;
  readonly #calls: Calls;
  readonly #signals: Signals;
  /** Microseconds of CLOCK_MONOTONIC of what is being told. */
  #now = 0;
  #root = 0;
  /** How full the ring was at the last look. */
  #filled = 0;
  #left = false;
  /** The recording began. */
  #begun = false;
  #start: Snapshot | undefined;
  /** What failed in the command's process before its first image. */
  #failure: Launched["failure"] = () => undefined;

  constructor(parts: BpfParts) {
    this.#parts = parts;
    const { level, attach } = parts.options;
    const calls = callsOf(level);
    const restart = syscallNumber("restart_syscall");
    this.#watch = openWatch(level === "tree" ? [] : new Map([[restart, RESTART], ...calls]));
    this.report = parts.report(() => this.#now);
    this.#family = new Family(this.#tree, this.report, { prompt: false, seesWaits: level !== "tree", ownsRoot: attach === undefined });
    this.#calls = new Calls(calls, restart, { tree: this.#tree, report: this.report, family: this.#family });
    this.#signals = new Signals(this.#tree, this.report, this.#calls);
  }

  run(): WaitStatus | undefined {
    if (this.#parts.options.attach === undefined) this.#launch(this.#parts.options);
    else this.#join(this.#parts.options.attach);
    for (let naps = 1; this.#alive() && !this.#left; naps++) {
      this.#obey();
      if (!this.#mayWait()) {
        this.#watch.drain((record) => { this.#take(record); });
        if (naps % NAPS === 0) this.#lookAround();
      }
      if (this.#alive() && !this.#left) this.#watch.wait(NAP);
    }
    this.#watch.drain((record) => { this.#take(record); });
    this.#lookAround();
    const status = this.#left ? undefined : this.#family.rootStatus;
    if (!this.#begun) throw whyNotStarted(this.#parts.options.command[0] ?? "", { pid: this.#root, failure: this.#failure }, 0);
    this.report.end(this.#root, status);
    return status;
  }

  /**
   * While much happens and nobody looks on, records stay in the ring: reading them would take processor time from those who make them.
   * They are read when less happens, or when the ring fills up.
   */
  #mayWait(): boolean {
    const fill = this.#watch.fill;
    const busy = fill - this.#filled > BUSY;
    this.#filled = fill;
    return this.#parts.options.recordOnly === true && busy && fill < FULL;
  }

  /** Anyone is left who can do something. */
  #alive(): boolean {
    for (const process of this.#tree.processes.values()) if (!process.zombie) return true;
    return false;
  }

  close(): void {
    this.#watch.close();
  }

  // The beginning.

  /** The command's process waits before its exec: what it has then is what it begins with, less what exec closes. */
  #launch(options: BpfParts["options"]): void {
    const { pid, failure, go } = launchHeld(options, this.#parts.path);
    this.#failure = failure;
    this.#root = pid;
    this.#family.root = pid;
    this.#watch.add(pid);
    this.#tree.addTask(pid, this.#tree.addProcess(pid, stat(pid).start, libc().getpid()));
    this.#start = takeSnapshot(this.#tree, this.#facts, { runtime: false });
    go();
  }

  /** Its first image: the recording begins. */
  #beginWith(process: Process, exe: string, name: string, argv: string[]): void {
    const [facts] = this.#start?.processes ?? [];
    if (!facts) throw new TraceError({ message: "trace: the command's process could not be looked at before it began" });
    const begun = { ...facts, state: "R", exe, name, argv, fds: facts.fds.filter((one) => !one.cloexec) };
    this.#begin(process, { processes: [begun], unknown: this.#start?.unknown ?? [] });
  }

  #begin(process: Process, snapshot: Snapshot): void {
    this.#begun = true;
    this.report.begin(process, snapshot);
    this.#parts.phase("running");
  }

  #join(root: number): void {
    this.#root = root;
    this.#family.root = root;
    const { process, snapshot } = joinTree(root, this.#tree, this.#watch, this.#facts);
    this.#now = monotonic();
    this.#begin(process, snapshot);
  }

  // What is told.

  #take(record: Block): void {
    this.#now = Math.max(this.#now, Math.round(record.u64(HEAD.at) / NS_PER_US));
    switch (record.u32(HEAD.kind)) {
      case RECORD.call: return this.#begun ? this.#calls.returned(record, this.#now) : undefined;
      case RECORD.fork: return this.#forked(record);
      case RECORD.exec: return this.#executed(record);
      case RECORD.exit: return this.#ended(record);
      case RECORD.signal: return this.#signals.delivered(record, this.#task(record), this.#now);
      case RECORD.generated: return this.#signals.generated(record);
    }
  }

  #task(record: Block): Task | undefined {
    return this.#tree.tasks.get(record.u32(HEAD.tid));
  }

  #forked(record: Block): void {
    const task = this.#task(record);
    if (!task) return;
    const [tid, pid, parent] = [record.u32(FORK.tid), record.u32(FORK.pid), record.u32(FORK.parent)];
    const thread = pid === task.pid;
    const sibling = !thread && parent !== task.pid;
    if (!thread) this.#family.reused(pid);
    const start = Math.floor(record.u64(FORK.start) / NS_PER_TICK);
    const process = thread ? task.process : this.#tree.addProcess(pid, start, parent);
    const born = this.#tree.addTask(tid, process);
    if (!thread) process.handlers = new Map(task.process.handlers);
    born.fresh = true;
    this.report.of(task, forkEvent(record, tid, start, thread, sibling));
  }

  /** At an exec all other threads are gone, and the one that called has the first one's id. */
  #executed(record: Block): void {
    const pid = record.u32(HEAD.pid);
    const process = this.#tree.processes.get(pid);
    if (!process) return;
    for (const other of process.threads) if (other.tid !== pid) this.#tree.removeTask(other);
    const task = this.#tree.tasks.get(pid) ?? this.#tree.addTask(pid, process);
    task.blocked = false;
    process.handlers.clear();
    this.#facts.changed(pid);
    this.#noted.take(record, EXEC.size, new Kept());
    const { program, argv } = this.#noted;
    const exe = program ?? "";
    const name = record.text(EXEC.comm, 16);
    process.exe = exe;
    if (!this.#begun) return this.#beginWith(process, exe, name, argv);
    const former = record.u32(EXEC.former);
    if (former > 0 && former !== pid) this.#watch.forget(former, pid);
    this.report.tell(process, { kind: "exec", exe, name, argv }, former > 0 ? former : pid);
  }

  #ended(record: Block): void {
    const task = this.#task(record);
    if (!task) return;
    this.#calls.ended(task);
    const last = record.i32(EXIT.alive) <= 0;
    if (task.tid !== task.pid) {
      this.#tree.removeTask(task);
      this.#family.threadEnded(task, record.u32(EXIT.code));
    }
    if (!last) return;
    const { process } = task;
    for (const other of process.threads) this.#tree.removeTask(other);
    this.#facts.changed(process.pid);
    const raw = statusOf(record);
    this.#signals.endedBy(process, raw);
    this.#family.belongsTo(process, record.u32(EXIT.parent));
    if (process.pid === this.#root && this.#parts.options.attach === undefined) libc().waitpid(this.#root, 0, 0);
    this.#family.ended(process, raw, isUnawaited(record));
  }

  // Now and then.

  #lookAround(): void {
    const calls = this.#watch.inCall();
    const vanished = this.#family.vanished();
    const waiting = this.#calls.waiting(this.#watch.inCall());
    this.#watch.drain((record) => { this.#take(record); });
    this.#countLost();
    this.#now = Math.max(this.#now, monotonic());
    if (this.#begun) {
      this.#calls.sleeping(calls, this.#now * NS_PER_US);
      this.#signals.tellStops();
      this.#family.lookForOrphans();
      this.#family.sweep([...vanished].filter((process) => !waiting.has(process.ppid)));
    }
    this.report.flush();
  }

  /** Whoever ended unseen is told of as gone. */
  #countLost(): void {
    const lost = this.#watch.lost();
    const root = this.#tree.processes.get(this.#root);
    if (lost === 0 || !root) return;
    this.report.tell(root, { kind: "lost", count: lost, why: "the programs in the kernel found no room for them" });
    for (const process of this.#tree.processes.values()) {
      if (process.zombie || quietly(() => stat(process.pid).start) === process.start) continue;
      for (const task of process.threads) this.#tree.removeTask(task);
      this.report.tell(process, { kind: "reap", by: "unseen" });
      this.#tree.processes.delete(process.pid);
    }
  }

  #obey(): void {
    const { listener } = this.#parts;
    for (let next = listener.next(); next; next = listener.next()) {
      switch (next.command) {
        case COMMAND.kill: for (const process of this.#tree.processes.values()) if (!process.zombie) libc().kill(process.pid, SIGKILL); break;
        case COMMAND.detach: this.#left = true; break;
        case COMMAND.pause: case COMMAND.step: this.#parts.notice("pause: this engine stops nothing; trace without --engine bpf to hold processes"); break;
      }
    }
  }
}

/** CLOCK_MONOTONIC in microseconds, as the programs in the kernel read it. */
function monotonic(): number {
  return Math.round(clock_gettime(CLOCK_MONOTONIC) * 1000);
}
