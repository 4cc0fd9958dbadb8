/** What a tracer is told and what it tells. @module */
import type { Disagreement } from "../model/compare.ts";
import type { Event, RecordingHeader, WaitStatus } from "../model/event.ts";

/** Why something failed: what the kernel said, why in words, and one way on. */
export interface Failure {
  call?: string;
  errno?: string;
  message: string;
  hint?: string;
}

/**
 * `tree`: births, images and ends of processes, from ptrace's own events. `fds`: also the calls that change descriptors, sockets,
 * signals and IPC. `all`: every system call.
 */
export type TraceLevel = "tree" | "fds" | "all";

/** How processes are watched. */
export type TraceEngine = "ptrace" | "bpf";

/** Whose bytes are recorded as they pass, and how many. */
export interface DataOptions {
  /**
   * Any of: "all"; a descriptor's number in whichever process; "pipe", "socket", "file"; what /proc shows for a descriptor ("pipe:[123]", a path);
   * a folder, with "/" at its end.
   */
  of: string[];
  /** Bytes of one call at most. */
  perCall: number;
  /** Bytes of one stream at most: of one pipe, socket or file. */
  perStream: number;
}

export interface TraceOptions {
  /** argv of the command; argv[0] is searched in PATH as execvp(3) does. Of who is attached to: its own, to be shown. */
  command: string[];
  /** A process that runs, to be watched with all its descendants instead of a command; it goes on when the tracer leaves or dies. */
  attach?: number;
  /** Whole environment of the command. Default: the tracer's own, less what FORKSCOPE_ADDED_ENV names. */
  env?: Record<string, string>;
  cwd?: string;
  level: TraceLevel;
  /** `ptrace` (default) stops threads to look at them; `bpf` stops nothing: programs in the kernel write down what happens. */
  engine?: TraceEngine;
  /** `turns`: one process at a time, in an order that is the same in every run. `free`: all at once. */
  schedule: "turns" | "free";
  /** Nothing is reported until the program says that it begins (lib/core/marker.ts). */
  beginAtMark: boolean;
  /** Begin paused at the first event. */
  held: boolean;
  /** Events a second while running; 0 or absent: as fast as it goes. */
  pace?: number;
  /** Recording to write while events come; readable up to its last whole line whatever ends the tracer. */
  record?: string;
  header: Omit<RecordingHeader, "forkscope" | "kernel" | "arch" | "date">;
  /** Events are recorded and not handed over: only their number is told. */
  recordOnly?: boolean;
  /** Record the bytes that pass. Absent: their beginning only. */
  data?: DataOptions;
  /** Compare the model with /proc and kcmp whenever the tree is held. */
  verify: boolean;
  /** Descriptors of this process that become the command's 0, 1 and 2. Default: inherited. */
  stdio?: { stdin?: number; stdout?: number; stderr?: number };
}

export type TracePhase = "running" | "paused" | "ended" | "failed";

export interface TraceHandlers {
  events(batch: Event[]): void;
  /** With `recordOnly`: so many events so far. */
  count?(events: number): void;
  phase(phase: TracePhase, failure?: Failure): void;
  /** Something went wrong that does not end the trace. */
  notice?(failure: Failure): void;
  /** Checks made since the last call, and what they found. */
  checked?(checks: number, disagreements: Disagreement[]): void;
}

export interface Tracer {
  /** Lets everything go on, at this pace (absent: as before). */
  run(pace?: number): void;
  /** Holds every process at its next stop. */
  pause(): void;
  /** Lets one process (this one, or the next in turn) go to its next event, and holds. */
  step(pid?: number): void;
  /** Ends every process of the tree with SIGKILL. */
  kill(): void;
  /** Leaves the processes running. Refused with a failure at level `fds` of a command: a filtered program cannot go on without its tracer. */
  detach(): void;
  /** How the command ended, undefined when the tracer left it; rejects when it could not be started. */
  readonly done: Promise<WaitStatus | undefined>;
}

/** What the worker says to the thread that started it. */
export type FromWorker =
  /** It is loaded and listens: a message sent before may be lost. */
  | { say: "ready" }
  | { say: "events"; events: Event[] }
  /** So many events were recorded so far. */
  | { say: "count"; events: number }
  | { say: "phase"; phase: TracePhase; failure?: Failure }
  /** Something went wrong that does not end the trace. */
  | { say: "notice"; failure: Failure }
  | { say: "checked"; checks: number; disagreements: Disagreement[] }
  | { say: "done"; status?: WaitStatus };

/** What starts the worker's work. */
export interface ToWorker {
  options: TraceOptions & { env: Record<string, string> };
  control: SharedArrayBuffer;
}

/** A failure on its way up as an exception. */
export class TraceError extends Error {
  override readonly name = "TraceError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
