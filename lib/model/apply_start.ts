/** What stood when the recording began: processes, tables, and the descriptions they share. @module */
import { addProcess, editDescription, editInode } from "./draft.ts";
import type { FdFacts, ProcessFacts, StartEvent } from "./event.ts";
import { describe, install } from "./table.ts";
import { touchPid } from "./touch.ts";
import { hide } from "./unseen.ts";
import type { Process, World } from "./world.ts";

export function start(world: World, event: StartEvent): void {
  world.unknown = [...world.unknown, ...event.snapshot.unknown];
  const groups = new Map<number, number>();
  const born = [...event.snapshot.processes].sort((a, b) => a.start - b.start || a.pid - b.pid);
  for (const facts of born) {
    const process = stand(world, facts);
    if (process === undefined) continue;
    touchPid(world, process.pid);
    if (facts.bits !== undefined) hide(world, process);
    for (const fd of facts.fds) enter(world, process, fd, groups);
  }
  for (const { key, peer } of [...world.inodes.values()]) if (peer !== undefined) pairUp(world, key, peer);
}

function stand(world: World, facts: ProcessFacts): Process | undefined {
  const key = processKey(facts.pid, facts.start);
  if (world.processes.has(key)) return undefined;
  const { pid, start, ppid, pgid, sid, name, exe, argv, cwd, signals } = facts;
  return addProcess(world, {
    key, pid, start, ppid, pgid, sid, name,
    state: stateOf(facts.state),
    ...(exe === undefined ? {} : { exe }),
    ...(argv === undefined ? {} : { argv }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(signals === undefined ? {} : { signals }),
    subreaper: false,
    threads: facts.threads ?? [],
    fds: new Map(),
    bornAt: world.n,
    order: takeOrder(world),
  });
}

/** Names a process for good. */
export function processKey(pid: number, start: number): string {
  return `${pid}@${start}`;
}

export function takeOrder(world: World): number {
  const order = world.nextOrder ?? world.processes.size;
  world.nextOrder = order + 1;
  return order;
}

/** `t` is a tracer's hold, not a stop of the process's own. */
function stateOf(letter: string): Process["state"] {
  if (letter === "Z") return "zombie";
  if (letter === "T") return "stopped";
  return letter === "S" || letter === "D" ? "sleeping" : "running";
}

/** Entries of one group are one description; it is the runtime's own only if all of them are. */
function enter(world: World, process: Process, facts: FdFacts, groups: Map<number, number>): void {
  const known = facts.group === undefined ? undefined : groups.get(facts.group);
  const ofd = known ?? describe(world, facts).id;
  if (facts.group !== undefined) groups.set(facts.group, ofd);
  const description = editDescription(world, ofd);
  if (description !== undefined && facts.runtime !== true) description.runtime = false;
  install(world, process, { fd: facts.fd, ofd, cloexec: facts.cloexec, origin: { how: "start" }, bornAt: world.n });
}

/** The kernel may have told of a connection at one of its ends alone. */
function pairUp(world: World, key: string, peer: string): void {
  const other = editInode(world, peer);
  if (other !== undefined && other.peer === undefined && other.listening !== true) other.peer = key;
}
