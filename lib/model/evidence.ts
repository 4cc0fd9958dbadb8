/** What a story's check looks for in its recording. @module */
import type { CallEvent, Event, FactEvent, Op } from "./event.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

/** Each field given must match. */
export interface CallFilter {
  /** Name of the system call. */
  call?: string;
  pid?: number;
  /** What the call did to the state. */
  op?: Op["op"];
}

/**
 * The calls that match, in order, failed ones among them; what library or runtime did for itself (quiet) is left out.
 *
 * @example
 * const [reaping] = calls(events, { op: "wait", pid: parent });
 */
export function calls(events: readonly Event[], filter: CallFilter = {}): CallEvent[] {
  const matches = (event: Event): event is CallEvent =>
    event.kind === "call"
    && event.quiet !== true
    && (filter.call === undefined || event.call === filter.call)
    && (filter.pid === undefined || event.pid === filter.pid)
    && (filter.op === undefined || event.op?.op === filter.op);
  return events.filter(matches);
}

/** Facts the program published, by name, each list in order: several processes may publish the same one. */
export function factsByName(events: readonly Event[]): Map<string, FactEvent[]> {
  const facts = new Map<string, FactEvent[]>();
  for (const event of events) {
    if (event.kind !== "fact") continue;
    const list = facts.get(event.name);
    if (list === undefined) facts.set(event.name, [event]);
    else list.push(event);
  }
  return facts;
}

/** The World as this event left it. Not to be changed. */
export function worldAfter(timeline: Timeline, event: Event): World {
  return timeline.at(event.n);
}
