/** Events written short: numbers and times are given by position. */
import { apply, clone, emptyWorld, Timeline } from "../../../lib/model/mod.ts";
import type { Event, FdFacts, InodeType, Op, Process, ProcessFacts, World } from "../../../lib/model/mod.ts";

type Bare<E> = E extends Event ? Omit<E, "n" | "t"> : never;
export type Told = Bare<Event>;

/** The pid that every story begins with; its start time is its pid. */
export const P = 100;

export function numbered(told: readonly Told[]): Event[] {
  return told.map((event, n) => ({ n, t: n * 10, ...event }) as Event);
}

/** The world after these events, following a start with process 100 that has descriptors 0, 1, 2 of one terminal. */
export function after(...told: Told[]): World {
  return afterStart(standing(), ...told);
}

export function afterStart(start: Told, ...told: Told[]): World {
  const world = emptyWorld();
  for (const event of numbered([start, ...told])) apply(world, event);
  return world;
}

/** One more event on a copy. */
export function next(world: World, told: Told): World {
  const draft = clone(world);
  apply(draft, { n: world.n + 1, t: world.t + 10, ...told } as Event);
  return draft;
}

export function timelineOf(...told: Told[]): Timeline {
  const timeline = new Timeline();
  timeline.append(numbered([standing(), ...told]));
  return timeline;
}

export function standing(...processes: ProcessFacts[]): Told {
  return { kind: "start", pid: P, snapshot: { processes: processes.length > 0 ? processes : [person()], unknown: [] } };
}

const TTY = { link: "/dev/pts/0", inode: "5:3", type: "char", flags: 2, cloexec: false, pos: 0, group: 1 } as const;

export function person(more: Partial<ProcessFacts> = {}): ProcessFacts {
  return {
    pid: P, ppid: 1, pgid: P, sid: P, start: P, state: "R", name: "story", exe: "/bin/story", argv: ["story"], cwd: "/home",
    signals: { blocked: [], ignored: [], caught: [], pending: [] },
    fds: [0, 1, 2].map((fd) => ({ fd, ...TTY })),
    ...more,
  };
}

let inodes = 1000;

export function file(fd: number, more: Partial<FdFacts> = {}): FdFacts {
  return { fd, link: `/tmp/f${fd}`, inode: `8:${inodes++}`, type: "file", flags: 2, cloexec: false, pos: 0, size: 0, ...more };
}

export function of(type: InodeType, fd: number, more: Partial<FdFacts> = {}): FdFacts {
  const number = inodes++;
  return { fd, link: `${type}:[${number}]`, inode: `0:${number}`, type, flags: 2, cloexec: false, pos: 0, ...more };
}

export function socket(fd: number, kind = "unix stream", more: Partial<FdFacts> = {}): FdFacts {
  return of("socket", fd, { socket: kind, ...more });
}

export function anon(fd: number, link = "anon_inode:[eventfd]"): FdFacts {
  return { fd, link, inode: "0:15", type: "anon", flags: 2, cloexec: false, pos: 0 };
}

export function pipe(read: number, write: number): Op {
  const number = inodes++;
  const end = { link: `pipe:[${number}]`, inode: `0:${number}`, type: "pipe" as const, cloexec: false, pos: 0 };
  return { op: "pair", a: { fd: read, flags: 0, ...end }, b: { fd: write, flags: 1, ...end } };
}

export function socketpair(a: number, b: number, kind = "unix stream"): Op {
  return { op: "pair", a: socket(a, kind), b: socket(b, kind) };
}

export function does(pid: number, op: Op, more: { tid?: number; call?: string; ret?: number } = {}): Told {
  return { kind: "call", pid, call: op.op, args: [], ret: 0, op, ...more };
}

export function forks(pid: number, child: number, more: { sharesFiles?: true; sibling?: true; thread?: true; tid?: number } = {}): Told {
  return { kind: "fork", pid, child, start: child, how: "fork", ...more };
}

export function execs(pid: number, more: { tid?: number } = {}): Told {
  return { kind: "exec", pid, exe: "/bin/cat", name: "cat", argv: ["cat", "-n"], ...more };
}

export function exits(pid: number, code = 0): Told {
  return { kind: "exit", pid, status: { kind: "exited", code } };
}

export function waits(pid: number, child: number, more: { kept?: true; nohang?: true } = {}): Told {
  return does(pid, { op: "wait", child, ...(child > 0 ? { status: { kind: "exited", code: 0 } } : {}), ...more });
}

export function process(world: World, pid: number): Process {
  const found = world.processes.get(world.byPid.get(pid) ?? "");
  if (found === undefined) throw new Error(`no process ${pid}`);
  return found;
}

/** Numbers in a table, in order. */
export function table(world: World, pid: number): number[] {
  return [...process(world, pid).fds.keys()].sort((a, b) => a - b);
}

/** Id of the description behind a descriptor. */
export function ofd(world: World, pid: number, fd: number): number {
  const entry = process(world, pid).fds.get(fd);
  if (entry === undefined) throw new Error(`${pid} has no descriptor ${fd}`);
  return entry.ofd;
}

export function description(world: World, pid: number, fd: number) {
  const found = world.descriptions.get(ofd(world, pid, fd));
  if (found === undefined) throw new Error(`no description behind ${pid} ${fd}`);
  return found;
}

export function inode(world: World, pid: number, fd: number) {
  const found = world.inodes.get(description(world, pid, fd).inode);
  if (found === undefined) throw new Error(`no inode behind ${pid} ${fd}`);
  return found;
}
