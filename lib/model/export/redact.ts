/** What is taken out of a recording before it is given to others: the data that passed, and what stands in arguments like it. @module */
import type { Event, Op } from "../event.ts";

/** Calls whose quoted arguments are data, not names. */
const MOVES_DATA = /^(?:p?read|p?write|send|recv|splice|vmsplice|msgsnd|msgrcv|mq_timed|getrandom|[fl]?[gs]etxattr|add_key)/;
const QUOTED = /"(?:\\.|[^"\\])*"(?:\.\.\.)?/g;

/** The event without data; events that carry none are given back as they are. Environments are never recorded. */
export function redact(event: Event): Event {
  if (event.kind === "fact") return { ...event, value: null };
  if (event.kind !== "call" && event.kind !== "block") return event;
  const args = MOVES_DATA.test(event.call) ? event.args.map((arg) => arg.replace(QUOTED, '"…"')) : event.args;
  if (event.kind === "block" || event.op === undefined) return { ...event, args };
  return { ...event, args, op: withoutData(event.op) };
}

function withoutData(op: Op): Op {
  if (!("preview" in op) && !("data" in op)) return op;
  const { preview: _, data: __, ...rest } = op;
  return rest;
}
