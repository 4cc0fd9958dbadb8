/** Whether a thread rests: what /proc says of one that is not in a stop. @module */
import { libc } from "../ffi/mod.ts";
import type { Task } from "./tasks.ts";

/** Asleep in the kernel until someone wakes it; a new thread on its way to its first stop is not. */
export function isAsleep(task: Task): boolean {
  task.asleep = !task.fresh && sleeps(task);
  if (task.asleep) task.since = undefined;
  return task.asleep;
}

function sleeps(task: Task): boolean {
  switch (task.look().state) {
    case "S": return task.rests() && task.look().state === "S";
    case "D": return isVforking(task);
    case "Z": return isSurvived(task);
    default: return false;
  }
}

/** The parent of a vfork child sleeps uninterruptibly. */
function isVforking({ call }: Task): boolean {
  return call?.spec.vfork?.(call) === true;
}

/**
 * The first thread ended before the others: the process goes on, and it is reported only with the last.
 * When all of it is ending the others are woken before the first is a zombie: none of them sleeps then.
 */
function isSurvived(task: Task): boolean {
  if (task.tid !== task.pid || task.process.threads.size === 1) return false;
  return [...task.process.threads].every((other) => other === task || (other.state === "running" ? sleeps(other) : other.state !== "ended" && isHalted(other)));
}

/** Still in its stop: SIGKILL ends one, SIGCONT makes a stopped process run into a stop for the tracer. */
export function isHalted(task: Task): boolean {
  const { state } = task.look();
  return state === "t" || state === "T" || state === "";
}

/** Gives way at first, then sleeps a little: the fact waited for is in /proc. */
export function backOff(polls: number): void {
  if (polls < 30) libc().sched_yield();
  else libc().usleep(Math.min(200, 10 * (polls - 29)));
}
