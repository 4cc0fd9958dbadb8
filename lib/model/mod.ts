/** The picture as data: events, World, timeline, comparison, recordings. Pure. @module */
export { apply } from "./apply.ts";
export { compare, type Disagreement } from "./compare.ts";
export { type Branch, entriesOf, type Holder, holders, inBirthOrder, isShared, tree, visible } from "./describe.ts";
export { clone, emptyWorld } from "./draft.ts";
export * from "./event.ts";
export { type CallFilter, calls, factsByName, worldAfter } from "./evidence.ts";
export { normalise } from "./normalise.ts";
export { encodeEvent, encodeHeader, parseRecording, type Recording } from "./recording.ts";
export * from "./signals.ts";
export { Timeline } from "./timeline.ts";
export * from "./world.ts";
