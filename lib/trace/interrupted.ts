/** Signals that a program never sees, and calls that signals interrupt: signal(7). @module */
import { status } from "../core/proc/status.ts";
import type { Call } from "./decode/call.ts";
import { SA_RESTART } from "./decode/names.ts";
import { quietly } from "./quietly.ts";
import type { Task } from "./tasks.ts";

/** Results inside the kernel that mean: start the call again, or fail with EINTR if a handler runs. */
const ERESTARTSYS = -512;
const ERESTARTNOINTR = -513;
const ERESTARTNOHAND = -514;
const ERESTART_RESTARTBLOCK = -516;
const RESTARTS: ReadonlySet<number> = new Set([ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK]);

export function isRestart(result: number): boolean {
  return RESTARTS.has(result);
}

/** Whether a handler makes the interrupted call fail with EINTR instead of starting again. */
export function endsCall(task: Task, call: Call, signal: number): boolean {
  const caught = quietly(() => status(task.tid).signals.caught.includes(signal)) ?? false;
  if (!caught || call.ret === ERESTARTNOINTR) return false;
  if (call.ret === ERESTARTNOHAND || call.ret === ERESTART_RESTARTBLOCK) return true;
  return ((task.process.handlers.get(signal) ?? 0) & SA_RESTART) === 0;
}

/** SIGCHLD, SIGCONT, SIGURG, SIGWINCH: ignored unless there is a handler. */
const IGNORED_BY_DEFAULT: ReadonlySet<number> = new Set([17, 18, 23, 28]);

/** Without a tracer the kernel drops such a signal when it is sent; it shows only because ptrace sees everything. */
export function isDiscarded(tid: number, signal: number): boolean {
  const sets = quietly(() => status(tid).signals);
  return sets !== undefined && (sets.ignored.includes(signal) || (IGNORED_BY_DEFAULT.has(signal) && !sets.caught.includes(signal)));
}
