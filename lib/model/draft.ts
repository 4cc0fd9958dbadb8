/**
 * Worlds that share what they have in common.
 *
 * `clone` copies the maps of a World and shares the objects in them; whoever changes an object afterwards takes
 * its own copy first, through the `edit` functions here. So a keyframe costs its maps, not its tree.
 *
 * @module
 */
import type { Description, FdEntry, Inode, Process, Touched, World } from "./world.ts";

/** The world before the first event. */
export function emptyWorld(): World {
  return {
    n: -1,
    t: 0,
    processes: new Map(),
    byPid: new Map(),
    descriptions: new Map(),
    inodes: new Map(),
    messages: [],
    touched: untouched(),
    lost: 0,
    unknown: [],
    nextDescription: 1,
    nextMessage: 1,
    nextOrder: 0,
  };
}

/** A world equal to `world` that can be changed without changing it. Costs the maps, not what they hold. */
export function clone(world: World): World {
  owned.delete(world);
  return {
    ...world,
    processes: new Map(world.processes),
    byPid: new Map(world.byPid),
    descriptions: new Map(world.descriptions),
    inodes: new Map(world.inodes),
  };
}

export function untouched(): Touched {
  return { pids: [], fds: [], closed: [], ofds: [], inodes: [], messages: [], delivered: [] };
}

/** Objects that belong to one world alone and may be changed in place. */
const owned = new WeakMap<World, WeakSet<object>>();

function ownedBy(world: World): WeakSet<object> {
  let set = owned.get(world);
  if (set === undefined) owned.set(world, set = new WeakSet());
  return set;
}

/** Puts a new object that nobody else holds into one of the world's maps. */
function own<K, V extends object>(world: World, map: Map<K, V>, key: K, value: V): V {
  ownedBy(world).add(value);
  map.set(key, value);
  return value;
}

function edit<K, V extends object>(world: World, map: Map<K, V>, key: K): V | undefined {
  const value = map.get(key);
  if (value === undefined || ownedBy(world).has(value)) return value;
  return own(world, map, key, { ...value });
}

export function addProcess(world: World, process: Process): Process {
  ownedBy(world).add(process.fds);
  world.byPid.set(process.pid, process.key);
  return own(world, world.processes, process.key, process);
}

export function addDescription(world: World, description: Description): Description {
  return own(world, world.descriptions, description.id, description);
}

export function addInode(world: World, inode: Inode): Inode {
  return own(world, world.inodes, inode.key, inode);
}

/** The process that has this pid now, to be changed; undefined when the model knows none. */
export function editPid(world: World, pid: number): Process | undefined {
  const key = world.byPid.get(pid);
  return key === undefined ? undefined : edit(world, world.processes, key);
}

export function editDescription(world: World, id: number): Description | undefined {
  return edit(world, world.descriptions, id);
}

export function editInode(world: World, key: string): Inode | undefined {
  return edit(world, world.inodes, key);
}

/** The descriptor table of a process, to be changed: in all processes that share it. */
export function editTable(world: World, process: Process): Map<number, FdEntry> {
  const mine = ownedBy(world);
  if (mine.has(process.fds)) return process.fds;
  const fds = new Map(process.fds);
  mine.add(fds);
  for (const pid of sharers(world, process)) {
    const sharer = editPid(world, pid);
    if (sharer !== undefined) sharer.fds = fds;
  }
  return fds;
}

/** Pids of all processes that have this very table, `process` among them. */
export function sharers(world: World, process: Process): number[] {
  if (process.table === undefined) return [process.pid];
  return [...world.processes.values()].filter((p) => p.table === process.table).map((p) => p.pid);
}
