/**
 * A recording as a timeline of spans: what every form that other viewers read is made of.
 *
 * @module
 */
import { resultText } from "../call_text.ts";
import type { Event, RecordingHeader } from "../event.ts";
import { describeStatus, signalName } from "../signals.ts";

/** One process's life. `id` names it for good: a pid may be used again. */
export interface LifeSpan {
  id: number;
  pid: number;
  name: string;
  argv: string[];
  /** Microseconds. */
  from: number;
  to: number;
  /** How it ended, in words. */
  end: string | undefined;
}

/** One thread, the first one of each process included. */
export interface ThreadTrack {
  life: number;
  tid: number;
}

/** A call from its entry to its return, or a moment. */
export interface Slice {
  life: number;
  tid: number;
  name: string;
  kind: "call" | "moment";
  from: number;
  /** Equal to `from` for a moment. */
  to: number;
  details: [name: string, value: string][];
}

/** Cause and effect: a fork and its child, an end and its wait. Indices into `slices`. */
export interface Flow {
  from: number;
  to: number;
}

export interface Spans {
  header: RecordingHeader;
  lives: LifeSpan[];
  threads: ThreadTrack[];
  slices: Slice[];
  flows: Flow[];
}

/** Cuts a recording into spans. */
export function spansOf(header: RecordingHeader, events: readonly Event[]): Spans {
  const maker = new Maker(header);
  for (const event of events) maker.take(event);
  return maker.finish(events.at(-1)?.t ?? 0);
}

class Maker {
  readonly #spans: Spans;
  readonly #current = new Map<number, LifeSpan>();
  readonly #seen = new Set<string>();
  /** Slice that a process's next slice comes from: the fork that made it. */
  readonly #births = new Map<number, number>();
  /** Slice of a process's end, for the wait that takes it. */
  readonly #ends = new Map<number, number>();

  constructor(header: RecordingHeader) {
    this.#spans = { header, lives: [], threads: [], slices: [], flows: [] };
  }

  take(event: Event): void {
    if (event.quiet) return;
    switch (event.kind) {
      case "start":
        for (const { pid, name, argv } of event.snapshot.processes) this.#begin(pid, event.t, name, argv ?? []);
        return;
      case "fork": return this.#fork(event);
      case "exec": return this.#exec(event);
      case "call": return this.#call(event);
      case "signal": return void this.#moment(event, signalName(event.signal), event.from === undefined ? [] : [["from", String(event.from)]]);
      case "stop": return void this.#moment(event, `stopped by ${signalName(event.signal)}`, []);
      case "continue": return void this.#moment(event, "continued", []);
      case "adopt": return void this.#moment(event, `adopted by ${event.ppid}`, []);
      case "exit": return this.#exit(event);
      case "lost": return void this.#moment(event, `${event.count} events lost`, [["why", event.why]]);
    }
  }

  finish(end: number): Spans {
    for (const life of this.#current.values()) life.to = Math.max(life.from, end);
    return this.#spans;
  }

  #begin(pid: number, t: number, name: string, argv: string[]): void {
    const life: LifeSpan = { id: this.#spans.lives.length, pid, name, argv, from: t, to: t, end: undefined };
    this.#spans.lives.push(life);
    this.#current.set(pid, life);
    this.#track(life, pid);
  }

  #track(life: LifeSpan, tid: number): void {
    const key = `${life.id}/${tid}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#spans.threads.push({ life: life.id, tid });
  }

  #fork(event: Extract<Event, { kind: "fork" }>): void {
    const at = this.#moment(event, event.thread ? `new thread ${event.child}` : `${event.how} ${event.child}`, []);
    const parent = this.#current.get(event.pid);
    if (event.thread) return parent && this.#track(parent, event.child);
    this.#begin(event.child, event.t, parent?.name ?? String(event.child), parent?.argv ?? []);
    if (at !== undefined) this.#births.set(event.child, at);
  }

  #exec(event: Extract<Event, { kind: "exec" }>): void {
    this.#moment(event, `exec ${event.name}`, [["exe", event.exe], ["argv", event.argv.join(" ")]]);
    const life = this.#current.get(event.pid);
    if (life) Object.assign(life, { name: event.name, argv: event.argv });
  }

  #call(event: Extract<Event, { kind: "call" }>): void {
    const details: Slice["details"] = [["args", event.args.join(", ")], ["ret", resultText(event)]];
    const at = this.#add(event, event.call, "call", Math.max(0, event.t - (event.took ?? 0)), details);
    const ended = event.op?.op === "wait" && event.op.child > 0 ? this.#ends.get(event.op.child) : undefined;
    if (at === undefined || ended === undefined || event.op?.op !== "wait") return;
    this.#spans.flows.push({ from: ended, to: at });
    if (!event.op.kept) this.#ends.delete(event.op.child);
  }

  #exit(event: Extract<Event, { kind: "exit" }>): void {
    const words = describeStatus(event.status);
    const at = this.#moment(event, event.thread ? "thread ended" : words, []);
    const life = this.#current.get(event.pid);
    if (event.thread || life === undefined) return;
    life.to = event.t;
    life.end = words;
    this.#current.delete(event.pid);
    if (at !== undefined) this.#ends.set(event.pid, at);
  }

  #moment(event: Event, name: string, details: Slice["details"]): number | undefined {
    return this.#add(event, name, "moment", event.t, details);
  }

  #add(event: Event, name: string, kind: Slice["kind"], from: number, details: Slice["details"]): number | undefined {
    const life = this.#current.get(event.pid);
    if (life === undefined) return undefined;
    const tid = event.tid ?? event.pid;
    this.#track(life, tid);
    const at = this.#spans.slices.length;
    this.#spans.slices.push({ life: life.id, tid, name, kind, from, to: event.t, details: [...details, ["event", String(event.n)]] });
    const birth = this.#births.get(event.pid);
    if (birth !== undefined && kind === "call" || birth !== undefined && event.kind !== "fork") {
      this.#spans.flows.push({ from: birth, to: at });
      this.#births.delete(event.pid);
    }
    return at;
  }
}
