/**
 * Which events are steps, and which of the four marks an event has in the timeline.
 *
 * @module
 */
import type { Event } from "../../../lib/model/event.ts";
import { signalName } from "../../../lib/model/signals.ts";

export type MarkKind = "process" | "descriptor" | "message" | "signal";
export const markKinds: readonly MarkKind[] = ["process", "descriptor", "message", "signal"];

/** A step is an event the reader stops at. What the runtime does for itself and published evidence are folded away. */
export function isStep(event: Event): boolean {
  return event.quiet !== true && event.kind !== "fact";
}

/** Kind of mark, or undefined for an event drawn by its lane alone (a call that sleeps). */
export function markKind(event: Event): MarkKind | undefined {
  switch (event.kind) {
    case "block":
    case "fact":
    case "lost":
      return undefined;
    case "signal":
    case "stop":
    case "continue":
      return "signal";
    case "call":
      return callKind(event.op?.op);
    default:
      return "process";
  }
}

function callKind(op: string | undefined): MarkKind {
  switch (op) {
    case "send":
    case "receive":
      return "message";
    case "kill":
    case "sigaction":
    case "sigmask":
      return "signal";
    case undefined:
    case "wait":
    case "setpgid":
    case "setsid":
    case "chdir":
    case "name":
    case "subreaper":
      return "process";
    default:
      return "descriptor";
  }
}

/** Name of the call or happening, as the timeline and the inspector title it. */
export function eventTitle(event: Event): string {
  switch (event.kind) {
    case "call":
    case "block":
      return event.call;
    case "fork":
      return event.how;
    case "signal":
    case "stop":
      return signalName(event.signal);
    case "exec":
      return "execve";
    case "exit":
      return event.status.kind === "exited" ? "exit_group" : "exit";
    default:
      return event.kind;
  }
}
