/**
 * The recording format: text, one JSON object a line, the header first, every line ended by "\n".
 *
 * A writer that is killed leaves at most its last line cut; a reader keeps every whole event before the damage.
 *
 * @module
 */
import { FORMAT_VERSION, type Event, type RecordingHeader } from "./event.ts";
import { faultOf } from "./recording_check.ts";

export interface Recording {
  header: RecordingHeader;
  events: Event[];
  /** Where reading stopped before the end of the text, and why. `line` counts from 1. */
  damaged?: { line: number; why: string };
}

/** First line of a recording. */
export function encodeHeader(header: RecordingHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** One line of a recording. */
export function encodeEvent(event: Event): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * Reads a recording.
 *
 * @throws {Error} when the first line is no header, or that of a higher version than this reader knows.
 */
export function parseRecording(text: string): Recording {
  const events: Event[] = [];
  const first = lineEnd(text, 0);
  const header = parseHeader(text.slice(0, first));
  let line = 1;
  for (let from = first + 1, to = 0; from < text.length; from = to + 1) {
    to = lineEnd(text, from);
    line++;
    const read = parseEvent(text.slice(from, to), events.length, to === text.length);
    if (typeof read === "string") return { header, events, damaged: { line, why: read } };
    events.push(read);
  }
  return { header, events };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function parseHeader(line: string): RecordingHeader {
  const header = parseObject(line);
  const version = header?.["forkscope"];
  if (header === undefined || typeof version !== "number") {
    throw new Error("Cannot read recording: its first line is not a forkscope header");
  }
  if (version > FORMAT_VERSION) {
    throw new Error(`Cannot read recording: its format is version ${version}, this reader knows up to ${FORMAT_VERSION}`);
  }
  return header as unknown as RecordingHeader;
}

/** The event of a line, or what is wrong with it in words. */
function parseEvent(line: string, n: number, last: boolean): Event | string {
  const event = parseObject(line);
  if (event === undefined) return last ? "the line is cut" : "the line is not a JSON object";
  return faultOf(event, n) ?? event as unknown as Event;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
