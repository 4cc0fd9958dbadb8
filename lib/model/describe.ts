/** Questions the explorer and the command line ask of a World. All pure. @module */
import type { Event } from "./event.ts";
import type { Description, FdEntry, Message, Process, World } from "./world.ts";

export interface Holder {
  process: Process;
  entry: FdEntry;
}

export interface Branch {
  process: Process;
  children: Branch[];
}

/** The process that has this pid now; for one step also one just reaped. */
export function processOf(world: World, pid: number): Process | undefined {
  const key = world.byPid.get(pid);
  return key === undefined ? undefined : world.processes.get(key);
}

/** Table entries that refer to an open file description, by order of birth, then number. */
export function entriesOf(world: World, ofd: number): Holder[] {
  return holdersWhere(world, (entry) => entry.ofd === ofd);
}

/** Table entries that lead to an inode, through any description. */
export function holders(world: World, inodeKey: string): Holder[] {
  return holdersWhere(world, (entry) => world.descriptions.get(entry.ofd)?.inode === inodeKey);
}

function holdersWhere(world: World, wanted: (entry: FdEntry) => boolean): Holder[] {
  return inBirthOrder(world).flatMap((process) =>
    [...process.fds.values()]
      .filter(wanted)
      .sort((a, b) => a.fd - b.fd)
      .map((entry) => ({ process, entry })));
}

/** Open file descriptions of an inode, by age. */
export function descriptionsOf(world: World, inodeKey: string): Description[] {
  return [...world.descriptions.values()].filter((one) => one.inode === inodeKey).sort((a, b) => a.id - b.id);
}

/** Messages in flight that hold a reference to a description. */
export function messagesHolding(world: World, ofd: number): Message[] {
  return world.messages.filter((message) => message.ofds.includes(ofd));
}

/** Processes as children of the parent they have now, siblings by order of birth. A parent outside makes a root. */
export function tree(world: World): Branch[] {
  const nodes = new Map(inBirthOrder(world).map((process) => [process.key, { process, children: [] as Branch[] }]));
  const roots: Branch[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(world.byPid.get(node.process.ppid) ?? "");
    (parent === undefined || parent === node ? roots : parent.children).push(node);
  }
  return roots;
}

/** Processes in order of birth. */
export function inBirthOrder(world: World): Process[] {
  return [...world.processes.values()].sort((a, b) => a.order - b.order);
}

/** Whether an event is a step of its own: not one that library or runtime caused for itself. */
export function visible(event: Event): boolean {
  return event.quiet !== true;
}

/** More than one reference: from tables, or from a table and a message in flight. */
export function isShared(description: Description): boolean {
  return description.refs > 1;
}

const ACCESS_MODE = 3;
const READ_ONLY = 0;
const WRITE_ONLY = 1;

/** Descriptions through which a pipe can be written. None: its reader meets the end once the bytes are read. */
export function writers(world: World, inodeKey: string): Description[] {
  return descriptionsOf(world, inodeKey).filter((one) => (one.flags & ACCESS_MODE) !== READ_ONLY);
}

/** Descriptions through which a pipe can be read. None: its writer gets SIGPIPE. */
export function readers(world: World, inodeKey: string): Description[] {
  return descriptionsOf(world, inodeKey).filter((one) => (one.flags & ACCESS_MODE) !== WRITE_ONLY);
}

/** A pipe whose next read returns 0: nothing in it, and nobody known who could write. */
export function atEnd(world: World, inodeKey: string): boolean {
  return world.inodes.get(inodeKey)?.fill === 0 && writers(world, inodeKey).length === 0;
}

/** A socket that was connected and whose peer is gone. */
export function isHungUp(world: World, inodeKey: string): boolean {
  const peer = world.inodes.get(inodeKey)?.peer;
  return peer !== undefined && !world.inodes.has(peer);
}

/** Descriptors that calls made: opened, paired, accepted, copied, received. */
export function descriptorsEver(events: readonly Event[]): number {
  let made = 0;
  for (const event of events) {
    const op = event.kind === "call" ? event.op : undefined;
    if (op?.op === "open" || op?.op === "accept" || op?.op === "dup") made += 1;
    else if (op?.op === "pair") made += 2;
    else if (op?.op === "receive") made += op.fds.length;
  }
  return made;
}
