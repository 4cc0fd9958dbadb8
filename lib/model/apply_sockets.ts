/** Sockets: accept(2), bind(2), listen(2), connect(2), sendmsg(2) and recvmsg(2) with SCM_RIGHTS, see unix(7). @module */
import { open } from "./apply_fds.ts";
import { editInode } from "./draft.ts";
import type { FdFacts, Op } from "./event.ts";
import { enqueue, type Parcel, readdress, take } from "./queue.ts";
import { connectInodes, install, isDatagram, land, lookup, touchPeer } from "./table.ts";
import { touchInode } from "./touch.ts";
import type { Inode, Process, World } from "./world.ts";

type Of<Name extends Op["op"]> = Extract<Op, { op: Name }>;

export function bind(world: World, process: Process, op: Of<"bind">): void {
  const at = lookup(world, process, op.fd);
  if (at !== undefined) at.inode.address = op.address;
}

export function listen(world: World, process: Process, op: Of<"listen">): void {
  const at = lookup(world, process, op.fd);
  if (at !== undefined) at.inode.listening = true;
}

/**
 * connect: the peer the kernel told, else the socket bound to that address. Of a listening one the far end exists
 * only once accepted: till then the listener stands for it, and holds what was sent.
 */
export function connect(world: World, process: Process, op: Of<"connect">): void {
  const at = lookup(world, process, op.fd);
  if (at === undefined) return;
  const { inode } = at;
  const peer = op.peer ?? boundTo(world, op.address)?.key;
  if (peer === undefined || isAccepted(world, inode)) return;
  const listener = editInode(world, peer);
  if (listener?.listening === true) {
    inode.peer = peer;
    listener.backlog = [...listener.backlog ?? [], inode.key];
  }
  else connectInodes(world, inode.key, peer);
  touchPeer(world, inode);
}

/** The accepting side may be seen to return before connect does. */
function isAccepted(world: World, inode: Inode): boolean {
  const peer = inode.peer === undefined ? undefined : world.inodes.get(inode.peer);
  return peer !== undefined && peer.listening !== true && !isDatagram(inode);
}

function boundTo(world: World, address: string): Inode | undefined {
  const bound = [...world.inodes.values()].filter((inode) => inode.address === address && inode.type === "socket");
  return bound.find((inode) => inode.listening) ?? bound.find(isDatagram);
}

/** accept: a new socket. What its client sent before now waits at it. */
export function accept(world: World, process: Process, op: Of<"accept">): void {
  const listener = lookup(world, process, op.listener)?.inode;
  const { inode: key } = open(world, process, op.file);
  const client = op.file.peer ?? goneClient(world, listener) ?? onlyClient(world, listener);
  if (client === undefined) return;
  if (listener?.backlog) listener.backlog = listener.backlog.filter((key) => key !== client);
  connectInodes(world, key, client);
  touchInode(world, client);
  if (listener !== undefined) readdress(world, client, listener.key, key);
}

/** Connections are accepted in the order in which they were made: of a client that hung up meanwhile the kernel tells no peer. */
function goneClient(world: World, listener: Inode | undefined): string | undefined {
  return listener?.backlog?.find((key) => !world.inodes.has(key));
}

/** The one socket whose connection waits at this listener; undefined when there are more. */
function onlyClient(world: World, listener: Inode | undefined): string | undefined {
  if (listener === undefined) return undefined;
  const waiting = [...world.inodes.values()].filter((inode) => inode.peer === listener.key);
  return waiting.length === 1 ? waiting[0]?.key : undefined;
}

/** sendmsg: a message holds a reference to the description of each descriptor it carries. */
export function send(world: World, process: Process, op: Of<"send">): void {
  const at = lookup(world, process, op.fd);
  if (at === undefined || !isUnix(at.inode)) return;
  const { inode } = at;
  const to = op.to === undefined ? inode.peer : boundTo(world, op.to)?.key ?? inode.peer;
  touchPeer(world, inode);
  const ofds = op.fds.flatMap((fd) => lookup(world, process, fd)?.description.id ?? []);
  enqueue(world, { from: inode.key, to, bytes: op.bytes, ofds, sender: { pid: process.pid, fds: op.fds } });
}

function isUnix(inode: Inode): boolean {
  return inode.type === "socket" && (inode.socket === undefined || inode.socket.startsWith("unix"));
}

/** recvmsg: the descriptions of the message get new descriptors; those that did not fit are let go (MSG_CTRUNC). */
export function receive(world: World, process: Process, op: Of<"receive">): void {
  const at = lookup(world, process, op.fd);
  if (at === undefined || !isUnix(at.inode)) return;
  touchPeer(world, at.inode);
  const parcel = take(world, at.inode, op.bytes, op.fds.length, op.truncated);
  const made = op.fds.map((facts, i) => arrive(world, process, facts, parcel, i));
  for (const ofd of parcel?.ofds ?? []) land(world, ofd);
  if (parcel === undefined && made.length > 0) at.inode.early = [...at.inode.early ?? [], made];
}

/** The new entry takes its own reference; that of the message is given up afterwards. */
function arrive(world: World, process: Process, facts: FdFacts, parcel: Parcel | undefined, i: number): number {
  const ofd = parcel?.ofds[i];
  const description = ofd === undefined ? undefined : world.descriptions.get(ofd);
  if (parcel === undefined || description === undefined || !isSame(world, facts, description.inode)) {
    return open(world, process, facts, "receive").id;
  }
  const { pid, fds } = parcel.sender;
  const sent = fds[i];
  const origin = sent === undefined ? { how: "receive" as const } : { how: "receive" as const, from: { pid, fd: sent } };
  install(world, process, { fd: facts.fd, ofd: description.id, cloexec: facts.cloexec, origin, bornAt: world.n });
  return description.id;
}

/** Anonymous inodes share one number, which tells nothing. */
function isSame(world: World, facts: FdFacts, key: string): boolean {
  return facts.type === "anon" ? world.inodes.get(key)?.type === "anon" : key === facts.inode;
}
