/** Events on their way out: numbered, timed, recorded, checked, handed over in batches. @module */
import type { Event, EventBase, Snapshot, WaitStatus } from "../model/event.ts";
import type { Accounting } from "./accounting.ts";
import type { Call } from "./decode/call.ts";
import { emptyPool, isPoolFull } from "./tracee_memory.ts";
import type { Recorder } from "./recorder.ts";
import type { OwnedSnapshot } from "./snapshot.ts";
import type { Process, Task } from "./tasks.ts";
import type { FromWorker } from "./types.ts";
import type { Verifier } from "./verify.ts";

/** An event less what every event has. */
type Bare<E> = E extends Event ? Omit<E, "n" | "t" | "pid" | "tid" | "line" | "quiet"> : never;
export type BareEvent = Bare<Event>;

const BATCH = 256;
/** So many events wait at most to be completed. */
const BACKLOG = 512;

/** An event to complete and give away, or a call whose arguments at entry are to be shown. */
type Work = { event: Event; finish?: Finish } | Call;

/** Completes an event: what could not be known when it was told. */
export type Finish = (event: object) => void;

/** Who is given the events. */
export interface Hearers {
  recorder: Recorder | undefined;
  verifier: Verifier | undefined;
  /** What the runtime of a story reads for itself is quiet. */
  accounting: Accounting | undefined;
  /** The thread that started the tracer wants them. */
  events: boolean;
  /** Microseconds of what is told, when that is not now. */
  clock?: () => number;
}

const sinceStart = (): number => performance.now() * 1000;

export class Reporter {
  /** Events are told; before, the program starts up. */
  reporting = false;
  /** Events so far that are steps: not quiet. */
  visible = 0;
  #next = 0;
  #zero = 0;
  #batch: Event[] = [];
  /** What can be done while the processes run, oldest first. */
  readonly #work: Work[] = [];
  /** Events go to the recording alone; the others are told how many there are. */
  #silent = 0;
  #toldFailure = false;
  readonly #say: (message: FromWorker) => void;
  readonly #recorder: Recorder | undefined;
  readonly #verifier: Verifier | undefined;
  readonly #accounting: Accounting | undefined;
  readonly #toldEvents: boolean;
  readonly #clock: () => number;

  constructor(say: (message: FromWorker) => void, { recorder, verifier, accounting, events, clock = sinceStart }: Hearers) {
    this.#say = say;
    this.#recorder = recorder;
    this.#verifier = verifier;
    this.#accounting = accounting;
    this.#toldEvents = events;
    this.#clock = clock;
  }

  /** Microseconds since the recording began. */
  now(): number {
    return Math.round(this.#clock()) - this.#zero;
  }

  /** The first event; from here on events are told. */
  begin(process: Process, snapshot: Snapshot): void {
    this.#zero = Math.round(this.#clock());
    this.reporting = true;
    this.tell(process, { kind: "start", snapshot });
  }

  /** The last event; without a status the processes go on. */
  end(pid: number, status: WaitStatus | undefined): void {
    this.#add({ n: this.#next++, t: this.now(), pid, kind: "end", ...(status ? { status } : {}) });
    this.flush();
  }

  /** Tells what a thread did. `finish` completes the event, later. */
  of(task: Task, event: BareEvent, finish?: Finish): void {
    if (this.#accounting) this.workOff();
    if (this.#accounting && finish) finish(event);
    this.tell(task.process, event, task.tid, task.quiet || this.#accounting?.isOwn(task.pid, event), this.#accounting ? undefined : finish);
  }

  /** A call was entered whose arguments are shown later. */
  later(call: Call): void {
    this.#work.push(call);
    if (isPoolFull()) this.workOff();
  }

  /** Tells what happened to a process; nothing before the beginning. */
  tell(process: Process, event: BareEvent, tid = process.pid, housekeeping = false, finish?: Finish): void {
    if (!this.reporting || process.outside) return;
    const quiet = housekeeping || process.quiet;
    const base: EventBase = { n: this.#next++, t: this.now(), pid: process.pid };
    if (tid !== process.pid) base.tid = tid;
    if (process.line !== undefined) base.line = process.line;
    if (quiet) base.quiet = true;
    else this.visible++;
    this.#add(Object.assign(base, event) as Event, finish);
  }

  #add(event: Event, finish?: Finish): void {
    this.#work.push(finish ? { event, finish } : { event });
    if (this.#work.length >= BACKLOG || isPoolFull()) this.workOff();
  }

  /** There is work that can be done while the processes run. */
  get backlog(): boolean {
    return this.#work.length > 0;
  }

  /** Completes the oldest events; all of them unless told how many. */
  workOff(most = Infinity): void {
    let done = 0;
    for (; done < this.#work.length && done < most; done++) this.#complete(this.#work[done]);
    if (done < this.#work.length) this.#work.splice(0, done);
    else {
      this.#work.length = 0;
      emptyPool();
    }
  }

  #complete(work: Work | undefined): void {
    if (work === undefined) return;
    if (!("event" in work)) return work.showEntry();
    const { event } = work;
    work.finish?.(event);
    this.#recorder?.add(event);
    this.#verifier?.apply(event);
    if (!this.#toldEvents) return void this.#silent++;
    this.#batch.push(event);
    if (this.#batch.length >= BATCH) this.#handOver();
  }

  /** Something is not handed over yet. */
  get pending(): boolean {
    return this.#batch.length > 0 || this.#work.length > 0 || this.#silent > 0;
  }

  #handOver(): void {
    this.#say({ say: "events", events: this.#batch });
    this.#batch = [];
  }

  /** Hands over what there is. */
  flush(): void {
    this.workOff();
    this.#record();
    if (this.#silent > 0) this.#say({ say: "count", events: this.#next });
    this.#silent = 0;
    if (this.#batch.length > 0) this.#handOver();
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
    if (this.#verifier) this.workOff();
    return this.reporting && this.#verifier?.stale === true;
  }

  /** Compares the model with the tree as it stands held. */
  check(snapshot: OwnedSnapshot): void {
    this.workOff();
    this.#verifier?.check(snapshot);
  }
}
