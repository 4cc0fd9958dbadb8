/** From a returned call to its event. @module */
import { errnoCode } from "../ffi/mod.ts";
import type { CallEvent, Op } from "../model/event.ts";
import type { DataKeeper } from "./data.ts";
import { type Also, type Call, previewAt } from "./decode/call.ts";
import { restartName } from "./interrupted.ts";
import type { Finish } from "./report.ts";

export interface Result {
  ret: number;
  errno?: string;
}

/** Reads the result register: -1 and an errno on failure. */
export function resultOf(call: Call, ret: number, failed: boolean): Result {
  if (call.spec.noResult && !failed) return { ret: 0 };
  if (call.spec.noResult && call.name === "rt_sigreturn") return { ret: 0 };
  return failed ? { ret: -1, errno: errnoCode(-ret) } : { ret };
}

type BareCall = Omit<CallEvent, "n" | "t" | "pid">;

/** What a returned call is told as. */
export interface Told {
  /** One event; two for a call that moves data from one descriptor to another. */
  events: BareCall[];
  /** Completes the first one's arguments; to be called before it is given away. */
  finish?: Finish;
}

/** To be called while the thread is held. */
export function callEvents(call: Call, result: Result, took: number, data?: DataKeeper): Told {
  call.ret = result.ret;
  if (result.errno !== undefined) return { events: [{ kind: "call", call: call.name, args: call.text, ret: -1, errno: result.errno, took }] };
  const later = call.leave();
  const event: BareCall = { kind: "call", call: call.name, args: call.text, ret: result.ret, took };
  const op = call.spec.op?.(call);
  if (op) event.op = op;
  if (op) data?.keep(call.pid, call.tid, op, call.spec.moved?.(call) ?? []);
  const also = call.spec.also?.(call) ?? [];
  const events = [event, ...also.map((other) => alsoDid(call, other, data))];
  if (later) return { events, finish: (whole) => { call.showReturn(op); note(call, whole); } };
  note(call, event);
  if (op) preview(call, op);
  return { events };
}

/** Another thing that the same call did. */
function alsoDid(call: Call, { op, moved = [] }: Also, data: DataKeeper | undefined): BareCall {
  data?.keep(call.pid, call.tid, op, moved);
  return { kind: "call", call: call.name, args: call.text, ret: call.ret, op };
}

function note(call: Call, event: object): void {
  if (call.note !== undefined) Object.assign(event, { note: call.note });
}

/** Why a call gives no result. */
export type Unreturned = NonNullable<CallEvent["unreturned"]>;

const EXITS: ReadonlySet<string> = new Set(["exit", "exit_group"]);

/** Why a call gives no result whose thread is gone. */
export function howCut(call: Call): Unreturned {
  return EXITS.has(call.name) ? "exits" : "cut";
}

/** A call that gives no result, and why. */
export function unreturned(call: Call, why: Unreturned, took: number): BareCall {
  const restarts = why === "restarts" ? { errno: restartName(call.ret) } : {};
  return { kind: "call", call: call.name, args: call.text, ret: -1, ...restarts, took, unreturned: why };
}

function preview(call: Call, op: Op): void {
  const piece = "bytes" in op && op.preview === undefined ? call.spec.moved?.(call)[0] : undefined;
  if (piece) Object.assign(op, previewAt(call, piece.base, piece.length));
}
