import { describe, expect, test } from "vitest";
import type { World } from "../../../lib/model/mod.ts";
import { after, afterStart, anon, description, does, execs, exits, file, forks, inode, of, ofd, P, person, pipe, process, standing, table, type Told } from "./story.ts";

const C = 200;
const opened: Told = does(P, { op: "open", file: file(3) });
const openedCloexec: Told = does(P, { op: "open", file: file(3, { cloexec: true }) });
const dup = (from: number, to: number, cloexec = false): Told => does(P, { op: "dup", from, to, cloexec });

/** What a row asks of the world, and what it must be. */
interface Row { why: string; told: Told[]; ask: (world: World) => unknown; is: unknown }

const rows: Row[] = [
  { why: "open(2): a new description with one reference", told: [opened], ask: (w) => description(w, P, 3).refs, is: 1 },
  { why: "start: entries of one kcmp group are one description", told: [], ask: (w) => [ofd(w, P, 0) === ofd(w, P, 2), description(w, P, 1).refs], is: [true, 3] },
  { why: "open(2) twice: two descriptions of one inode", told: [does(P, { op: "open", file: file(3, { inode: "8:1" }) }), does(P, { op: "open", file: file(4, { inode: "8:1" }) })], ask: (w) => [ofd(w, P, 3) === ofd(w, P, 4), inode(w, P, 3).key === inode(w, P, 4).key, inode(w, P, 3).descriptions], is: [false, true, 2] },
  { why: "dup(2): the same description, one reference more", told: [opened, dup(3, 4)], ask: (w) => [ofd(w, P, 3) === ofd(w, P, 4), description(w, P, 3).refs], is: [true, 2] },
  { why: "dup(2): the close-on-exec mark of the new one is off", told: [openedCloexec, dup(3, 4)], ask: (w) => process(w, P).fds.get(4)?.cloexec, is: false },
  { why: "dup3(2) with O_CLOEXEC: it is on", told: [opened, dup(3, 4, true)], ask: (w) => [process(w, P).fds.get(3)?.cloexec, process(w, P).fds.get(4)?.cloexec], is: [false, true] },
  { why: "dup2(2) onto an open descriptor closes that first", told: [opened, does(P, { op: "open", file: file(4) }), dup(3, 4)], ask: (w) => [w.descriptions.size, w.touched.closed.map(({ fd }) => fd)], is: [2, [4]] },
  { why: "dup2(2) onto itself does nothing", told: [openedCloexec, dup(3, 3)], ask: (w) => [process(w, P).fds.get(3)?.cloexec, description(w, P, 3).refs], is: [true, 1] },
  { why: "dup2(2): origin names the source", told: [opened, dup(3, 9)], ask: (w) => process(w, P).fds.get(9)?.origin, is: { how: "dup", from: { pid: P, fd: 3 } } },
  { why: "close(2): the last reference takes description and inode", told: [opened, does(P, { op: "close", fd: 3 })], ask: (w) => [table(w, P), w.descriptions.size, [...w.inodes.keys()]], is: [[0, 1, 2], 1, ["5:3"]] },
  { why: "close(2): what a copy still holds stays", told: [opened, dup(3, 4), does(P, { op: "close", fd: 3 })], ask: (w) => [table(w, P), description(w, P, 4).refs], is: [[0, 1, 2, 4], 1] },
  { why: "close(2) of nothing known changes nothing", told: [does(P, { op: "close", fd: 77 })], ask: (w) => [table(w, P), w.touched.closed], is: [[0, 1, 2], []] },
  { why: "close: the struck entry says which description it was", told: [opened, does(P, { op: "close", fd: 3 })], ask: (w) => w.touched.closed, is: [{ pid: P, fd: 3, ofd: 2 }] },
  { why: "close_range(2) closes a range", told: [opened, dup(3, 4), dup(3, 9), does(P, { op: "close_range", first: 4, last: 8, cloexec: false })], ask: (w) => table(w, P), is: [0, 1, 2, 3, 9] },
  { why: "close_range(2) to ~0 closes the rest", told: [opened, dup(3, 4), does(P, { op: "close_range", first: 3, last: 0xffffffff, cloexec: false })], ask: (w) => table(w, P), is: [0, 1, 2] },
  { why: "CLOSE_RANGE_CLOEXEC only marks", told: [opened, does(P, { op: "close_range", first: 2, last: 3, cloexec: true })], ask: (w) => [...process(w, P).fds.values()].map((e) => e.cloexec), is: [false, false, true, true] },
  { why: "F_SETFD sets the mark of one entry alone", told: [opened, dup(3, 4), does(P, { op: "cloexec", fd: 4, on: true })], ask: (w) => [process(w, P).fds.get(3)?.cloexec, process(w, P).fds.get(4)?.cloexec], is: [false, true] },
  { why: "F_SETFD clears it again", told: [openedCloexec, does(P, { op: "cloexec", fd: 3, on: false })], ask: (w) => process(w, P).fds.get(3)?.cloexec, is: false },
  { why: "F_SETFL: status flags are the description's, seen through every copy", told: [opened, dup(3, 4), does(P, { op: "flags", fd: 3, flags: 0o4002 })], ask: (w) => description(w, P, 4).flags, is: 0o4002 },
  { why: "F_SETFL cannot change the access mode", told: [does(P, { op: "open", file: file(3, { flags: 1 }) }), does(P, { op: "flags", fd: 3, flags: 0o2000 })], ask: (w) => description(w, P, 3).flags, is: 0o2001 },
  { why: "lseek(2): the offset is the description's, seen through every copy", told: [opened, dup(3, 4), does(P, { op: "seek", fd: 3, pos: 42 })], ask: (w) => description(w, P, 4).pos, is: 42 },
  { why: "read(2) moves the offset", told: [opened, does(P, { op: "read", fd: 3, bytes: 5, pos: 5 })], ask: (w) => description(w, P, 3).pos, is: 5 },
  { why: "pread(2) names no offset and moves none", told: [opened, does(P, { op: "seek", fd: 3, pos: 7 }), does(P, { op: "read", fd: 3, bytes: 5 })], ask: (w) => description(w, P, 3).pos, is: 7 },
  { why: "write(2) moves the offset and grows the file", told: [opened, does(P, { op: "write", fd: 3, bytes: 6, pos: 6, size: 6 })], ask: (w) => [description(w, P, 3).pos, inode(w, P, 3).size], is: [6, 6] },
  { why: "a terminal has no offset", told: [does(P, { op: "write", fd: 1, bytes: 6, pos: 6 })], ask: (w) => description(w, P, 1).pos, is: undefined },
  { why: "anonymous inodes share one number and are told apart by description", told: [does(P, { op: "open", file: anon(3) }), does(P, { op: "open", file: anon(4) })], ask: (w) => [inode(w, P, 3).key, inode(w, P, 4).key], is: ["anon:2", "anon:3"] },
  { why: "a missed close: open at a number in use replaces it", told: [opened, does(P, { op: "open", file: file(3) })], ask: (w) => [description(w, P, 3).refs, w.descriptions.size], is: [1, 2] },
  { why: "dup of an unknown descriptor is not guessed, but what it replaced is gone", told: [opened, dup(50, 3)], ask: (w) => table(w, P), is: [0, 1, 2] },
  { why: "fork(2) copies the table: every reference +1", told: [opened, forks(P, C)], ask: (w) => [table(w, C), description(w, P, 3).refs, description(w, P, 0).refs], is: [[0, 1, 2, 3], 2, 6] },
  { why: "fork(2): the copies have close-on-exec as the originals", told: [openedCloexec, forks(P, C)], ask: (w) => process(w, C).fds.get(3)?.cloexec, is: true },
  { why: "fork(2): origin names the parent's entry", told: [opened, forks(P, C)], ask: (w) => process(w, C).fds.get(3)?.origin, is: { how: "fork", from: { pid: P, fd: 3 } } },
  { why: "fork(2): the offset is shared", told: [opened, forks(P, C), does(C, { op: "seek", fd: 3, pos: 9 })], ask: (w) => description(w, P, 3).pos, is: 9 },
  { why: "fork(2): close in one leaves the other", told: [opened, forks(P, C), does(C, { op: "close", fd: 3 })], ask: (w) => [table(w, P), table(w, C), description(w, P, 3).refs], is: [[0, 1, 2, 3], [0, 1, 2], 1] },
  { why: "fork(2): the mark set in one leaves the other's", told: [opened, forks(P, C), does(C, { op: "cloexec", fd: 3, on: true })], ask: (w) => [process(w, P).fds.get(3)?.cloexec, process(w, C).fds.get(3)?.cloexec], is: [false, true] },
  { why: "clone(2) CLONE_FILES: one table, no reference more", told: [opened, forks(P, C, { sharesFiles: true })], ask: (w) => [table(w, C), description(w, P, 3).refs], is: [[0, 1, 2, 3], 1] },
  { why: "CLONE_FILES: opened in one, open in the other", told: [forks(P, C, { sharesFiles: true }), does(C, { op: "open", file: file(3) })], ask: (w) => [table(w, P), description(w, P, 3).refs], is: [[0, 1, 2, 3], 1] },
  { why: "CLONE_FILES: closed in one, closed in the other", told: [opened, forks(P, C, { sharesFiles: true }), does(P, { op: "close", fd: 3 })], ask: (w) => [table(w, C), w.descriptions.size], is: [[0, 1, 2], 1] },
  { why: "CLONE_FILES: the end of one closes nothing", told: [opened, forks(P, C, { sharesFiles: true }), exits(C)], ask: (w) => [table(w, P), description(w, P, 3).refs], is: [[0, 1, 2, 3], 1] },
  { why: "CLONE_FILES: execve(2) unshares before close-on-exec", told: [openedCloexec, forks(P, C, { sharesFiles: true }), execs(C)], ask: (w) => [table(w, P), table(w, C), description(w, P, 3).refs, description(w, P, 0).refs], is: [[0, 1, 2, 3], [0, 1, 2], 1, 6] },
  { why: "CLONE_FILES: after exec the tables are two", told: [forks(P, C, { sharesFiles: true }), execs(C), does(C, { op: "close", fd: 0 })], ask: (w) => [table(w, P), table(w, C)], is: [[0, 1, 2], [1, 2]] },
  { why: "execve(2) closes what is marked, keeps the rest", told: [openedCloexec, does(P, { op: "open", file: file(4) }), execs(P)], ask: (w) => [table(w, P), w.touched.closed.map(({ fd }) => fd)], is: [[0, 1, 2, 4], [3]] },
  { why: "_exit(2) closes everything", told: [opened, forks(P, C), exits(C)], ask: (w) => [process(w, C).fds.size, description(w, P, 3).refs, w.touched.closed.length], is: [0, 1, 4] },
  { why: "_exit(2): the last holder takes the description with it", told: [opened, forks(P, C), does(P, { op: "close", fd: 3 }), exits(C)], ask: (w) => w.descriptions.size, is: 1 },
  { why: "pipe(2): two descriptions of one inode, empty", told: [does(P, pipe(3, 4))], ask: (w) => [ofd(w, P, 3) === ofd(w, P, 4), inode(w, P, 3) === inode(w, P, 4), inode(w, P, 3).fill], is: [false, true, 0] },
  { why: "pipe(7): written and not yet read", told: [does(P, pipe(3, 4)), does(P, { op: "write", fd: 4, bytes: 100 }), does(P, { op: "read", fd: 3, bytes: 30 })], ask: (w) => inode(w, P, 3).fill, is: 70 },
  { why: "a pipe's read seen before its write is settled by it", told: [does(P, pipe(3, 4)), does(P, { op: "read", fd: 3, bytes: 30 }), does(P, { op: "write", fd: 4, bytes: 100 })], ask: (w) => [inode(w, P, 3).fill, inode(w, P, 3).ahead], is: [70, undefined] },
  { why: "a FIFO opened a second time keeps its bytes", told: [does(P, { op: "open", file: of("fifo", 3, { inode: "8:9" }) }), does(P, { op: "write", fd: 3, bytes: 8 }), does(P, { op: "open", file: of("fifo", 4, { inode: "8:9" }) })], ask: (w) => inode(w, P, 4).fill, is: 8 },
];

describe("descriptor tables", () => {
  test.each(rows)("$why", ({ told, ask, is }) => expect(ask(after(...told))).toEqual(is));

  test("a pipe that stood at the start: how full it is stays unknown", () => {
    const start = standing(person({ fds: [of("pipe", 0, { group: 1 })] }));
    const world = afterStart(start, does(P, { op: "write", fd: 0, bytes: 8 }));
    expect(inode(world, P, 0).fill).toBeUndefined();
  });

  test("a description is the runtime's own only when all its known entries are marked so", () => {
    const start = standing(person({ fds: [
      { ...anon(3, "anon_inode:[eventpoll]"), runtime: true, group: 1 }, { ...of("pipe", 4, { group: 2 }), runtime: true }, of("pipe", 5, { group: 2 }),
    ] }));
    const world = afterStart(start);
    expect([3, 4, 5].map((fd) => description(world, P, fd).runtime)).toEqual([true, false, false]);
  });
});
