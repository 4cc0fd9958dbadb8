/**
 * One traced run, or one opened recording: its events, its phase, its verdicts.
 *
 * @module
 */
import type { Event, RecordingHeader, WaitStatus } from "../lib/model/event.ts";
import type { Recording } from "../lib/model/recording_check.ts";
import { type Disagreement, trace, type TraceOptions, type Tracer } from "../lib/trace/mod.ts";
import { clearStoryFolder } from "./places.ts";
import type { Failure, SessionPhase, SessionState, Verdict } from "./protocol.ts";
import type { Start } from "./start.ts";
import type { Capture } from "./stdio.ts";
import { verdictsOf } from "./verdicts.ts";

/** Who hears of a session. */
export interface SessionListener {
  events(batch: Event[]): void;
  state(state: SessionState): void;
  verdicts(verdicts: Verdict[]): void;
  disagreed?(disagreements: Disagreement[]): void;
}

/** How a session came to its end. */
export interface SessionEnd {
  /** How the traced command ended; absent for a recording that was cut short, and when it never began. */
  status?: WaitStatus;
  failure?: Failure;
  verdicts: Verdict[];
  checks: number;
  disagreements: number;
}

export class Session {
  readonly id: number;
  readonly header: RecordingHeader;
  readonly events: Event[] = [];
  /** Settled when the run is over and judged. */
  readonly done: Promise<SessionEnd>;
  readonly #listener: SessionListener;
  #tracer: Tracer | undefined;
  #errors: Capture | undefined;
  #phase: SessionPhase = "starting";
  #failure: Failure | undefined;
  #finish: (end: SessionEnd) => void = () => {};
  #checks = 0;
  #disagreements = 0;

  private constructor(id: number, header: RecordingHeader, listener: SessionListener) {
    this.id = id;
    this.header = header;
    this.#listener = listener;
    this.done = new Promise((resolve) => { this.#finish = resolve; });
  }

  /** Starts a command under the tracer. */
  static traced(id: number, { options, header, errors }: Start, listener: SessionListener): Session {
    const session = new Session(id, header, listener);
    session.#errors = errors;
    session.#start(options);
    return session;
  }

  /** Plays what was read of a recording; of a damaged or unfinished one its good part, and says where it breaks off. */
  static opened(id: number, path: string, { header, events, damaged }: Recording, listener: SessionListener): Session {
    const session = new Session(id, header, listener);
    if (damaged) session.#failure = { message: `read ${path}: ${damaged.where} is damaged, ${damaged.why}`, hint: `${events.length} events before it are shown` };
    else if (events.at(-1)?.kind !== "end") session.#failure = { message: `read ${path}: the recording stops before the end of its run`, hint: `its ${events.length} events are shown` };
    queueMicrotask(() => {
      session.#take(events);
      session.#end(statusOf(events));
    });
    return session;
  }

  run(pace: number): void { this.#tracer?.run(pace); }
  pause(): void { this.#tracer?.pause(); }
  step(pid?: number): void { this.#tracer?.step(pid); }
  detach(): void { this.#tracer?.detach(); }
  kill(): void { if (this.#live) this.#tracer?.kill(); }

  get #live(): boolean {
    return this.#phase !== "ended" && this.#phase !== "failed";
  }

  #start(options: TraceOptions): void {
    this.#tell();
    this.#tracer = trace(options, {
      events: (batch) => { this.#take(batch); },
      phase: (phase, failure) => { this.#change(phase, failure); },
      notice: (failure) => {
        this.#failure = failure;
        this.#tell();
      },
      checked: (checks, disagreements) => { this.#checked(checks, disagreements); },
    });
    void this.#tracer.done.then((status) => { this.#end(status); }, (error: unknown) => { this.#fail(error); }).finally(() => { this.#clear(); });
  }

  #clear(): void {
    const [first] = this.events;
    if (this.header.scenario !== undefined && first) clearStoryFolder(first.pid);
  }

  #take(batch: Event[]): void {
    for (const event of batch) this.events.push(event);
    if (batch.length > 0) this.#listener.events(batch);
  }

  /** The end is told once everything is judged, so a tracer's own "ended" waits for that. */
  #change(phase: SessionPhase, failure: Failure | undefined): void {
    if (failure) this.#failure = failure;
    if (phase === "failed") this.#fail(failure ?? { message: "trace: the tracer gave no reason" });
    else if (phase !== "ended" && this.#live) {
      this.#phase = phase;
      this.#tell();
    }
  }

  #checked(checks: number, disagreements: Disagreement[]): void {
    this.#checks += checks;
    this.#disagreements += disagreements.length;
    if (disagreements.length > 0) this.#listener.disagreed?.(disagreements);
    this.#tell();
  }

  #fail(error: unknown): void {
    if (!this.#live) return;
    this.#failure = error instanceof Error ? { message: error.message } : (error as Failure);
    const said = this.#errors?.take();
    if (said && !this.#failure.hint) this.#failure = { ...this.#failure, hint: said };
    this.#phase = "failed";
    this.#tell();
    this.#finish({ failure: this.#failure, verdicts: [], checks: this.#checks, disagreements: this.#disagreements });
  }

  #end(status: WaitStatus | undefined): void {
    if (!this.#live) return;
    this.#errors?.take();
    void this.#judge().then((verdicts) => {
      this.#phase = "ended";
      this.#tell();
      this.#finish({
        verdicts, checks: this.#checks, disagreements: this.#disagreements,
        ...(status ? { status } : {}), ...(this.#failure ? { failure: this.#failure } : {}),
      });
    });
  }

  async #judge(): Promise<Verdict[]> {
    try {
      const verdicts = await verdictsOf(this.header.scenario, this.events);
      if (verdicts.length > 0) this.#listener.verdicts(verdicts);
      return verdicts;
    } catch (error) {
      this.#failure = { message: `judge ${this.header.scenario}: ${String(error)}` };
      return [];
    }
  }

  #tell(): void {
    this.#listener.state({
      session: this.id, phase: this.#phase, header: this.header,
      checks: this.#checks, disagreements: this.#disagreements,
      ...(this.#failure ? { failure: this.#failure } : {}),
    });
  }
}

function statusOf(events: readonly Event[]): WaitStatus | undefined {
  const last = events.at(-1);
  return last?.kind === "end" ? last.status : undefined;
}
