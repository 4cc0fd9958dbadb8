/** What the scheduler is told and works with. @module */
import type { Bell } from "./bell.ts";
import type { Listener } from "./control.ts";
import type { FactReader } from "./facts.ts";
import type { Reporter } from "./report.ts";
import type { Stops } from "./stops.ts";
import type { Tree } from "./tasks.ts";
import type { TracePhase } from "./types.ts";

export interface ScheduleOptions {
  turns: boolean;
  held: boolean;
  /** Events a second; 0: as fast as it goes. */
  pace: number;
  /** Mark the descriptors of the language runtime in the start snapshot. */
  runtimeMarks: boolean;
}

/** What the scheduler works with. */
export interface ScheduleParts {
  tree: Tree;
  stops: Stops;
  report: Reporter;
  facts: FactReader;
  listener: Listener;
  bell: Bell;
  phase: (phase: TracePhase) => void;
}
