/**
 * Verdicts of a run, computed from its events alone.
 *
 * @module
 */
import type { Event } from "../lib/model/event.ts";
import { scenario } from "../scenarios/mod.ts";
import type { Verdict } from "./protocol.ts";

/** What the run of a scenario showed; nothing for a command that is no scenario of ours. */
export async function verdictsOf(id: string | undefined, events: readonly Event[]): Promise<Verdict[]> {
  const known = id === undefined ? undefined : scenario(id);
  if (!known || events.length === 0) return [];
  const { Timeline } = await import("../lib/model/timeline.ts");
  const timeline = new Timeline();
  timeline.append([...events]);
  const check = await known.check();
  return check({ events, at: (n) => timeline.at(n) });
}
