/**
 * What the explorer and the engine say to each other, over stdio (Electron) or a WebSocket (browser).
 * One JSON object a message. Types only: this file is imported by the renderer.
 *
 * A client sends `{ id, method, params }` and gets `{ id, result }` or `{ id, error }`.
 * The engine sends notifications `{ notify, params }` at any time.
 *
 * @module
 */
import type { Event, RecordingHeader } from "../lib/model/event.ts";

export type RuntimeName = "bun" | "deno";
export type Lang = "zh" | "en";
/** How much of a command is watched: processes only, descriptors and signals too, every call. */
export type TraceLevel = "tree" | "fds" | "all";
export type TraceEngine = "ptrace" | "bpf";
export type Words = Record<Lang, string>;

export type VerdictKind = "agrees" | "differs" | "finer" | "silent" | "unchecked";

/** What the run showed about one claim of the source text. */
export interface Verdict {
  claim: string;
  verdict: VerdictKind;
  /** The text's words, with its heading; what the kernel did, with the manual page; why they differ or are finer. */
  text: Words;
  kernel: Words;
  why?: Words;
  /** Heading in the source text, and manual pages ("fork(2)"). */
  source: Words;
  man: string[];
  /** Observations it was computed from: name, value, and the event that carries it. */
  evidence: { name: string; value: unknown; event?: number }[];
  /** Event to show it at. */
  at?: number;
}

export interface ScenarioInfo {
  id: string;
  /** Chapter of the source text: 1 fork and exec, 2 zombies, 3 IPC, 4 passing descriptors. */
  chapter: number;
  title: Words;
  summary: Words;
  claims: string[];
  /** File name shown above the script, and its text. */
  file: string;
  source: string;
}

export interface Chapter { id: number; title: Words }

export interface RuntimeInfo { name: RuntimeName; version?: string; available: boolean; get: Words }

export interface Hello {
  version: string;
  kernel: string;
  arch: string;
  engine: RuntimeName;
  runtimes: RuntimeInfo[];
  chapters: Chapter[];
  scenarios: ScenarioInfo[];
}

export type SessionPhase = "starting" | "running" | "paused" | "ended" | "failed";

/** Why something failed: what the kernel said, why in words, and one way on. */
export interface Failure { call?: string; errno?: string; message: string; hint?: string }

export interface SessionState {
  session: number;
  phase: SessionPhase;
  header?: RecordingHeader;
  failure?: Failure;
  /** Disagreements between the model and the kernel so far, when it is being checked. */
  disagreements?: number;
  checks?: number;
}

export interface Requests {
  hello: { params: Record<string, never>; result: Hello };
  /** Starts a story; it is held at its first event unless `run`. `pace`: events a second while running (0: as fast as it goes). */
  play: { params: { scenario: string; runtime: RuntimeName; run: boolean; pace: number; verify?: boolean }; result: { session: number } };
  trace: { params: { command: string[]; run: boolean; pace: number; verify?: boolean }; result: { session: number } };
  /** Holds, releases, steps. `step`: lets one process (the one named, or the next in turn) go to its next event. */
  control: { params: { session: number; action: "run" | "pause" | "step" | "kill" | "detach"; pid?: number; pace?: number }; result: Record<string, never> };
  /** Opens a recording; its events follow as notifications. */
  open: { params: { path: string }; result: { session: number } };
  /** Writes the session's recording as it stands to a file. */
  save: { params: { session: number; path: string }; result: { events: number } };
}

export interface Notifications {
  events: { session: number; events: Event[] };
  state: SessionState;
  verdicts: { session: number; verdicts: Verdict[] };
}

export type Method = keyof Requests;
export type Request = { [M in Method]: { id: number; method: M; params: Requests[M]["params"] } }[Method];
export type Response = { id: number; result: unknown } | { id: number; error: Failure };
export type Notification = { [N in keyof Notifications]: { notify: N; params: Notifications[N] } }[keyof Notifications];
export type Message = Request | Response | Notification;
