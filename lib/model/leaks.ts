/**
 * What programs left behind: descriptors that crossed an exec and were never used after it, and zombies that nobody waits for.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { processOf } from "./describe.ts";
import { emptyWorld } from "./draft.ts";
import type { Event } from "./event.ts";
import { SIGCHLD } from "./signals.ts";
import type { FdEntry, World } from "./world.ts";

const STANDARD = 2;

/** A descriptor above 2 that a new image was given, and that it never used. */
export interface Leak {
  pid: number;
  fd: number;
  /** Event of the exec it crossed, and the image it came to. */
  n: number;
  exe: string;
  link: string;
  origin: FdEntry["origin"];
  /** Event that made the entry. */
  bornAt: number;
}

/**
 * Descriptors that crossed an exec and that the new image neither used nor closed. A program that looks for them (LISTEN_FDS, a shell's
 * <(...)) uses them; what nobody uses was meant to be close-on-exec. Those that stood at the start of the recording are not told:
 * who left them was not seen.
 */
export function leaks(events: readonly Event[]): Leak[] {
  const world = emptyWorld();
  const found = new Map<string, Leak>();
  const leaked: Leak[] = [];
  const settle = (pid: number): void => {
    for (const [key, leak] of found) {
      if (leak.pid !== pid) continue;
      leaked.push(leak);
      found.delete(key);
    }
  };
  for (const event of events) {
    if (event.kind === "exec" || (event.kind === "exit" && !event.thread)) settle(event.pid);
    apply(world, event);
    if (event.kind === "exec") for (const leak of carried(world, event.pid, event.n, event.exe)) found.set(`${leak.pid}/${leak.fd}`, leak);
    else if (event.kind === "call" || event.kind === "block") for (const fd of numbersIn(event)) found.delete(`${event.pid}/${fd}`);
  }
  return [...leaked, ...found.values()].sort((a, b) => a.n - b.n || a.fd - b.fd);
}

function carried(world: World, pid: number, n: number, exe: string): Leak[] {
  const entries = [...(processOf(world, pid)?.fds.values() ?? [])];
  return entries
    .filter(({ fd, origin, ofd }) => fd > STANDARD && origin.how !== "start" && !stoodAtStart(world, ofd))
    .map(({ fd, origin, ofd, bornAt }) => ({ pid, fd, n, exe, origin, bornAt, link: world.descriptions.get(ofd)?.link ?? "" }));
}

function stoodAtStart(world: World, ofd: number): boolean {
  return (world.descriptions.get(ofd)?.bornAt ?? 0) === 0;
}

/** Descriptors that an event names: as the object of its op, or as an argument of its call. */
function numbersIn(event: Extract<Event, { kind: "call" | "block" }>): number[] {
  const numbers = event.args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  if (event.kind === "block") return event.on && "fd" in event.on ? [event.on.fd, ...numbers] : numbers;
  const { op } = event;
  if (op === undefined) return numbers;
  if (op.op === "send") return [op.fd, ...op.fds, ...numbers];
  if (op.op === "dup") return [op.from, op.to];
  return "fd" in op ? [op.fd, ...numbers] : numbers;
}

/** A zombie, and whose duty it is to wait for it. */
export interface Unreaped {
  pid: number;
  /** Event it ended at. */
  exitedAt: number | undefined;
  parent: number;
  /** The parent: in the tree or not; sleeping in which call; with SIGCHLD pending and blocked. */
  parentState: "outside" | "running" | "sleeping" | "stopped" | "zombie";
  parentCall?: string;
  blocksChildSignal?: true;
}

/** Every zombie that stands. */
export function unreaped(world: World): Unreaped[] {
  const zombies = [...world.processes.values()].filter(({ state }) => state === "zombie");
  return zombies.map(({ pid, ppid, exitedAt }) => {
    const parent = processOf(world, ppid);
    if (parent === undefined) return { pid, exitedAt, parent: ppid, parentState: "outside" };
    const blocks = parent.signals?.blocked.includes(SIGCHLD) === true;
    return {
      pid, exitedAt, parent: ppid,
      parentState: parent.state === "reaped" ? "zombie" : parent.state,
      ...(parent.blockedIn ? { parentCall: parent.blockedIn.call } : {}),
      ...(blocks ? { blocksChildSignal: true as const } : {}),
    };
  });
}
