/** Signals that a program never sees, and calls that signals interrupt: signal(7). @module */
import { status } from "../core/proc/status.ts";
import type { Op } from "../model/event.ts";
import type { Call } from "./decode/call.ts";
import { SA_RESTART } from "./decode/names.ts";
import { quietly } from "./quietly.ts";
import type { Process, Task } from "./tasks.ts";

/** Results inside the kernel that mean: start the call again, or fail with EINTR if a handler runs. */
const ERESTARTNOINTR = -513;
const ERESTARTNOHAND = -514;
const ERESTART_RESTARTBLOCK = -516;
const RESTARTS: ReadonlyMap<number, string> = new Map([
  [-512, "ERESTARTSYS"], [ERESTARTNOINTR, "ERESTARTNOINTR"], [ERESTARTNOHAND, "ERESTARTNOHAND"], [ERESTART_RESTARTBLOCK, "ERESTART_RESTARTBLOCK"],
]);

export function isRestart(result: number): boolean {
  return RESTARTS.has(result);
}

/** The rule by which a call is started again. */
export function restartName(result: number): string {
  return RESTARTS.get(result) ?? String(result);
}

/** A signal comes after a call was interrupted: gives the call that fails with EINTR for it; another goes on, perhaps after a handler. */
export function meets(task: Task, signal: number): Call | undefined {
  const { interrupted } = task;
  if (!interrupted || !isCaught(task, signal)) return undefined;
  if (task.handling > 0 || !fails(task, interrupted, signal)) {
    task.handling++;
    return undefined;
  }
  task.interrupted = undefined;
  return interrupted;
}

function isCaught(task: Task, signal: number): boolean {
  return quietly(() => status(task.tid).signals.caught.includes(signal)) ?? false;
}

function fails(task: Task, { ret }: Call, signal: number): boolean {
  return failsFor(ret, task.process.handlers.get(signal) ?? 0);
}

/** Whether a handler with these flags makes a call fail that ended with this result inside the kernel. */
export function failsFor(result: number, flags: number): boolean {
  if (result === ERESTARTNOINTR) return false;
  if (result === ERESTARTNOHAND || result === ERESTART_RESTARTBLOCK) return true;
  return (flags & SA_RESTART) === 0;
}

/** The interrupted call whose fate the call that is entered now tells; what a handler calls tells nothing. `returns`: the handler does. */
export function decided(task: Task, returns: boolean): Call | undefined {
  const { interrupted, handling } = task;
  if (handling > 0 && returns) task.handling--;
  if (handling === 0) task.interrupted = undefined;
  return handling > 0 ? undefined : interrupted;
}

/** SIGCHLD, SIGCONT, SIGURG, SIGWINCH: ignored unless there is a handler. */
const IGNORED_BY_DEFAULT: ReadonlySet<number> = new Set([17, 18, 23, 28]);

/** Without a tracer the kernel drops such a signal when it is sent; it shows only because ptrace sees everything. */
export function isDiscarded(tid: number, signal: number): boolean {
  const sets = quietly(() => status(tid).signals);
  return sets !== undefined && (sets.ignored.includes(signal) || (IGNORED_BY_DEFAULT.has(signal) && !sets.caught.includes(signal)));
}

/** Whether a handler restarts calls is asked when a signal comes. */
export function noteHandler(process: Process, op: Extract<Op, { op: "sigaction" }>): void {
  if (op.disposition === "handler") process.handlers.set(op.signal, op.flags ?? 0);
  else process.handlers.delete(op.signal);
}
