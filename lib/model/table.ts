/**
 * Descriptor tables, open file descriptions and inodes: who refers to what, and what goes when nobody does.
 *
 * @module
 */
import {
  addDescription, addInode, editDescription, editInode, editTable, sharers,
} from "./draft.ts";
import type { FdFacts } from "./event.ts";
import { touchDescription, touchFd, touchInode } from "./touch.ts";
import type { Description, FdEntry, Inode, Message, Process, World } from "./world.ts";

/** A new open file description as /proc shows it, with no reference yet. */
export function describe(world: World, facts: FdFacts): Description {
  const id = world.nextDescription++;
  const inode = facts.type === "anon" ? `anon:${id}` : facts.inode;
  learnInode(world, inode, facts);
  const of = editInode(world, inode);
  if (of !== undefined) of.descriptions = (of.descriptions ?? 0) + 1;
  return addDescription(world, {
    id,
    inode,
    link: facts.link,
    flags: facts.flags,
    ...(hasOffset(facts) ? { pos: facts.pos } : {}),
    refs: 0,
    inFlight: 0,
    runtime: facts.runtime === true,
    bornAt: world.n,
  });
}

function hasOffset(facts: FdFacts): boolean {
  return facts.type === "file" || facts.type === "block";
}

/** Adds an inode, or what these facts say newly of a known one. */
function learnInode(world: World, key: string, facts: FdFacts): void {
  const known = editInode(world, key);
  const inode = known ?? addInode(world, { key, type: facts.type, link: facts.link, descriptions: 0 });
  if (facts.size !== undefined) inode.size = facts.size;
  if (facts.socket !== undefined) inode.socket = facts.socket;
  if (facts.address !== undefined) inode.address = facts.address;
  if (facts.peer !== undefined) connectInodes(world, key, facts.peer);
}

/** Makes `peer` the peer of socket `key`, and the other way round unless only one side is connected (datagrams). */
export function connectInodes(world: World, key: string, peer: string): void {
  const inode = editInode(world, key);
  if (inode === undefined) return;
  inode.peer = peer;
  if (isDatagram(inode)) return;
  const other = editInode(world, peer);
  if (other !== undefined && other.listening !== true) other.peer = key;
}

export function isDatagram(inode: Inode): boolean {
  return inode.socket?.includes("dgram") === true;
}

/** Puts an entry into a table; what stood at that number is closed first, as dup2 does. */
export function install(world: World, process: Process, entry: FdEntry): void {
  closeFd(world, process, entry.fd);
  editTable(world, process).set(entry.fd, entry);
  retain(world, entry.ofd);
  touchFd(world, process.pid, entry.fd);
  touchDescription(world, entry.ofd);
}

/** Takes an entry out of a table; nothing when there is none. */
export function closeFd(world: World, process: Process, fd: number): void {
  const entry = process.fds.get(fd);
  if (entry === undefined) return;
  editTable(world, process).delete(fd);
  world.touched.closed.push({ pid: process.pid, fd, ofd: entry.ofd });
  touchDescription(world, entry.ofd);
  release(world, entry.ofd);
}

/** The process has no table any more: its entries are closed unless others share the table. */
export function leaveTable(world: World, process: Process): void {
  const others = sharers(world, process).filter((pid) => pid !== process.pid);
  if (others.length === 0) {
    for (const fd of [...process.fds.keys()]) closeFd(world, process, fd);
  }
  delete process.table;
  process.fds = new Map();
}

/** From here on a table that it shared is its own: execve, unshare(CLONE_FILES), CLOSE_RANGE_UNSHARE. */
export function unshareTable(world: World, process: Process): void {
  if (process.table === undefined) return;
  const entries = [...process.fds.values()];
  const shared = [...world.processes.values()].some((p) => p !== process && p.table === process.table);
  delete process.table;
  if (!shared) return;
  process.fds = new Map();
  for (const entry of entries) install(world, process, entry);
}

/** One reference more. */
export function retain(world: World, ofd: number): void {
  const description = editDescription(world, ofd);
  if (description !== undefined) description.refs++;
}

/** One reference less; the description goes with its last one. */
export function release(world: World, ofd: number): void {
  const description = editDescription(world, ofd);
  if (description === undefined) return;
  description.refs--;
  if (description.refs <= 0) forget(world, description);
  else if (description.refs === description.inFlight) collectUnreachable(world);
}

function forget(world: World, description: Description): void {
  world.descriptions.delete(description.id);
  const inode = editInode(world, description.inode);
  if (inode === undefined) return;
  inode.descriptions = (inode.descriptions ?? 1) - 1;
  if (inode.descriptions > 0) return;
  world.inodes.delete(inode.key);
  discard(world, (message) => message.to === inode.key);
}

/** Messages that nobody can receive any more die, and with them the references they hold. */
function discard(world: World, dies: (message: Message) => boolean): void {
  const dead = world.messages.filter(dies);
  if (dead.length === 0) return;
  world.messages = world.messages.filter((message) => !dead.includes(message));
  for (const message of dead) {
    for (const ofd of message.ofds) land(world, ofd);
  }
}

/** A reference held by a message is given up. */
export function land(world: World, ofd: number): void {
  const description = editDescription(world, ofd);
  if (description === undefined) return;
  description.inFlight--;
  touchDescription(world, ofd);
  release(world, ofd);
}

/**
 * A socket that only messages refer to can be received from only if one of those messages can be received.
 * Sockets sent through themselves or in a ring cannot: the kernel's collector takes them (net/unix/garbage.c), and so do we.
 */
function collectUnreachable(world: World): void {
  const reachable = new Set<string>();
  for (const description of world.descriptions.values()) {
    if (description.refs > description.inFlight) reachable.add(description.inode);
  }
  const seen = new Set<Message>();
  const open = (message: Message) =>
    message.to === undefined || reachable.has(message.to) || !world.inodes.has(message.to);
  for (let before = -1; before !== seen.size;) {
    before = seen.size;
    for (const message of world.messages) {
      if (seen.has(message) || !open(message)) continue;
      seen.add(message);
      for (const ofd of message.ofds) reachable.add(world.descriptions.get(ofd)?.inode ?? "");
    }
  }
  discard(world, (message) => !seen.has(message));
}

/** What a process calls `fd`, description and inode together. */
export function lookup(world: World, process: Process, fd: number): { description: Description; inode: Inode } | undefined {
  const entry = process.fds.get(fd);
  const description = entry && editDescription(world, entry.ofd);
  const inode = description && editInode(world, description.inode);
  if (description === undefined || inode === undefined) return undefined;
  touchFd(world, process.pid, fd);
  touchDescription(world, description.id);
  return { description, inode };
}

/** Marks the other end of a connection as touched, too. */
export function touchPeer(world: World, inode: Inode): void {
  if (inode.peer !== undefined && world.inodes.has(inode.peer)) touchInode(world, inode.peer);
}
