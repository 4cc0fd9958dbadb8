/** Opening a recording for a command. @module */
import { readRecordingFile } from "../engine/recordings.ts";
import { Refusal } from "../engine/refusal.ts";
import type { Recording } from "../lib/model/mod.ts";

/** Reads a recording; of a damaged one its good part, and says so on standard error. */
export function openRecording(path: string): Recording {
  const recording = read(path);
  const { damaged, events } = recording;
  if (damaged) process.stderr.write(`forkscope: read ${path}: ${damaged.where} is damaged, ${damaged.why}; the ${events.length} events before it are used\n`);
  return recording;
}

function read(path: string): Recording {
  try {
    return readRecordingFile(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The event that `--at` names, or the last one. */
export function eventAt({ events }: Recording, at: number | undefined): number {
  const last = events.length - 1;
  if (at !== undefined && at > last) throw new Refusal(`read --at: the recording has events 0 to ${last}, not ${at}`);
  return at ?? last;
}
