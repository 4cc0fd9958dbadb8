import { describe, expect, test } from "vitest";
import { compare, disagreementLine, type FdFacts, type ProcessFacts, type Snapshot } from "../../../lib/model/mod.ts";
import { after, anon, does, exits, file, forks, P, person, type Told, waits } from "./story.ts";

const C = 200;
const opened = file(3, { inode: "8:7", group: 2 });
const tty = person().fds;
const of = (...processes: ProcessFacts[]): Snapshot => ({ processes, unknown: [] });
const parent = (more: Partial<ProcessFacts> = {}): ProcessFacts => person({ fds: [...tty, opened], ...more });
const child = (more: Partial<ProcessFacts> = {}): ProcessFacts => parent({ pid: C, start: C, ppid: P, ...more });
const withFd = (facts: Partial<FdFacts>): Snapshot => of(parent({ fds: [...tty, { ...opened, ...facts }] }));
const told: Told[] = [does(P, { op: "open", file: opened })];
const lines = (events: Told[], snapshot: Snapshot): string[] => compare(after(...events), snapshot).map(disagreementLine);

function withoutGroup(facts: FdFacts): FdFacts {
  const { group: _group, ...rest } = facts;
  return rest;
}

interface Row { why: string; told: Told[]; kernel: Snapshot; says: string[] }

const rows: Row[] = [
  { why: "all is as predicted", told, kernel: of(parent()), says: [] },
  { why: "a child with the parent's descriptions", told: [...told, forks(P, C)], kernel: of(parent(), child()), says: [] },
  { why: "a process the kernel has not", told: [...told, forks(P, C)], kernel: of(parent()), says: ["200: process: the model says running, the kernel says absent"] },
  { why: "a process the model has not", told, kernel: of(parent(), child()), says: ["200: process: the model says absent, the kernel says R"] },
  { why: "the same pid, another process", told: [...told, forks(P, C)], kernel: of(parent(), child({ start: 999 })), says: ["200: process: the model says running, the kernel says absent", "200: process: the model says absent, the kernel says R"] },
  { why: "state X is gone already", told, kernel: of(parent(), child({ state: "X" })), says: [] },
  { why: "a zombie", told: [...told, forks(P, C), exits(C)], kernel: of(parent(), child({ state: "Z", fds: [] })), says: [] },
  { why: "a zombie to the kernel alone", told: [...told, forks(P, C)], kernel: of(parent(), child({ state: "Z", fds: [] })), says: ["200: zombie: the model says false, the kernel says true"] },
  { why: "a zombie to the model alone", told: [...told, forks(P, C), exits(C)], kernel: of(parent(), child()), says: ["200: zombie: the model says true, the kernel says false"] },
  { why: "just reaped: not there", told: [...told, forks(P, C), exits(C), waits(P, C)], kernel: of(parent()), says: [] },
  { why: "just reaped, but there", told: [...told, forks(P, C), exits(C), waits(P, C)], kernel: of(parent(), child({ state: "Z" })), says: ["200: process: the model says reaped, the kernel says Z"] },
  { why: "stopped", told: [...told, { kind: "stop", pid: P, signal: 19 }], kernel: of(parent({ state: "T" })), says: [] },
  { why: "stopped to the kernel alone", told, kernel: of(parent({ state: "T" })), says: ["100: stopped: the model says false, the kernel says true"] },
  { why: "stopped to the model alone", told: [...told, { kind: "stop", pid: P, signal: 19 }], kernel: of(parent({ state: "S" })), says: ["100: stopped: the model says true, the kernel says false"] },
  { why: "a tracer's hold (t) hides whether it is stopped", told: [...told, { kind: "stop", pid: P, signal: 19 }], kernel: of(parent({ state: "t" })), says: [] },
  { why: "parent, group, session", told, kernel: of(parent({ ppid: 7, pgid: 8, sid: 9 })), says: ["100: parent: the model says 1, the kernel says 7", "100: process group: the model says 100, the kernel says 8", "100: session: the model says 100, the kernel says 9"] },
  { why: "name and directory", told, kernel: of(parent({ name: "other", cwd: "/" })), says: ["100: name: the model says story, the kernel says other", "100: working directory: the model says /home, the kernel says /"] },
  { why: "signal sets", told, kernel: of(parent({ signals: { blocked: [2], ignored: [13], caught: [17], pending: [1] } })), says: ["100: ignored signals: the model says [], the kernel says [13]", "100: caught signals: the model says [], the kernel says [17]", "100: blocked signals: the model says [], the kernel says [2]"] },
  { why: "a mask lent by sigsuspend(2) is not compared", told: [...told, { kind: "block", pid: P, call: "rt_sigsuspend", args: [] }], kernel: of(parent({ signals: { blocked: [2], ignored: [], caught: [], pending: [] } })), says: [] },
  { why: "nor that of a handler that may be running", told: [...told, does(P, { op: "sigaction", signal: 15, disposition: "handler" }), { kind: "signal", pid: P, signal: 15, code: 0 }], kernel: of(parent({ signals: { blocked: [15], ignored: [], caught: [15], pending: [] } })), says: [] },
  { why: "a descriptor the kernel has not", told, kernel: of(person()), says: ["100 fd 3: descriptor: the model says /tmp/f3, the kernel says closed"] },
  { why: "a descriptor the model has not", told: [], kernel: of(parent()), says: ["100 fd 3: descriptor: the model says closed, the kernel says /tmp/f3"] },
  { why: "close-on-exec", told, kernel: withFd({ cloexec: true }), says: ["100 fd 3: close-on-exec mark: the model says false, the kernel says true"] },
  { why: "status flags", told, kernel: withFd({ flags: 0o4002 }), says: ["100 fd 3: status flags: the model says 02, the kernel says 04002"] },
  { why: "O_LARGEFILE and O_CLOEXEC are no status flags", told, kernel: withFd({ flags: 0o2100002 }), says: [] },
  { why: "inode", told, kernel: withFd({ inode: "8:8" }), says: ["100 fd 3: inode: the model says 8:7, the kernel says 8:8"] },
  { why: "type", told, kernel: withFd({ type: "socket" }), says: ["100 fd 3: type: the model says file, the kernel says socket"] },
  { why: "offset", told, kernel: withFd({ pos: 12 }), says: ["100 fd 3: offset: the model says 0, the kernel says 12"] },
  { why: "the number of an anonymous inode tells nothing", told: [does(P, { op: "open", file: anon(3) })], kernel: of(person({ fds: [...tty, { ...anon(3), inode: "0:99" }] })), says: [] },
  { why: "two descriptions where the model has one", told: [...told, does(P, { op: "dup", from: 3, to: 4, cloexec: false })], kernel: of(parent({ fds: [...tty, opened, { ...opened, fd: 4, group: 3 }] })), says: ["100 fd 4: descriptions with 100 fd 3: the model says one, the kernel says two"] },
  { why: "one description where the model has two", told: [...told, does(P, { op: "open", file: { ...opened, fd: 4 } })], kernel: of(parent({ fds: [...tty, opened, { ...opened, fd: 4 }] })), says: ["100 fd 4: descriptions with 100 fd 3: the model says two, the kernel says one"] },
  { why: "sharing between processes", told: [...told, forks(P, C)], kernel: of(parent(), child({ fds: [...tty, { ...opened, group: 9 }] })), says: ["200 fd 3: descriptions with 100 fd 3: the model says one, the kernel says two"] },
  { why: "no groups were read: sharing is not compared", told, kernel: of(parent({ fds: [...tty, opened].map(withoutGroup) })), says: [] },
  { why: "a table that could not be read is not compared", told, kernel: { processes: [parent({ fds: [] })], unknown: ["fd table of 100: EACCES"] }, says: [] },
  { why: "another's unread table is no excuse", told, kernel: { processes: [parent({ fds: tty })], unknown: ["fd table of 1001: EACCES"] }, says: ["100 fd 3: descriptor: the model says /tmp/f3, the kernel says closed"] },
];

describe("compare", () => {
  test.each(rows)("$why", ({ told: events, kernel, says }) => expect(lines(events, kernel)).toEqual(says));

  test("what the model never learnt is not compared", () => {
    const { cwd: _cwd, signals: _signals, ...little } = parent();
    const world = after(...told);
    expect(compare(world, of(little))).toEqual([]);
  });
});
