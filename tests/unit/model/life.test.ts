import { describe, expect, test } from "vitest";
import { type Event, leaks, lifeOf, unreaped } from "../../../lib/model/mod.ts";
import { after, does, execs, exits, file, forks, numbered, P, pipe, socketpair, standing, type Told, waits } from "./story.ts";

const C = 200;
const told = (...events: Told[]): Event[] => numbered([standing(), ...events]);
const open = (fd: number, cloexec = false): Told => does(P, { op: "open", file: file(fd, { cloexec }) }, { call: "openat" });

describe("the life of a description", () => {
  test("born, copied, renumbered, marked, closed by exec, closed, gone", () => {
    const events = told(open(3), does(P, { op: "dup", from: 3, to: 7, cloexec: true }), forks(P, C), execs(C), does(P, { op: "cloexec", fd: 3, on: true }), does(P, { op: "close", fd: 3 }), does(P, { op: "close", fd: 7 }), exits(C));
    expect(lifeOf(events, 2)).toEqual([
      { n: 1, pid: P, what: "born", at: { pid: P, fd: 3 }, call: "openat" },
      { n: 2, pid: P, what: "copied", how: "dup", from: { pid: P, fd: 3 }, at: { pid: P, fd: 7 } },
      { n: 3, pid: C, what: "copied", how: "fork", from: { pid: P, fd: 3 }, at: { pid: C, fd: 3 } },
      { n: 3, pid: C, what: "copied", how: "fork", from: { pid: P, fd: 7 }, at: { pid: C, fd: 7 } },
      { n: 4, pid: C, what: "closed", at: { pid: C, fd: 7 }, how: "exec" },
      { n: 4, pid: C, what: "crossed", at: { pid: C, fd: 3 }, exe: "/bin/cat" },
      { n: 5, pid: P, what: "marked", at: { pid: P, fd: 3 }, cloexec: true },
      { n: 6, pid: P, what: "closed", at: { pid: P, fd: 3 }, how: "close" },
      { n: 7, pid: P, what: "closed", at: { pid: P, fd: 7 }, how: "close" },
      { n: 8, pid: C, what: "closed", at: { pid: C, fd: 3 }, how: "exit" },
      { n: 8, pid: C, what: "gone" },
    ]);
  });

  test("sent, in flight while its sender closes it, received under another number", () => {
    const sent = file(5, { inode: "8:77" });
    const events = told(does(P, socketpair(3, 4)), does(P, { op: "open", file: sent }), forks(P, C), does(C, { op: "close", fd: 5 }), does(P, { op: "send", fd: 3, bytes: 1, fds: [5] }), does(P, { op: "close", fd: 5 }), does(C, { op: "receive", fd: 4, bytes: 1, truncated: false, fds: [{ ...sent, fd: 9 }] }));
    expect(lifeOf(events, 4).slice(3)).toEqual([
      { n: 5, pid: P, what: "sent", at: [{ pid: P, fd: 5 }] },
      { n: 6, pid: P, what: "closed", at: { pid: P, fd: 5 }, how: "close" },
      { n: 7, pid: C, what: "received", from: { pid: P, fd: 5 }, at: { pid: C, fd: 9 } },
    ]);
  });

  test("one that stood at the start, replaced by dup2", () => {
    const events = told(open(3), does(P, { op: "dup", from: 3, to: 1, cloexec: false }));
    expect(lifeOf(events, 1)).toEqual([
      { n: 0, pid: P, what: "start", at: [0, 1, 2].map((fd) => ({ pid: P, fd })) },
      { n: 2, pid: P, what: "closed", at: { pid: P, fd: 1 }, how: "replaced" },
    ]);
  });
});

describe("leaks across exec", () => {
  test.each<[string, Told[], number[]]>([
    ["carried and never used", [open(3), forks(P, C), execs(C), exits(C)], [3]],
    ["close-on-exec: not carried", [open(3, true), forks(P, C), execs(C), exits(C)], []],
    ["used by the new image", [open(3), forks(P, C), execs(C), does(C, { op: "read", fd: 3, bytes: 1 }), exits(C)], []],
    ["asked about by the new image: an argument names it", [open(3), forks(P, C), execs(C), { kind: "call", pid: C, call: "fstat", args: ["3", "&..."], ret: 0 }, exits(C)], []],
    ["closed by the new image", [open(3), forks(P, C), execs(C), does(C, { op: "close", fd: 3 }), exits(C)], []],
    ["standard streams are meant to be carried", [does(P, { op: "dup", from: 0, to: 2, cloexec: false }), forks(P, C), execs(C)], []],
    ["both ends of a pipe", [does(P, pipe(3, 4)), forks(P, C), execs(C)], [3, 4]],
    ["through two images: told for each that did not use it", [open(3), execs(P), execs(P)], [3, 3]],
    ["a number given anew after the exec", [open(3), execs(P), open(3)], [3]],
  ])("%s", (_, events, fds) => {
    expect(leaks(told(...events)).map(({ fd }) => fd)).toEqual(fds);
  });

  test("a leak says which exec, what it is and whence", () => {
    const [leak] = leaks(told(open(3), forks(P, C), execs(C)));
    expect(leak).toMatchObject({ pid: C, fd: 3, n: 3, exe: "/bin/cat", link: "/tmp/f3", origin: { how: "fork", from: { pid: P, fd: 3 } } });
  });
});

describe("unreaped zombies", () => {
  test("whose duty it is, and what that one does instead", () => {
    const world = after(does(P, { op: "sigmask", blocked: [17] }), forks(P, C), exits(C), { kind: "block", pid: P, call: "read", args: [], on: { fd: 0 } });
    expect(unreaped(world)).toEqual([{ pid: C, exitedAt: 3, parent: P, parentState: "sleeping", parentCall: "read", blocksChildSignal: true }]);
  });

  test("waited for: none", () => {
    expect(unreaped(after(forks(P, C), exits(C), waits(P, C)))).toEqual([]);
  });
});
