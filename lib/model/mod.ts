/**
 * The picture as data: events in, worlds out. Pure; runs in a browser.
 *
 * @module
 */
export * from "./event.ts";
export type * from "./world.ts";
export { apply } from "./apply.ts";
export { processKey } from "./apply_start.ts";
export { callText, resultText } from "./call_text.ts";
export { compare, type Disagreement, disagreementLine } from "./compare.ts";
export * from "./describe.ts";
export { type Deeds, deeds, diff, type Difference } from "./diff.ts";
export { clone, emptyWorld } from "./draft.ts";
export * from "./evidence.ts";
export { parseFind } from "./find.ts";
export { type Leak, leaks, type Unreaped, unreaped } from "./leaks.ts";
export { type At, lifeOf, type LifeStep } from "./life.ts";
export { normalise } from "./normalise.ts";
export { readRecording } from "./recording.ts";
export { type Recording } from "./recording_check.ts";
export { type Deflate, type Inflate, RecordingReader, RecordingWriter } from "./recording_frames.ts";
export { encodeEvent, encodeHeader, parseText } from "./recording_text.ts";
export * from "./signals.ts";
export { type Carried, follow, type Passage, type Stream, traffic, type Traffic } from "./stream.ts";
export { type Share } from "./stream_lanes.ts";
export { Timeline } from "./timeline.ts";
export { type Cause, deadlocked, type Why, why } from "./why.ts";
export { type Language, whyLines } from "./why_words.ts";
