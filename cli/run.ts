/**
 * Runs one session for a command of the CLI and gives back the exit status.
 *
 * @module
 */
import { constants } from "node:os";
import { Session, type SessionEnd } from "../engine/session.ts";
import type { Start } from "../engine/start.ts";
import type { WaitStatus } from "../lib/model/event.ts";
import { endWithReader } from "./out.ts";
import type { Report } from "./report.ts";

/** As a shell says that a signal ended it. */
const SIGNALLED = 128;
/** The run could not begin. */
export const COULD_NOT_BEGIN = 3;

/** Runs to the end. `exitOf` makes the exit status of a run that began; signals to us end the run. */
export async function run(start: Start, report: Report, exitOf: (end: SessionEnd) => number, heeds: NodeJS.Signals[]): Promise<number> {
  const session = Session.traced(1, start, {
    events: (batch) => { report.events(batch); },
    state: () => {},
    verdicts: () => {},
    disagreed: (list) => { for (const one of list) report.disagreed(`${one.where}: ${one.what}: model ${show(one.model)}, kernel ${show(one.kernel)}`); },
  });
  let interrupted: NodeJS.Signals | undefined;
  for (const signal of heeds) process.on(signal, () => {
    interrupted = signal;
    session.kill();
  });
  endWithReader(() => { session.kill(); });
  const end = await session.done;
  const exit = interrupted ? SIGNALLED + constants.signals[interrupted] : end.status ? exitOf(end) : COULD_NOT_BEGIN;
  report.end(end, exit);
  if (end.failure) process.stderr.write(`forkscope: ${end.failure.message}\n${end.failure.hint ? `forkscope: ${end.failure.hint}\n` : ""}`);
  return exit;
}

/** As a shell says it: the code, or 128 and the signal. */
export function shellStatus(status: WaitStatus | undefined): number {
  if (status?.kind === "exited") return status.code;
  return status?.kind === "signaled" ? SIGNALLED + status.signal : 1;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
