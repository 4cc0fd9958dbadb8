/**
 * Runs one session for a command of the CLI and gives back the exit status.
 *
 * @module
 */
import { constants } from "node:os";
import type { Failure } from "../engine/protocol.ts";
import { COULD_NOT_BEGIN, NOT_EXECUTABLE, NOT_FOUND, Refusal } from "../engine/refusal.ts";
import { Session, type SessionEnd } from "../engine/session.ts";
import type { Start } from "../engine/start.ts";
import type { WaitStatus } from "../lib/model/event.ts";
import { endWithReader, sayFailure } from "./out.ts";
import type { Report } from "./report.ts";

/** As a shell says that a signal ended it. */
const SIGNALLED = 128;

/** Runs to the end what `starting` gives. A run that is refused is told of as one that failed: a reader of the lines always finds the result. */
export async function run(starting: () => Start, report: Report, exitOf: (end: SessionEnd) => number, heeds: NodeJS.Signals[], signalled: "kill" | "detach" = "kill"): Promise<number> {
  try {
    return await runStarted(starting(), report, exitOf, heeds, signalled);
  } catch (error) {
    if (error instanceof Refusal) report.end({ failure: error.failure, verdicts: [], checks: 0, disagreements: 0 }, error.exit);
    throw error;
  }
}

/** `exitOf` makes the exit status of a run that began; signals to us end the run, or leave it. */
async function runStarted(start: Start, report: Report, exitOf: (end: SessionEnd) => number, heeds: NodeJS.Signals[], signalled: "kill" | "detach"): Promise<number> {
  const session = Session.traced(1, start, {
    events: (batch) => { report.events(batch); },
    state: () => {},
    verdicts: () => {},
    disagreed: (list) => { for (const one of list) report.disagreed(`${one.where}: ${one.what}: model ${show(one.model)}, kernel ${show(one.kernel)}`); },
  });
  let interrupted: NodeJS.Signals | undefined;
  for (const signal of heeds) process.on(signal, () => {
    if (signalled === "kill") interrupted = signal;
    session[signalled]();
  });
  endWithReader(() => { session[signalled](); });
  const end = await session.done;
  const exit = interrupted ? SIGNALLED + constants.signals[interrupted] : end.status || !end.failure ? exitOf(end) : statusOfFailure(end.failure);
  report.end(end, exit);
  if (end.failure) sayFailure(end.failure);
  return exit;
}

/** A command whose execve failed ends as in a shell. */
function statusOfFailure(failure: Failure | undefined): number {
  if (failure?.call !== "execve") return COULD_NOT_BEGIN;
  return failure.errno === "ENOENT" || failure.errno === "ENOTDIR" ? NOT_FOUND : NOT_EXECUTABLE;
}

/** As a shell says it: the code, or 128 and the signal. */
export function shellStatus(status: WaitStatus | undefined): number {
  if (status?.kind === "exited") return status.code;
  return status?.kind === "signaled" ? SIGNALLED + status.signal : 1;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
