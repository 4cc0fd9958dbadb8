/**
 * The life of an open file description, across processes and renumbered descriptors: born, copied by dup and fork, sent and received,
 * marked, closed, closed by exec, carried across exec.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { emptyWorld } from "./draft.ts";
import type { Event } from "./event.ts";
import type { FdEntry, World } from "./world.ts";

/** A table entry by process and number. */
export interface At {
  pid: number;
  fd: number;
}

/** What happened to a description at one event. */
export type LifeStep = { n: number; pid: number } & (
  | { what: "start"; at: At[] }
  | { what: "born"; at: At; call: string }
  | { what: "copied"; how: "dup" | "fork"; from: At | undefined; at: At }
  | { what: "sent"; at: At[] }
  | { what: "received"; from: At | undefined; at: At }
  | { what: "marked"; at: At; cloexec: boolean }
  | { what: "closed"; at: At; how: "close" | "exec" | "exit" | "replaced" }
  /** An exec that it outlived in this process. */
  | { what: "crossed"; at: At; exe: string }
  | { what: "gone" });

/** The life of one description, by its number in the model, from its birth on. */
export function lifeOf(events: readonly Event[], ofd: number): LifeStep[] {
  const steps: LifeStep[] = [];
  const world = emptyWorld();
  let before = entriesNow(world, ofd);
  let inFlight = 0;
  for (const event of events) {
    apply(world, event);
    if (!concerns(world, ofd, before, event)) continue;
    const after = entriesNow(world, ofd);
    noteLost(steps, event, before, after);
    noteGained(steps, event, before, after);
    noteKept(steps, event, before, after);
    const flying = world.descriptions.get(ofd)?.inFlight ?? 0;
    if (flying > inFlight && event.kind === "call" && event.op?.op === "send") {
      const { fds } = event.op;
      steps.push({ n: event.n, pid: event.pid, what: "sent", at: [...after.values()].map(({ at }) => at).filter(({ pid, fd }) => pid === event.pid && fds.includes(fd)) });
    }
    if (before.size + inFlight > 0 && !world.descriptions.has(ofd)) steps.push({ n: event.n, pid: event.pid, what: "gone" });
    before = after;
    inFlight = flying;
  }
  return steps;
}

/** Nothing happened to it at most events: those are passed over without a look at every table. */
function concerns({ touched }: World, ofd: number, before: ReadonlyMap<string, Standing>, event: Event): boolean {
  if (event.kind === "start" || event.kind === "exec" || touched.ofds.includes(ofd)) return true;
  return touched.closed.some((one) => one.ofd === ofd) || touched.fds.some((key) => before.has(key));
}

interface Standing {
  at: At;
  entry: FdEntry;
}

function entriesNow(world: World, ofd: number): Map<string, Standing> {
  const found = new Map<string, Standing>();
  for (const { pid, fds } of world.processes.values()) {
    for (const entry of fds.values()) if (entry.ofd === ofd) found.set(`${pid}/${entry.fd}`, { at: { pid, fd: entry.fd }, entry });
  }
  return found;
}

function noteLost(steps: LifeStep[], event: Event, before: ReadonlyMap<string, Standing>, after: ReadonlyMap<string, Standing>): void {
  for (const [key, { at }] of before) if (!after.has(key)) steps.push({ n: event.n, pid: at.pid, what: "closed", at, how: howClosed(event, at) });
}

function howClosed(event: Event, at: At): "close" | "exec" | "exit" | "replaced" {
  if (event.kind === "exec") return "exec";
  if (event.kind === "call" && (event.op?.op === "close" || event.op?.op === "close_range")) return "close";
  return event.kind === "call" && event.pid === at.pid && event.op?.op !== "wait" ? "replaced" : "exit";
}

function noteGained(steps: LifeStep[], event: Event, before: ReadonlyMap<string, Standing>, after: ReadonlyMap<string, Standing>): void {
  const gained = [...after.values()].filter(({ at }) => !before.has(`${at.pid}/${at.fd}`));
  if (event.kind === "start") {
    if (gained.length > 0) steps.push({ n: event.n, pid: event.pid, what: "start", at: gained.map(({ at }) => at) });
    return;
  }
  for (const { at, entry: { origin } } of gained) steps.push({ n: event.n, pid: at.pid, ...arrival(event, at, origin) });
}

type Arrival = Extract<LifeStep, { what: "born" | "copied" | "received" }> extends infer S ? (S extends LifeStep ? Omit<S, "n" | "pid"> : never) : never;

function arrival(event: Event, at: At, { how, from }: FdEntry["origin"]): Arrival {
  if (how === "dup" || how === "fork") return { what: "copied", how, from, at };
  if (how === "receive") return { what: "received", from, at };
  return { what: "born", at, call: event.kind === "call" ? event.call : event.kind };
}

function noteKept(steps: LifeStep[], event: Event, before: ReadonlyMap<string, Standing>, after: ReadonlyMap<string, Standing>): void {
  for (const [key, { at, entry }] of after) {
    const was = before.get(key);
    if (was === undefined) continue;
    if (was.entry.cloexec !== entry.cloexec) steps.push({ n: event.n, pid: at.pid, what: "marked", at, cloexec: entry.cloexec });
    if (event.kind === "exec" && event.pid === at.pid) steps.push({ n: event.n, pid: at.pid, what: "crossed", at, exe: event.exe });
  }
}
