/**
 * Recordings as text: a header line, then one event a line, each ended by a newline.
 *
 * A writer that is killed leaves at most half a line at the end; everything before it is good.
 *
 * @module
 */
import { type Event, FORMAT_VERSION, type RecordingHeader } from "./event.ts";

export interface Recording {
  header: RecordingHeader;
  events: Event[];
  /** Where reading ended early: number of the line (1-based), and why. Events before it are whole. */
  damaged?: { line: number; why: string };
}

export function encodeHeader(header: RecordingHeader): string {
  return `${JSON.stringify(header)}\n`;
}

export function encodeEvent(event: Event): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * Reads a recording as far as it is whole.
 *
 * @throws Error when the first line is no header, or its format is newer than this reader.
 */
export function parseRecording(text: string): Recording {
  const lines = text.split("\n");
  const header = parseLine(lines[0] ?? "");
  if (!isHeader(header)) throw new Error("Cannot read recording: the first line is not a forkscope header");
  if (header.forkscope > FORMAT_VERSION) {
    throw new Error(`Cannot read recording: its format is ${header.forkscope}, this reader knows up to ${FORMAT_VERSION}`);
  }
  const events: Event[] = [];
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const isLast = i === lines.length - 1;
    if (isLast && line === "") break;
    const event = parseLine(line);
    const why = isLast ? "the line is cut short" : reasonAgainst(event, events.length);
    if (why !== undefined) return { header, events, damaged: { line: i + 1, why } };
    events.push(event as Event);
  }
  return { header, events };
}

function reasonAgainst(event: unknown, n: number): string | undefined {
  if (event === undefined) return "it is not JSON";
  if (typeof event !== "object" || event === null || !("kind" in event) || !("n" in event)) return "it is not an event";
  return event.n === n ? undefined : `event ${String(event.n)} stands where ${n} belongs`;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function isHeader(value: unknown): value is RecordingHeader {
  return typeof value === "object" && value !== null && "forkscope" in value && typeof value.forkscope === "number";
}
