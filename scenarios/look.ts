/**
 * Small questions a check asks of a run. Each answer is an observation with the event that carries it, or undefined.
 *
 * @module
 */
import type { CallEvent, Event, FactEvent, ForkEvent, Op } from "../lib/model/event.ts";
import type { Process, World } from "../lib/model/world.ts";
import type { Evidence, Observation } from "./claim.ts";

/** What the program published under a name, the last time it did. */
export function fact(run: Evidence, name: string): Observation | undefined {
  const found = run.events.filter((event): event is FactEvent => event.kind === "fact" && event.name === name).at(-1);
  return found && { value: found.value, event: found.n };
}

/** One field of a published object. */
export function factField(run: Evidence, name: string, field: string): Observation | undefined {
  const found = fact(run, name);
  if (!found || typeof found.value !== "object" || found.value === null || !(field in found.value)) return undefined;
  return { value: (found.value as Record<string, unknown>)[field], ...(found.event === undefined ? {} : { event: found.event }) };
}

/** Births of processes, in order. */
export function forks(run: Evidence): ForkEvent[] {
  return run.events.filter((event): event is ForkEvent => event.kind === "fork" && !event.thread);
}

/** The first process: whoever forked first. */
export function rootPid(run: Evidence): number | undefined {
  return forks(run)[0]?.pid;
}

/** The pid that went by this name when it published or did something under it. */
export function pidOf(run: Evidence, name: string): number | undefined {
  return run.events.find((event) => event.kind === "call" && event.op?.op === "name" && event.op.name === name)?.pid;
}

/** Calls that did this to the state. */
export function operations<K extends Op["op"]>(run: Evidence, kind: K, pid?: number): (CallEvent & { op: Op & { op: K } })[] {
  return run.events.filter((event): event is CallEvent & { op: Op & { op: K } } =>
    event.kind === "call" && event.op?.op === kind && (pid === undefined || event.pid === pid));
}

/** What the creating call returned in this process, as the tracer read it at the call's exit. */
export function birthResult(run: Evidence, pid: number): Observation | undefined {
  const found = run.events.find((event): event is CallEvent => event.kind === "call" && event.pid === pid && isBirth(event));
  return found && { value: found.ret, event: found.n };
}

function isBirth(event: CallEvent): boolean {
  return ["fork", "vfork", "clone", "clone3"].includes(event.call);
}

/** A process in a world by its pid. */
export function processIn(world: World, pid: number): Process | undefined {
  const key = world.byPid.get(pid);
  return key === undefined ? undefined : world.processes.get(key);
}

/** References to the description behind a descriptor after an event. */
export function references(world: World, pid: number, fd: number): number | undefined {
  const entry = processIn(world, pid)?.fds.get(fd);
  return entry && world.descriptions.get(entry.ofd)?.refs;
}

/** The first event after `n` for which this is true. */
export function after(run: Evidence, n: number, wanted: (event: Event) => boolean): Event | undefined {
  return run.events.find((event) => event.n > n && wanted(event));
}

/** A condition on observations that are all there, carried by the last of them. */
export function when(parts: readonly (Observation | undefined)[], value: (values: unknown[]) => unknown): Observation | undefined {
  if (parts.some((part) => part === undefined)) return undefined;
  const there = parts as Observation[];
  const events = there.map((part) => part.event).filter((event) => event !== undefined);
  return { value: value(there.map((part) => part.value)), ...(events.length > 0 ? { event: Math.max(...events) } : {}) };
}
