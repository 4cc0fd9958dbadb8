/**
 * What a run is told through: JSON lines, one line an event, or the figure in a terminal.
 *
 * @module
 */
import type { SessionEnd } from "../engine/session.ts";
import type { Verdict } from "../engine/protocol.ts";
import type { Event } from "../lib/model/event.ts";

/** What was run. */
export interface Subject {
  scenario?: string;
  runtime?: string;
}

export interface Report {
  events(batch: Event[]): void;
  /** Model and kernel disagreed, in words. */
  disagreed(line: string): void;
  /** The run is over; `exit` is the status forkscope itself will have. */
  end(end: SessionEnd, exit: number): void;
}

/** The result line's form of a verdict. */
export function verdictLine({ claim, verdict, evidence }: Verdict): { claim: string; verdict: string; evidence: Verdict["evidence"] } {
  return { claim, verdict, evidence };
}
