/** From a returned call to its event. @module */
import { errnoCode } from "../ffi/mod.ts";
import type { CallEvent } from "../model/event.ts";
import type { Call } from "./decode/call.ts";

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

/** One event; two for a call that moves data from one descriptor to another. */
export function callEvents(call: Call, result: Result, took: number): Omit<CallEvent, "n" | "t" | "pid">[] {
  call.ret = result.ret;
  if (result.errno === undefined) call.leave();
  const event: Omit<CallEvent, "n" | "t" | "pid"> = { kind: "call", call: call.name, args: call.text, ...result, took };
  if (result.errno !== undefined) return [event];
  const op = call.spec.op?.(call);
  const also = call.spec.also?.(call);
  if (op) event.op = op;
  return also ? [event, { kind: "call", call: call.name, args: call.text, ret: result.ret, op: also }] : [event];
}
