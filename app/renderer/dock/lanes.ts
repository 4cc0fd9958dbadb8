/**
 * Lanes of the timeline in steps: what each process was doing, its marks, and the arrows between lanes.
 *
 * @module
 */
import type { Event, WaitStatus } from "../../../lib/model/event.ts";
import type { Process, ProcessState, World } from "../../../lib/model/world.ts";
import { eventTitle, markKind, type MarkKind } from "../figure/kinds.ts";

export interface Segment {
  from: number;
  /** Step that ends it; undefined while it lasts. */
  to?: number;
  state: ProcessState;
  /** Call slept in, for the words above the line. */
  call?: { call: string; args: string[] };
}

interface Mark { step: number; kind: MarkKind; title: string; signal?: number }

export interface Lane {
  key: string;
  pid: number;
  /** Last name seen. */
  name: string;
  /** How it ended, once it has. */
  status?: WaitStatus;
  segments: Segment[];
  marks: Mark[];
  born: number;
  /** Who waited for it: a pid, the kernel itself (SIGCHLD ignored), or a parent outside the tree. */
  reaped?: { step: number; by: number | "kernel" | "outside" | "unseen" };
  adopted?: { step: number; by: number };
}

export interface Arrow {
  id: string;
  kind: "fork" | "signal" | "pass";
  from: { step: number; lane: number };
  /** Absent for a message not yet received. */
  to?: { step: number; lane: number };
  message?: number;
}

export class LaneBook {
  readonly lanes: Lane[] = [];
  readonly arrows: Arrow[] = [];
  readonly #byKey = new Map<string, number>();

  /** Takes the next step; `changed`: the processes that can have changed since the last one. */
  append(step: number, event: Event, world: World, changed: Iterable<Process>): void {
    for (const process of changed) this.#follow(step, event, process);
    const kind = markKind(event);
    const lane = this.laneOf(event.pid, world);
    const mark = kind && { step, kind, title: eventTitle(event), ...(event.kind === "signal" ? { signal: event.signal } : {}) };
    if (mark) lane?.marks.push(mark);
    this.#connect(step, event, world);
  }

  /** Lane of the present holder of a pid. */
  laneOf(pid: number, world: World): Lane | undefined {
    return this.lanes[this.#indexOf(pid, world)];
  }

  #indexOf(pid: number, world: World): number {
    const key = world.byPid.get(pid) ?? [...world.processes.values()].find((p) => p.pid === pid)?.key;
    if (key !== undefined) return this.#byKey.get(key) ?? -1;
    return this.lanes.map((lane) => lane.pid).lastIndexOf(pid);
  }

  #follow(step: number, event: Event, process: Process): void {
    const index = this.#byKey.get(process.key) ?? this.#open(step, process);
    const lane = this.lanes[index];
    if (!lane || lane.reaped) return;
    lane.name = process.name;
    if (process.status) lane.status = process.status;
    if (process.state === "reaped") {
      closeLast(lane, step);
      lane.reaped = { step, by: process.reapedBy ?? (event.kind === "reap" ? event.by : "kernel") };
      return;
    }
    if (process.bornTo !== undefined && process.bornTo !== process.ppid && !lane.adopted && lane.born !== step) lane.adopted = { step, by: process.ppid };
    const last = lane.segments[lane.segments.length - 1];
    if (last?.state === process.state && last.call?.call === process.blockedIn?.call) return;
    closeLast(lane, step);
    lane.segments.push({ from: step, state: process.state, ...(process.blockedIn ? { call: process.blockedIn } : {}) });
  }

  #open(step: number, process: Process): number {
    const index = this.lanes.push({ key: process.key, pid: process.pid, name: process.name, segments: [], marks: [], born: step }) - 1;
    this.#byKey.set(process.key, index);
    return index;
  }

  #connect(step: number, event: Event, world: World): void {
    const here = { step, lane: this.#indexOf(event.pid, world) };
    if (event.kind === "fork" && event.thread !== true) {
      this.#arrow({ id: `fork/${step}`, kind: "fork", from: here, to: { step, lane: this.#indexOf(event.child, world) } });
    } else if (event.kind === "signal" && event.from !== undefined && event.from !== event.pid) {
      this.#arrow({ id: `signal/${step}`, kind: "signal", from: this.#lastMark(event.from, step, world), to: here });
    } else if (event.kind === "call" && event.op?.op === "send" && event.op.fds.length > 0) {
      const sent = world.messages.find((message) => message.sentAt === event.n);
      if (sent) this.#arrow({ id: `pass/${sent.id}`, kind: "pass", from: here, message: sent.id });
    }
    for (const message of world.touched.delivered) {
      const arrow = this.arrows.find((candidate) => candidate.message === message.id);
      if (arrow) arrow.to = here;
    }
  }

  /** The sender's last mark (its exit or kill), where a signal's arrow starts. */
  #lastMark(pid: number, step: number, world: World): { step: number; lane: number } {
    const lane = this.#indexOf(pid, world);
    const marks = this.lanes[lane]?.marks ?? [];
    return { step: marks[marks.length - 1]?.step ?? step, lane };
  }

  #arrow(arrow: Arrow): void {
    if (arrow.from.lane >= 0 && (arrow.to?.lane ?? 0) >= 0) this.arrows.push(arrow);
  }
}

function closeLast(lane: Lane, step: number): void {
  const last = lane.segments[lane.segments.length - 1];
  if (last && last.to === undefined) last.to = step;
}
