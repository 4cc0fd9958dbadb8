import { describe, expect, test } from "vitest";
import type { World } from "../../../lib/model/mod.ts";
import { after, afterStart, does, execs, exits, forks, next, P, person, process, standing, type Told, waits } from "./story.ts";

const C = 200;
const G = 300;
const state = (pid: number) => (world: World) => process(world, pid).state;
const blocked: Told = { kind: "block", pid: P, call: "wait4", args: ["-1"], on: { child: -1 } };
const stopped: Told = { kind: "stop", pid: P, signal: 19 };

interface Row { why: string; told: Told[]; ask: (world: World) => unknown; is: unknown }

const rows: Row[] = [
  { why: "fork(2): the child's parent is the caller", told: [forks(P, C)], ask: (w) => process(w, C).ppid, is: P },
  { why: "fork(2): group, session, directory, program and name are the parent's", told: [forks(P, C)], ask: (w) => { const { pgid, sid, cwd, exe, name } = process(w, C); return { pgid, sid, cwd, exe, name }; }, is: { pgid: P, sid: P, cwd: "/home", exe: "/bin/story", name: "story" } },
  { why: "a process is named by pid and start time", told: [forks(P, C)], ask: (w) => w.byPid.get(C), is: "200@200" },
  { why: "clone(2) CLONE_PARENT: a sibling", told: [forks(P, C), forks(C, G, { sibling: true })], ask: (w) => process(w, G).ppid, is: P },
  { why: "a thread is no process", told: [forks(P, 101, { thread: true })], ask: (w) => [w.processes.size, process(w, P).threads], is: [1, [101]] },
  { why: "fork(2): one thread in the child", told: [forks(P, 101, { thread: true }), forks(P, C)], ask: (w) => process(w, C).threads, is: [] },
  { why: "a thread ends alone", told: [forks(P, 101, { thread: true }), { kind: "exit", pid: P, tid: 101, thread: true, status: { kind: "exited", code: 0 } }], ask: (w) => [process(w, P).threads, process(w, P).state], is: [[], "running"] },
  { why: "execve(2): same process, new program, one thread", told: [forks(P, 101, { thread: true }), execs(P)], ask: (w) => { const { key, exe, name, argv, threads, cwd } = process(w, P); return { key, exe, name, argv, threads, cwd }; }, is: { key: "100@100", exe: "/bin/cat", name: "cat", argv: ["cat", "-n"], threads: [], cwd: "/home" } },
  { why: "a call in which it sleeps", told: [blocked], ask: (w) => [process(w, P).state, process(w, P).blockedIn], is: ["sleeping", { call: "wait4", args: ["-1"], on: { child: -1 } }] },
  { why: "awake when a call returned", told: [blocked, waits(P, 0)], ask: (w) => [process(w, P).state, process(w, P).blockedIn], is: ["running", undefined] },
  { why: "awake when a signal arrived", told: [blocked, { kind: "signal", pid: P, signal: 2, code: 0 }], ask: state(P), is: "running" },
  { why: "what another thread does says nothing of the first one's state", told: [blocked, does(P, { op: "close", fd: 0 }, { tid: 101 })], ask: state(P), is: "sleeping" },
  { why: "another thread's sleep is not the process's", told: [{ ...blocked, tid: 101 } as Told], ask: state(P), is: "running" },
  { why: "SIGSTOP: stopped, by which signal", told: [stopped], ask: (w) => [process(w, P).state, process(w, P).stopSignal], is: ["stopped", 19] },
  { why: "SIGCONT: goes on", told: [stopped, { kind: "continue", pid: P }], ask: (w) => [process(w, P).state, process(w, P).stopSignal], is: ["running", undefined] },
  { why: "exit: a zombie with its status until waited for", told: [forks(P, C), exits(C, 3)], ask: (w) => [process(w, C).state, process(w, C).status, process(w, C).exitedAt], is: ["zombie", { kind: "exited", code: 3 }, 2] },
  { why: "wait(2) reaps: kept for one step, with who did it", told: [forks(P, C), exits(C), waits(P, C)], ask: (w) => [process(w, C).state, process(w, C).reapedBy, process(w, C).reapedAt, w.touched.pids], is: ["reaped", P, 3, [P, C]] },
  { why: "a reaped process leaves with the next event", told: [forks(P, C), exits(C), waits(P, C), does(P, { op: "setsid" })], ask: (w) => [w.processes.size, w.byPid.has(C)], is: [1, false] },
  { why: "waitid(2) WNOWAIT leaves it a zombie", told: [forks(P, C), exits(C), waits(P, C, { kept: true })], ask: state(C), is: "zombie" },
  { why: "WNOHANG and nothing ended: nothing changes", told: [forks(P, C), waits(P, 0, { nohang: true })], ask: state(C), is: "running" },
  { why: "WUNTRACED: a stopped child is looked at, not reaped", told: [forks(P, C), { kind: "stop", pid: C, signal: 19 }, does(P, { op: "wait", child: C, status: { kind: "stopped", signal: 19 } })], ask: state(C), is: "stopped" },
  { why: "WCONTINUED reaps nothing", told: [forks(P, C), does(P, { op: "wait", child: C, status: { kind: "continued" } })], ask: state(C), is: "running" },
  { why: "a wait whose exit was not seen still reaps", told: [forks(P, C), waits(P, C)], ask: (w) => [process(w, C).state, process(w, C).fds.size], is: ["reaped", 0] },
  { why: "reaped by the kernel: nobody waited", told: [forks(P, C), exits(C), { kind: "reap", pid: C, by: "kernel" }], ask: (w) => [process(w, C).state, process(w, C).reapedBy], is: ["reaped", undefined] },
  { why: "the parent's end alone adopts nobody", told: [forks(P, C), forks(C, G), exits(C)], ask: (w) => process(w, G).ppid, is: C },
  { why: "adopted: the new parent, and the first one kept", told: [forks(P, C), forks(C, G), exits(C), { kind: "adopt", pid: G, ppid: 1 }], ask: (w) => [process(w, G).ppid, process(w, G).bornTo], is: [1, C] },
  { why: "adopted twice: the first parent is the first", told: [forks(P, C), forks(C, G), { kind: "adopt", pid: G, ppid: P }, { kind: "adopt", pid: G, ppid: 1 }], ask: (w) => process(w, G).bornTo, is: C },
  { why: "setpgid(0, 0): a group of its own", told: [forks(P, C), does(C, { op: "setpgid", pid: 0, pgid: 0 })], ask: (w) => process(w, C).pgid, is: C },
  { why: "setpgid(2) of a child by its parent", told: [forks(P, C), does(P, { op: "setpgid", pid: C, pgid: 0 })], ask: (w) => [process(w, C).pgid, process(w, P).pgid], is: [C, P] },
  { why: "setsid(2): leads a new session and group", told: [forks(P, C), does(C, { op: "setsid" })], ask: (w) => [process(w, C).sid, process(w, C).pgid, process(w, P).sid], is: [C, C, P] },
  { why: "chdir(2) in the child does not move the parent", told: [forks(P, C), does(C, { op: "chdir", cwd: "/" })], ask: (w) => [process(w, P).cwd, process(w, C).cwd], is: ["/home", "/"] },
  { why: "PR_SET_CHILD_SUBREAPER is not inherited by fork", told: [does(P, { op: "subreaper", on: true }), forks(P, C)], ask: (w) => [process(w, P).subreaper, process(w, C).subreaper], is: [true, false] },
  { why: "PR_SET_CHILD_SUBREAPER is kept through execve", told: [does(P, { op: "subreaper", on: true }), execs(P)], ask: (w) => process(w, P).subreaper, is: true },
  { why: "PR_SET_NAME names the calling thread: the process by its first one", told: [does(P, { op: "name", name: "pool" }, { tid: 101 }), does(P, { op: "name", name: "main" })], ask: (w) => process(w, P).name, is: "main" },
  { why: "a pid used again is another process", told: [forks(P, C), exits(C), waits(P, C), { ...forks(P, C), start: 999 } as Told], ask: (w) => [process(w, C).key, w.processes.size], is: ["200@999", 2] },
  { why: "a pid used again though its end was never seen", told: [forks(P, C), { ...forks(P, C), start: 999 } as Told], ask: (w) => [...w.processes.keys()], is: ["100@100", "200@999"] },
  { why: "the line it stands on is its own", told: [forks(P, C), { ...does(C, { op: "setsid" }), line: 12 } as Told], ask: (w) => [process(w, P).line, process(w, C).line], is: [undefined, 12] },
  { why: "events of a process not known change nothing but the clock", told: [exits(999)], ask: (w) => [w.n, w.processes.size, w.touched.pids], is: [1, 1, []] },
  { why: "lost events are counted and said", told: [{ kind: "lost", pid: P, count: 5, why: "the buffer was full" }], ask: (w) => [w.lost, w.unknown], is: [5, ["5 events: the buffer was full"]] },
  { why: "the end carries the status of the command", told: [{ kind: "end", pid: P, status: { kind: "signaled", signal: 9, core: false } }], ask: (w) => w.ended, is: { kind: "signaled", signal: 9, core: false } },
  { why: "quiet events apply like any other", told: [{ ...forks(P, C), quiet: true } as Told], ask: (w) => w.processes.size, is: 2 },
  { why: "births are ordered", told: [forks(P, C), forks(C, G), forks(P, 150)], ask: (w) => [P, C, G, 150].map((pid) => process(w, pid).order), is: [0, 1, 2, 3] },
];

describe("processes", () => {
  test.each(rows)("$why", ({ told, ask, is }) => expect(ask(after(...told))).toEqual(is));

  test.each([["Z", "zombie"], ["T", "stopped"], ["S", "sleeping"], ["D", "sleeping"], ["R", "running"], ["t", "running"]])(
    "state %s of /proc at the start is %s", (letter, is) => {
      expect(process(afterStart(standing(person({ state: letter }))), P).state).toBe(is);
    });

  test("what the start could not see is said", () => {
    const start = standing() as Extract<Told, { kind: "start" }>;
    const world = afterStart({ ...start, snapshot: { ...start.snapshot, unknown: ["fd table of 1: EACCES"] } });
    expect(world.unknown).toEqual(["fd table of 1: EACCES"]);
  });

  test("touched tells of the last event alone", () => {
    const world = after(forks(P, C));
    expect(world.touched.pids).toEqual([P, C]);
    expect(next(world, does(C, { op: "setsid" })).touched.pids).toEqual([C]);
  });
});
