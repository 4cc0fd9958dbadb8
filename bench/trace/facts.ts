/**
 * What the bench asks the project about: the calls that a level looks at, and what a recording holds.
 *
 *     bun facts.ts calls fds
 *     bun facts.ts recording FILE
 */
import { readFileSync } from "node:fs";
import { constants, inflateRawSync } from "node:zlib";
import { RecordingReader } from "../../lib/model/recording_frames.ts";
import { callsOf } from "../../lib/trace/decode/table.ts";
import type { TraceLevel } from "../../lib/trace/types.ts";

const PIECE = 1 << 22;
const [what, subject = ""] = process.argv.slice(2);

console.log(JSON.stringify(what === "calls" ? names(subject as TraceLevel) : inside(subject)));

function names(level: TraceLevel): string[] {
  return [...callsOf(level).values()].map(({ name }) => name);
}

/** Events by kind, and calls by name, of a recording of any length. */
function inside(path: string): { events: number; bytes: number; whole: boolean; kinds: Record<string, number>; calls: Record<string, number> } {
  const bytes = readFileSync(path);
  const reader = new RecordingReader((data) => inflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH }));
  const kinds: Record<string, number> = {};
  const calls: Record<string, number> = {};
  let events = 0;
  let last = "";
  const take = (list: ReturnType<RecordingReader["push"]>): void => {
    for (const event of list) {
      events++;
      last = event.kind;
      kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
      if (event.kind === "call") calls[event.call] = (calls[event.call] ?? 0) + 1;
    }
  };
  for (let at = 0; at < bytes.length; at += PIECE) take(reader.push(bytes.subarray(at, at + PIECE)));
  take(reader.end());
  return { events, bytes: bytes.length, whole: last === "end" && reader.damaged === undefined, kinds, calls };
}
