/** A recording to draw, folded by the model itself; tests/fixtures/ui/hand_over.ts writes it. */
import { readFileSync } from "node:fs";
import { Digest } from "../../../app/renderer/figure/digest.ts";
import type { Event } from "../../../lib/model/event.ts";
import { parseText } from "../../../lib/model/recording_text.ts";
import { Timeline } from "../../../lib/model/timeline.ts";

export interface Loaded { timeline: Timeline; digest: Digest; events: Event[] }

export function load(name: string): Loaded {
  const read = parseText(readFileSync(new URL(`../../fixtures/recordings/${name}.jsonl`, import.meta.url), "utf8"));
  return digest(read.events);
}

function digest(events: Event[]): Loaded {
  const timeline = new Timeline();
  timeline.append(events);
  const book = new Digest();
  for (const event of events) book.append(event, timeline.at(event.n));
  return { timeline, digest: book, events };
}
