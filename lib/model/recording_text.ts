/**
 * A recording as text, to be read and written by other programs: one JSON object a line, the header first, every line ended by "\n".
 *
 * @module
 */
import type { Event, RecordingHeader } from "./event.ts";
import { eventOf, headerOf, type Recording } from "./recording_check.ts";

/** First line of a recording. */
export function encodeHeader(header: RecordingHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** One line of a recording. */
export function encodeEvent(event: Event): string {
  return `${JSON.stringify(event)}\n`;
}

/**
 * Reads a recording from text; of a damaged one all before the damage.
 *
 * @throws {Error} when the first line is no header, or that of a higher version than this reader knows.
 */
export function parseText(text: string): Recording {
  const events: Event[] = [];
  const first = lineEnd(text, 0);
  const header = headerOf(parsed(text.slice(0, first)));
  let line = 1;
  for (let from = first + 1, to = 0; from < text.length; from = to + 1) {
    to = lineEnd(text, from);
    line++;
    const read = parseEvent(text.slice(from, to), events.length, to === text.length);
    if (typeof read === "string") return { header, events, damaged: { where: `line ${line}`, why: read } };
    events.push(read);
  }
  return { header, events };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** The event of a line, or what is wrong with it in words. */
function parseEvent(line: string, n: number, last: boolean): Event | string {
  const value = parsed(line);
  return value === undefined && last ? "the line is cut" : eventOf(value, n, "the line is not a JSON object");
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
