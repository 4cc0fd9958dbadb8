/**
 * The picture as data: events in, worlds out. Pure; runs in a browser.
 *
 * @module
 */
export * from "./event.ts";
export type * from "./world.ts";
export { apply } from "./apply.ts";
export { processKey } from "./apply_start.ts";
export { compare, type Disagreement, disagreementLine } from "./compare.ts";
export * from "./describe.ts";
export { clone, emptyWorld } from "./draft.ts";
export * from "./evidence.ts";
export { normalise } from "./normalise.ts";
export { encodeEvent, encodeHeader, parseRecording, type Recording } from "./recording.ts";
export * from "./signals.ts";
export { Timeline } from "./timeline.ts";
