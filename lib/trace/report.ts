/** Events on their way out: numbered, timed, recorded, checked, handed over in batches. @module */
import type { Event, Snapshot, WaitStatus } from "../model/event.ts";
import type { Accounting } from "./accounting.ts";
import type { Recorder } from "./recorder.ts";
import type { OwnedSnapshot } from "./snapshot.ts";
import type { Process, Task } from "./tasks.ts";
import type { FromWorker } from "./types.ts";
import type { Verifier } from "./verify.ts";

/** An event less what every event has. */
type Bare<E> = E extends Event ? Omit<E, "n" | "t" | "pid" | "tid" | "line" | "quiet"> : never;
export type BareEvent = Bare<Event>;

const BATCH = 256;

export class Reporter {
  /** Events are told; before, the program starts up. */
  reporting = false;
  /** Events so far that are steps: not quiet. */
  visible = 0;
  #next = 0;
  #zero = 0;
  #batch: Event[] = [];
  #toldFailure = false;
  readonly #say: (message: FromWorker) => void;
  readonly #recorder: Recorder | undefined;
  readonly #verifier: Verifier | undefined;
  readonly #accounting: Accounting | undefined;

  /** With `accounting`, what the runtime of a story reads for itself is quiet. */
  constructor(say: (message: FromWorker) => void, recorder: Recorder | undefined, verifier: Verifier | undefined, accounting: Accounting | undefined) {
    this.#say = say;
    this.#recorder = recorder;
    this.#verifier = verifier;
    this.#accounting = accounting;
  }

  /** Microseconds since the recording began. */
  now(): number {
    return Math.round(performance.now() * 1000) - this.#zero;
  }

  /** The first event; from here on events are told. */
  begin(process: Process, snapshot: Snapshot): void {
    this.#zero = Math.round(performance.now() * 1000);
    this.reporting = true;
    this.tell(process, { kind: "start", snapshot });
  }

  /** The last event. */
  end(pid: number, status: WaitStatus): void {
    this.#add({ n: this.#next++, t: this.now(), pid, kind: "end", status });
    this.flush();
  }

  /** Tells what a thread did. */
  of(task: Task, event: BareEvent): void {
    this.tell(task.process, event, task.tid, task.quiet || this.#accounting?.isOwn(task.pid, event));
  }

  /** Tells what happened to a process; nothing before the beginning. */
  tell(process: Process, event: BareEvent, tid = process.pid, housekeeping = false): void {
    if (!this.reporting || process.outside) return;
    const quiet = housekeeping || process.quiet;
    const whole = {
      n: this.#next++,
      t: this.now(),
      pid: process.pid,
      ...(tid === process.pid ? {} : { tid }),
      ...(process.line === undefined ? {} : { line: process.line }),
      ...(quiet ? { quiet: true as const } : {}),
      ...event,
    } as Event;
    if (!quiet) this.visible++;
    this.#add(whole);
  }

  #add(event: Event): void {
    this.#recorder?.add(event);
    this.#verifier?.apply(event);
    this.#batch.push(event);
    if (this.#batch.length >= BATCH) this.flush();
  }

  /** Something is not handed over yet. */
  get pending(): boolean {
    return this.#batch.length > 0;
  }

  /** Hands over what there is. */
  flush(): void {
    this.#record();
    if (this.#batch.length > 0) {
      this.#say({ say: "events", events: this.#batch });
      this.#batch = [];
    }
    const checked = this.#verifier?.takeResults();
    if (checked && checked.checks > 0) this.#say({ say: "checked", ...checked });
  }

  /** A recording that cannot go on is told of once; the command goes on. */
  #record(): void {
    this.#recorder?.flush();
    const failure = this.#recorder?.failure;
    if (!failure || this.#toldFailure) return;
    this.#toldFailure = true;
    this.#say({ say: "notice", failure: { ...failure.failure, hint: "what was written until then can be opened" } });
  }

  /** A check would look at something new. */
  get unchecked(): boolean {
    return this.reporting && this.#verifier?.stale === true;
  }

  /** Compares the model with the tree as it stands held. */
  check(snapshot: OwnedSnapshot): void {
    this.#verifier?.check(snapshot);
  }
}
