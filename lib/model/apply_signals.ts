/** Signals: sets, sending and delivery as in signal(7), sigaction(2), sigprocmask(2), kill(2). @module */
import { editPid } from "./draft.ts";
import type { Op, SignalSets } from "./event.ts";
import { CONTINUE, isIgnoredByDefault, SIGKILL, SIGSTOP, STOPS } from "./signals.ts";
import { touchPid } from "./touch.ts";
import type { Process, World } from "./world.ts";

const SA_RESETHAND = 0x80000000;

/** A signal was sent. True when it became pending; not when it is ignored, unless it is blocked. */
export function raise(process: Process, signal: number): boolean {
  const sets = process.signals;
  if (sets === undefined || process.state === "zombie" || process.state === "reaped") return false;
  const cancelled = signal === CONTINUE ? STOPS : STOPS.includes(signal) ? [CONTINUE] : [];
  const pending = sets.pending.filter((one) => !cancelled.includes(one));
  const taken = sets.blocked.includes(signal) || !isIgnored(sets, signal);
  process.signals = { ...sets, pending: taken ? withMember(pending, signal) : pending };
  return taken;
}

function isIgnored(sets: SignalSets, signal: number): boolean {
  return sets.ignored.includes(signal) || (isIgnoredByDefault(signal) && !sets.caught.includes(signal));
}

/** The signal reached the process: it is pending no more, and its handler, if any, is entered. */
export function deliver(process: Process, signal: number): void {
  const sets = process.signals;
  if (sets === undefined) return;
  const caught = sets.caught.includes(signal);
  const reset = caught && process.resetHand?.includes(signal) === true;
  process.signals = {
    ...sets,
    pending: without(sets.pending, signal),
    caught: reset ? without(sets.caught, signal) : sets.caught,
  };
  if (caught) process.handling = [...(process.handling ?? []), signal];
}

/** rt_sigreturn: the innermost handler returned. */
export function returned(process: Process): void {
  const left = (process.handling ?? []).slice(0, -1);
  if (left.length > 0) process.handling = left;
  else delete process.handling;
}

/** sigaction: ignoring a signal, in either way, also discards it where it is pending. */
export function setDisposition(process: Process, op: Extract<Op, { op: "sigaction" }>): void {
  const { signal, disposition } = op;
  const sets = process.signals;
  if (sets === undefined) return;
  const next: SignalSets = {
    ...sets,
    ignored: disposition === "ignore" ? withMember(sets.ignored, signal) : without(sets.ignored, signal),
    caught: disposition === "handler" ? withMember(sets.caught, signal) : without(sets.caught, signal),
  };
  if (isIgnored(next, signal)) next.pending = without(next.pending, signal);
  process.signals = next;
  const once = disposition === "handler" && ((op.flags ?? 0) & SA_RESETHAND) !== 0;
  setResetHand(process, once ? withMember(process.resetHand ?? [], signal) : without(process.resetHand ?? [], signal));
}

function setResetHand(process: Process, signals: number[]): void {
  if (signals.length > 0) process.resetHand = signals;
  else delete process.resetHand;
}

/** sigprocmask: the mask of the calling thread. SIGKILL and SIGSTOP cannot be blocked. */
export function setMask(process: Process, blocked: number[], tid: number | undefined): void {
  const mask = blocked.filter((signal) => signal !== SIGKILL && signal !== SIGSTOP).sort((a, b) => a - b);
  if (tid !== undefined && tid !== process.pid) {
    process.masks = new Map(process.masks).set(tid, mask);
  } else if (process.signals !== undefined) {
    process.signals = { ...process.signals, blocked: mask };
  }
}

/** The mask that a task made by this thread starts with; undefined when it is not known. */
export function childMask(process: Process, tid: number | undefined): number[] | undefined {
  if (tid !== undefined && tid !== process.pid) return process.masks?.get(tid);
  return process.signals?.blocked;
}

/** execve: caught signals are reset to the default, ignored and blocked ones stay so, pending ones stay pending. */
export function resetHandlers(process: Process, tid: number | undefined): void {
  const mask = childMask(process, tid);
  const sets = process.signals;
  if (sets !== undefined && mask !== undefined) process.signals = { ...sets, blocked: mask, caught: [] };
  else delete process.signals;
  delete process.resetHand;
  delete process.handling;
  delete process.masks;
}

/** kill: a process, a group, or every process but the caller and init. Signal 0 only asks. */
export function kill(world: World, caller: Process, op: Extract<Op, { op: "kill" }>): void {
  for (const pid of targets(world, caller, op.target)) {
    const process = editPid(world, pid);
    if (process === undefined) continue;
    touchPid(world, pid);
    if (op.signal !== 0) raise(process, op.signal);
  }
}

function targets(world: World, caller: Process, target: number): number[] {
  const all = [...world.processes.values()];
  const group = target === 0 ? caller.pgid : -target;
  const hit = (p: Process) => {
    if (target > 0) return p.pid === target || p.threads.includes(target);
    return target === -1 ? p.pid !== caller.pid && p.pid !== 1 : p.pgid === group;
  };
  return all.filter(hit).map((p) => p.pid);
}

function withMember(set: number[], signal: number): number[] {
  return set.includes(signal) ? set : [...set, signal].sort((a, b) => a - b);
}

function without(set: number[], signal: number): number[] {
  return set.includes(signal) ? set.filter((one) => one !== signal) : set;
}
