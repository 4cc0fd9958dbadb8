/** Watching a tree of processes: a ptrace tracer in a worker, its events, its recordings. @module */
export type { Disagreement } from "../model/compare.ts";
export { trace } from "./trace.ts";
export { type DataOptions, TraceError, type Failure, type TraceHandlers, type TraceOptions, type TracePhase, type Tracer } from "./types.ts";
