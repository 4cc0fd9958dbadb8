/** Reading a recording, whichever of its two forms it has. @module */
import type { Recording } from "./recording_check.ts";
import { type Inflate, isFrames, RecordingReader } from "./recording_frames.ts";
import { parseText } from "./recording_text.ts";

/**
 * Reads a recording whole; of a damaged one all before the damage.
 *
 * @throws {Error} when it is none, or one of a higher version than this reader knows.
 */
export function readRecording(bytes: Uint8Array, inflate: Inflate): Recording {
  if (!isFrames(bytes)) return parseText(new TextDecoder().decode(bytes));
  const reader = new RecordingReader(inflate);
  const events = reader.push(bytes);
  for (const event of reader.end()) events.push(event);
  const { header, damaged } = reader;
  if (header === undefined) throw new Error("Cannot read recording: it does not begin with a forkscope header");
  return { header, events, ...(damaged ? { damaged } : {}) };
}
