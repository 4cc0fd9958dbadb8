/** Recordings as files. @module */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { type Event, readRecording, type Recording, type RecordingHeader, RecordingWriter } from "../lib/model/mod.ts";
import { Refusal } from "./refusal.ts";

/** Bytes of a frame before compression. */
const FRAME = 1 << 18;

/** Raw inflate of what there is: a cut stream is no error. */
export function inflate(bytes: Uint8Array): Uint8Array {
  return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** Reads a recording whole; of a damaged one all before the damage. Reading anything but a file (a FIFO, a terminal) could keep the engine waiting for ever. */
export function readRecordingFile(path: string): Recording {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw new Refusal(`open ${path}: it is ${found.isDirectory() ? "a directory" : "not a regular file"}`);
  return readRecording(readFileSync(path), inflate);
}

/** Writes a recording whole; a file of this name is replaced. */
export function writeRecordingFile(path: string, header: RecordingHeader, events: readonly Event[]): void {
  writeFileSync(path, recordingBytes(header, events), { mode: 0o600 });
}

/** A recording as the file's bytes. */
export function recordingBytes(header: RecordingHeader, events: readonly Event[]): Uint8Array {
  const writer = new RecordingWriter(header, (bytes) => deflateRawSync(bytes));
  const frames = [writer.begin()];
  for (const event of events) {
    writer.add(event);
    if (writer.waiting > FRAME) frames.push(writer.take());
  }
  return Buffer.concat([...frames, writer.take()]);
}
