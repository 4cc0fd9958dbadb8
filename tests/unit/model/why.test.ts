import { describe, expect, test } from "vitest";
import { deadlocked, why, whyLines, type WaitsOn, type World } from "../../../lib/model/mod.ts";
import { after, does, execs, exits, file, forks, P, pipe, socketpair, type Told } from "./story.ts";

const C = 200;
const D = 300;
const sleeps = (pid: number, call: string, on?: WaitsOn): Told => ({ kind: "block", pid, call, args: [], ...(on ? { on } : {}) });
const closes = (pid: number, fd: number): Told => does(pid, { op: "close", fd });
const link = (world: World, pid: number, fd: number): string => world.descriptions.get([...world.processes.values()].find((p) => p.pid === pid)?.fds.get(fd)?.ofd ?? -1)?.link ?? "";

interface Row { reason: string; told: Told[]; pid?: number; kind: string | undefined; wakers?: number[]; open?: boolean; deadlock?: number[] | undefined }

const rows: Row[] = [
  { reason: "a process that runs waits for nothing", told: [does(P, pipe(3, 4))], kind: undefined },
  { reason: "pipe(7): the reader waits for who holds the write end", told: [does(P, pipe(3, 4)), forks(P, C), closes(P, 4), sleeps(P, "read", { fd: 3 })], kind: "data", wakers: [C], open: false, deadlock: undefined },
  { reason: "the write end is open in the reader alone: for ever", told: [does(P, pipe(3, 4)), sleeps(P, "read", { fd: 3 })], kind: "data", wakers: [], open: false, deadlock: [P] },
  { reason: "so it is when the child that held it too is gone", told: [does(P, pipe(3, 4)), forks(P, C), exits(C), sleeps(P, "read", { fd: 3 })], kind: "data", deadlock: [P] },
  { reason: "another thread of the reader may write", told: [does(P, pipe(3, 4)), forks(P, 101, { thread: true }), sleeps(P, "read", { fd: 3 })], kind: "data", wakers: [P] },
  { reason: "a full pipe waits for its readers", told: [does(P, pipe(3, 4)), forks(P, C), closes(C, 4), closes(P, 3), sleeps(P, "write", { fd: 4 })], kind: "room", wakers: [C], open: false },
  { reason: "two that read from each other: a deadlock", told: [does(P, socketpair(3, 4)), forks(P, C), closes(P, 4), closes(C, 3), sleeps(P, "read", { fd: 3 }), sleeps(C, "read", { fd: 4 })], kind: "data", wakers: [C], deadlock: [P, C] },
  { reason: "one of them still runs: none", told: [does(P, socketpair(3, 4)), forks(P, C), closes(P, 4), closes(C, 3), sleeps(P, "read", { fd: 3 })], kind: "data", deadlock: undefined },
  { reason: "the wait for a child that waits for its parent: a deadlock", told: [does(P, pipe(3, 4)), forks(P, C), closes(C, 4), sleeps(C, "read", { fd: 3 }), sleeps(P, "wait4", { child: C })], kind: "child", wakers: [C], deadlock: [P, C] },
  { reason: "a third process that runs and holds the end", told: [does(P, pipe(3, 4)), forks(P, C), forks(P, D), closes(C, 4), sleeps(C, "read", { fd: 3 }), sleeps(P, "wait4", { child: C })], kind: "child", deadlock: undefined },
  { reason: "wait for any child names those that live", told: [forks(P, C), forks(P, D), exits(D), sleeps(P, "wait4", { child: -1 })], kind: "child", wakers: [C] },
  { reason: "a terminal is outside", told: [sleeps(P, "read", { fd: 0 })], kind: "outside", open: true, deadlock: undefined },
  { reason: "accept waits for anybody", told: [does(P, { op: "open", file: file(3, { type: "socket", link: "socket:[9]", socket: "unix stream" }) }), sleeps(P, "accept4", { fd: 3 })], kind: "connection", open: true },
  { reason: "a lock waits for its holder", told: [does(P, { op: "open", file: file(3) }), forks(P, C), sleeps(C, "flock", { lock: 3, holders: [P] })], pid: C, kind: "lock", wakers: [P], open: false },
  { reason: "two locks taken crosswise: a deadlock", told: [does(P, { op: "open", file: file(3) }), does(P, { op: "open", file: file(4) }), forks(P, C), sleeps(C, "fcntl", { lock: 3, holders: [P] }), sleeps(P, "fcntl", { lock: 4, holders: [C] })], kind: "lock", deadlock: [P, C] },
  { reason: "a lock held outside the tree", told: [does(P, { op: "open", file: file(3) }), sleeps(P, "flock", { lock: 3, holders: [9999] })], kind: "lock", open: true, deadlock: undefined },
  { reason: "time passes by itself", told: [sleeps(P, "nanosleep", { time: true })], kind: "time", open: true },
  { reason: "poll: any of its descriptors will do", told: [does(P, pipe(3, 4)), forks(P, C), closes(P, 4), sleeps(P, "poll", { fds: [3] })], kind: "ready", wakers: [C], open: false },
  { reason: "poll of a terminal too: that is outside", told: [does(P, pipe(3, 4)), forks(P, C), closes(P, 4), sleeps(P, "poll", { fds: [0, 3] })], kind: "ready", open: true },
  { reason: "poll with an end of its own: time passes", told: [does(P, pipe(3, 4)), sleeps(P, "poll", { fds: [3], timed: true })], kind: "ready", open: true, deadlock: undefined },
  { reason: "stopped: somebody must continue it", told: [{ kind: "stop", pid: P, signal: 19 }], kind: "stopped", open: true },
  { reason: "a descriptor that the model does not know", told: [sleeps(P, "read", { fd: 77 })], kind: "unknown", open: true },
  { reason: "nothing said on what", told: [sleeps(P, "futex")], kind: "unknown", open: true },
];

describe("why a process sleeps", () => {
  test.each(rows)("$reason", ({ told, pid = P, kind, ...rest }) => {
    const found = why(after(...told), pid);
    expect(found?.cause.kind).toBe(kind);
    if (found && "wakers" in rest) expect(found.wakers).toEqual(rest.wakers);
    if (found && "open" in rest) expect(found.open).toBe(rest.open);
    if (found && "deadlock" in rest) expect(found.deadlock).toEqual(rest.deadlock);
  });

  test("a pending signal that is blocked does not come", () => {
    const world = after(does(P, { op: "sigmask", blocked: [17] }), forks(P, C), exits(C), sleeps(P, "pause", { signals: [] }));
    expect(why(world, P)?.cause).toMatchObject({ kind: "signal", blocked: [17] });
    expect(whyLines(why(world, P) ?? fail(), "en")).toEqual([`${P} waits in pause for a signal; SIGCHLD is pending, but blocked.`]);
  });

  test("all that wait for one another, and nobody else", () => {
    const world = after(does(P, pipe(3, 4)), forks(P, C), forks(P, D), closes(C, 4), closes(D, 4), sleeps(C, "read", { fd: 3 }), sleeps(D, "nanosleep", { time: true }), sleeps(P, "wait4", { child: C }));
    expect(deadlocked(world)).toEqual([P, C]);
  });

  test("the sentence names every holder and where it has the end from", () => {
    const world = after(does(P, pipe(5, 6)), forks(P, C), execs(C), sleeps(P, "read", { fd: 5 }));
    const pipeLink = link(world, P, 5);
    expect(whyLines(why(world, P) ?? fail(), "en")).toEqual([
      `${P} waits in read(fd 5) on ${pipeLink}, which is empty; its write end is still open in ${P} itself (fd 6, opened at event 1, not close-on-exec) and ${C} (fd 6, inherited from ${P} at event 2, not close-on-exec).`,
    ]);
    expect(whyLines(why(world, P) ?? fail(), "zh")[0]).toContain(`写端仍打开于 ${P} 自己（描述符 6，事件 1 时打开，exec 后保留）、${C}（描述符 6，事件 2 时从 ${P} 继承，exec 后保留）`);
  });

  test("the chain says what the others wait for, each once", () => {
    const world = after(does(P, pipe(3, 4)), forks(P, C), closes(C, 4), sleeps(C, "read", { fd: 3 }), sleeps(P, "wait4", { child: C }));
    expect(whyLines(why(world, P) ?? fail(), "en")).toEqual([
      `${P} waits in wait4 for its child ${C} to end.`,
      `${P} and ${C} wait for one another alone: a deadlock, none of them will go on.`,
      expect.stringMatching(`^${C} waits in read\\(fd 3\\) on pipe:.*still open in ${P} \\(fd 4, opened at event 1`),
    ]);
  });
});

function fail(): never {
  throw new Error("it does not wait");
}
