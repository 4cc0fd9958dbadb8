/**
 * Recordings as text: a header line, then one event a line. A file whose writer was killed ends in half a line;
 * everything before it is good.
 *
 * @module
 */
import type { Failure } from "../../engine/protocol.ts";
import { FORMAT_VERSION, type Event, type RecordingHeader } from "../../lib/model/event.ts";

export type Recording = { header: RecordingHeader; events: Event[]; cut: boolean } | { failure: Failure };

export function parseRecording(text: string): Recording {
  const [first = "", ...lines] = text.split("\n");
  const header = parseLine(first);
  if (!isHeader(header)) return { failure: { message: "Read recording: the first line is not a forkscope header" } };
  if (header.forkscope > FORMAT_VERSION) {
    return { failure: { message: `Read recording: format ${header.forkscope} is newer than ${FORMAT_VERSION}`, hint: "Update forkscope" } };
  }
  const events: Event[] = [];
  for (const line of lines) {
    if (line === "") continue;
    const event = parseLine(line);
    if (!isEvent(event, events.length)) return { header, events, cut: true };
    events.push(event);
  }
  return { header, events, cut: false };
}

export function writeRecording(header: RecordingHeader | undefined, events: readonly Event[]): string {
  return [header ?? {}, ...events].map((each) => JSON.stringify(each)).join("\n") + "\n";
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHeader(value: unknown): value is RecordingHeader {
  return typeof value === "object" && value !== null && "forkscope" in value && typeof value.forkscope === "number";
}

function isEvent(value: unknown, n: number): value is Event {
  return typeof value === "object" && value !== null && "kind" in value && "n" in value && value.n === n;
}
