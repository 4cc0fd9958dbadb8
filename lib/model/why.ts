/**
 * Why a process sleeps, and on whom.
 *
 * A sleeping call names what it waits for; who could end the wait follows from the world: the holders of a pipe's other end, of a
 * socket's peer, of a lock, the children that live. When all of them sleep too, and wait for one another alone, nobody will ever go on.
 *
 * @module
 */
import { type Holder, holders, processOf } from "./describe.ts";
import type { WaitsOn } from "./event.ts";
import { SIGCHLD } from "./signals.ts";
import type { Inode, Process, World } from "./world.ts";

const ACCESS_MODE = 3;
const READ_ONLY = 0;
const WRITE_ONLY = 1;

/** What a process waits for. */
export type Cause =
  /** Bytes from a pipe, FIFO or socket; `ends`: who holds the other end, the process itself perhaps among them. */
  | { kind: "data"; fd: number; link: string; ends: Holder[] }
  /** Room in a pipe or socket that is full; `ends`: who could read. */
  | { kind: "room"; fd: number; link: string; ends: Holder[] }
  /** Somebody who connects. */
  | { kind: "connection"; fd: number; address: string | undefined }
  /** Something from outside the tree: a terminal, a device, the network. */
  | { kind: "outside"; fd: number; link: string }
  /** The end of a child (any, when none is named); `living`: those it has. */
  | { kind: "child"; child: number | undefined; living: number[]; zombies: number[] }
  | { kind: "lock"; fd: number; link: string; holders: number[] }
  | { kind: "futex"; word: string; others: number[] }
  | { kind: "ipc"; what: "sem" | "msg"; id: number; others: number[] }
  /** A signal; `blocked`: pending ones that it blocks, so that they do not come. */
  | { kind: "signal"; signals: number[]; blocked: number[] }
  /** Any of several descriptors; those that somebody in the tree could make ready. */
  | { kind: "ready"; fds: number[]; causes: Cause[]; timed: boolean }
  | { kind: "time" }
  | { kind: "stopped"; signal: number | undefined }
  | { kind: "unknown" };

/** Why one process does not go on. */
export interface Why {
  pid: number;
  call: string | undefined;
  cause: Cause;
  /** Pids that could end the wait. Empty: nobody in the tree. */
  wakers: number[];
  /** Somebody or something outside the tree could, or time does. */
  open: boolean;
  /** Processes that wait for one another alone, this one among them; undefined when somebody may still go on. */
  deadlock: number[] | undefined;
  /** What the wakers wait for in turn, nearest first, none twice. */
  chain: Why[];
}

/** Why the process sleeps; undefined when it does not, or is not there. */
export function why(world: World, pid: number): Why | undefined {
  const process = processOf(world, pid);
  if (process === undefined || !isHeldUp(process)) return undefined;
  const stuck = deadlocked(world);
  return explain(world, process, stuck, new Set([pid]));
}

/** Every process that waits for others alone who wait likewise: none of them will ever go on by itself. */
export function deadlocked(world: World): number[] {
  const waits = new Map<number, Wait>();
  for (const process of world.processes.values()) if (isHeldUp(process)) waits.set(process.pid, waitOf(world, process));
  for (let before = -1; before !== waits.size; ) {
    before = waits.size;
    for (const [pid, { wakers, open }] of waits) if (open || wakers.some((waker) => !waits.has(waker))) waits.delete(pid);
  }
  return [...waits.keys()];
}

function isHeldUp(process: Process): boolean {
  return process.state === "stopped" || (process.state === "sleeping" && process.blockedIn !== undefined);
}

function explain(world: World, process: Process, stuck: readonly number[], seen: Set<number>): Why {
  const { cause, wakers, open } = waitOf(world, process);
  const chain: Why[] = [];
  for (const pid of wakers) {
    const waker = processOf(world, pid);
    if (waker === undefined || seen.has(pid) || !isHeldUp(waker)) continue;
    seen.add(pid);
    const its = explain(world, waker, stuck, seen);
    chain.push({ ...its, chain: [] }, ...its.chain);
  }
  const deadlock = stuck.includes(process.pid) ? circle(world, process.pid) : undefined;
  return { pid: process.pid, call: process.blockedIn?.call, cause, wakers, open, deadlock, chain };
}

/** All that a stuck process waits for, directly or not, itself first. */
function circle(world: World, pid: number): number[] {
  const found = [pid];
  for (const one of found) {
    const process = processOf(world, one);
    for (const waker of process && isHeldUp(process) ? waitOf(world, process).wakers : []) if (!found.includes(waker)) found.push(waker);
  }
  return found;
}

interface Wait {
  cause: Cause;
  wakers: number[];
  open: boolean;
}

function waitOf(world: World, process: Process): Wait {
  if (process.state === "stopped") return { cause: { kind: "stopped", signal: process.stopSignal }, wakers: [], open: true };
  return waitFor(world, process, process.blockedIn?.on, process.blockedIn?.call ?? "");
}

function waitFor(world: World, process: Process, on: WaitsOn | undefined, call: string): Wait {
  if (on === undefined) return { cause: { kind: "unknown" }, wakers: [], open: true };
  if ("fd" in on) return onDescriptor(world, process, on.fd, call);
  if ("fds" in on) return onAny(world, process, on.fds, on.timed === true);
  if ("child" in on) return onChild(world, process, on.child);
  if ("lock" in on) return onLock(world, process, on.lock, on.holders);
  if ("futex" in on) return onWord(world, process, on.futex);
  if ("ipc" in on) return onObject(world, process, on.ipc, on.id);
  if ("signals" in on) return onSignal(world, process, on.signals);
  return { cause: { kind: "time" }, wakers: [], open: true };
}

const WRITES = /^(?:write|pwrite|send|splice|tee|vmsplice|sendfile|copy_file)/;

function onDescriptor(world: World, process: Process, fd: number, call: string): Wait {
  const description = world.descriptions.get(process.fds.get(fd)?.ofd ?? -1);
  const inode = description && world.inodes.get(description.inode);
  if (description === undefined || inode === undefined) return { cause: { kind: "unknown" }, wakers: [], open: true };
  const { link } = description;
  if (call.startsWith("accept")) return { cause: { kind: "connection", fd, address: inode.address }, wakers: [], open: true };
  const writing = WRITES.test(call);
  const ends = otherEnds(world, inode, writing);
  if (ends === undefined) return { cause: { kind: "outside", fd, link }, wakers: [], open: true };
  return { cause: { kind: writing ? "room" : "data", fd, link, ends }, wakers: pidsOf(ends, process), open: reachesOut(world, inode) };
}

/** Who holds the other end; undefined for what has none in the tree. */
function otherEnds(world: World, inode: Inode, writing: boolean): Holder[] | undefined {
  if (inode.type === "pipe" || inode.type === "fifo") {
    const wrong = writing ? WRITE_ONLY : READ_ONLY;
    return holders(world, inode.key).filter(({ entry }) => ((world.descriptions.get(entry.ofd)?.flags ?? 0) & ACCESS_MODE) !== wrong);
  }
  return inode.type === "socket" && inode.peer !== undefined ? holders(world, inode.peer) : undefined;
}

/** A FIFO can be opened by anybody; a peer that the model does not hold is somebody else's. A message in flight may bring an end to a new owner. */
function reachesOut(world: World, inode: Inode): boolean {
  if (inode.type === "fifo") return true;
  if (inode.type === "socket" && inode.peer !== undefined && !world.inodes.has(inode.peer)) return false; // hung up
  const far = inode.type === "socket" ? inode.peer : inode.key;
  return world.messages.some((message) => message.ofds.some((ofd) => world.descriptions.get(ofd)?.inode === far));
}

/** Its own copy of the other end wakes nobody while it sleeps, unless another of its threads uses it. */
function pidsOf(ends: readonly Holder[], self: Process): number[] {
  const pids = new Set(ends.map(({ process }) => process.pid));
  if (self.threads.length === 0) pids.delete(self.pid);
  return [...pids];
}

function onAny(world: World, process: Process, fds: readonly number[], timed: boolean): Wait {
  const waits = fds.map((fd) => onDescriptor(world, process, fd, "read"));
  const causes = waits.map(({ cause }) => cause).filter((cause) => cause.kind !== "unknown");
  return { cause: { kind: "ready", fds: [...fds], causes, timed }, wakers: [...new Set(waits.flatMap(({ wakers }) => wakers))], open: timed || fds.length === 0 || waits.some(({ open }) => open) };
}

function onChild(world: World, process: Process, child: number): Wait {
  const children = [...world.processes.values()].filter((one) => one.ppid === process.pid && (child <= 0 || one.pid === child));
  const living = children.filter(({ state }) => state !== "zombie" && state !== "reaped").map(({ pid }) => pid);
  const zombies = children.filter(({ state }) => state === "zombie").map(({ pid }) => pid);
  return { cause: { kind: "child", child: child > 0 ? child : undefined, living, zombies }, wakers: living, open: false };
}

function onLock(world: World, process: Process, fd: number, pids: number[]): Wait {
  const link = world.descriptions.get(process.fds.get(fd)?.ofd ?? -1)?.link ?? "";
  const known = pids.filter((pid) => processOf(world, pid) !== undefined);
  return { cause: { kind: "lock", fd, link, holders: pids }, wakers: known, open: known.length < pids.length || pids.length === 0 };
}

/** Whoever else may write the word cannot be told: those that wait on it as well are named. */
function onWord(world: World, process: Process, word: string): Wait {
  const others = pidsWhere(world, process, (on) => "futex" in on && on.futex === word);
  return { cause: { kind: "futex", word, others }, wakers: [], open: true };
}

function onObject(world: World, process: Process, what: "sem" | "msg", id: number): Wait {
  const others = pidsWhere(world, process, (on) => "ipc" in on && on.ipc === what && on.id === id);
  return { cause: { kind: "ipc", what, id, others }, wakers: [], open: true };
}

function pidsWhere(world: World, self: Process, waits: (on: WaitsOn) => boolean): number[] {
  return [...world.processes.values()].filter((one) => one !== self && one.blockedIn?.on !== undefined && waits(one.blockedIn.on)).map(({ pid }) => pid);
}

function onSignal(world: World, process: Process, signals: readonly number[]): Wait {
  const sets = process.signals;
  const blocked = signals.length > 0 ? [] : (sets?.pending ?? []).filter((signal) => sets?.blocked.includes(signal));
  const onlyChildren = signals.length === 1 && signals[0] === SIGCHLD;
  const living = onlyChildren ? onChild(world, process, -1).wakers : [];
  return { cause: { kind: "signal", signals: [...signals], blocked }, wakers: living, open: !onlyChildren };
}
