/**
 * Finding evidence in a run: what the stories' checks are written with.
 *
 * @module
 */
import type { CallEvent, Event, FactEvent, Op } from "./event.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

/** What a call must be to be found; what is left out may be anything. */
export interface CallFilter {
  call?: string;
  pid?: number;
  op?: Op["op"];
}

/** The calls that fit, in order; the library's own housekeeping is left out. */
export function calls(events: readonly Event[], filter: CallFilter = {}): CallEvent[] {
  return events.filter((event): event is CallEvent => event.kind === "call" && !event.quiet
    && (filter.call === undefined || event.call === filter.call)
    && (filter.pid === undefined || event.pid === filter.pid)
    && (filter.op === undefined || event.op?.op === filter.op));
}

/** What the program published, by name, in order. */
export function factsByName(events: readonly Event[]): Map<string, FactEvent[]> {
  const facts = new Map<string, FactEvent[]>();
  for (const event of events) {
    if (event.kind !== "fact") continue;
    const same = facts.get(event.name);
    if (same) same.push(event);
    else facts.set(event.name, [event]);
  }
  return facts;
}

/** The world right after an event. */
export function worldAfter(timeline: Timeline, event: Event): World {
  return timeline.at(event.n);
}
