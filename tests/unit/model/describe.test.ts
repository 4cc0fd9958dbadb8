import { describe, expect, test } from "vitest";
import {
  atEnd, descriptionsOf, entriesOf, holders, isHungUp, isShared, messagesHolding, processOf, readers, type Branch, tree, visible, writers,
} from "../../../lib/model/mod.ts";
import { after, description, does, exits, file, forks, inode, numbered, ofd, P, pipe, socketpair, type Told } from "./story.ts";

const C = 200, G = 300;
const shape = ({ process, children }: Branch): unknown => [process.pid, ...children.map(shape)];

describe("queries", () => {
  const shared = after(does(P, { op: "open", file: file(3) }), forks(P, C), does(C, { op: "dup", from: 3, to: 7, cloexec: false }));

  test("entriesOf(): who refers to a description", () => {
    expect(entriesOf(shared, ofd(shared, P, 3)).map(({ process, entry }) => [process.pid, entry.fd])).toEqual([[P, 3], [C, 3], [C, 7]]);
  });

  test("holders(): who leads to an inode, by whatever description", () => {
    const world = after(does(P, { op: "open", file: file(3, { inode: "8:1" }) }), does(P, { op: "open", file: file(4, { inode: "8:1" }) }));
    expect(holders(world, "8:1").map(({ entry }) => entry.fd)).toEqual([3, 4]);
    expect(descriptionsOf(world, "8:1").map(({ id }) => id)).toEqual([2, 3]);
  });

  test("isShared(): two references or more", () => {
    expect([isShared(description(shared, P, 3)), isShared(description(after(does(P, { op: "open", file: file(3) })), P, 3))]).toEqual([true, false]);
  });

  test("isShared(): by one table and a message", () => {
    const world = after(does(P, socketpair(3, 4)), does(P, { op: "open", file: file(5) }), does(P, { op: "send", fd: 3, bytes: 1, fds: [5] }));
    expect(isShared(description(world, P, 5))).toBe(true);
    expect(messagesHolding(world, ofd(world, P, 5)).map(({ id }) => id)).toEqual([1]);
  });

  test("processOf(): by pid", () => {
    expect([processOf(shared, C)?.key, processOf(shared, 9)]).toEqual(["200@200", undefined]);
  });

  test("tree(): siblings in order of birth", () => {
    expect(tree(after(forks(P, G), forks(P, C), forks(C, 150))).map(shape)).toEqual([[P, [G], [C, [150]]]]);
  });

  test("tree(): adopted children stand under the new parent", () => {
    const world = after(forks(P, C), forks(C, G), exits(C), { kind: "adopt", pid: G, ppid: P });
    expect(tree(world).map(shape)).toEqual([[P, [C], [G]]]);
  });

  test("tree(): adopted by someone outside: a root", () => {
    expect(tree(after(forks(P, C), { kind: "adopt", pid: C, ppid: 1 })).map(shape)).toEqual([[P], [C]]);
  });

  test("visible(): quiet events are no steps", () => {
    const [loud, quiet] = numbered([forks(P, C), { ...forks(P, G), quiet: true } as Told]);
    expect([loud && visible(loud), quiet && visible(quiet)]).toEqual([true, false]);
  });

  test("pipe(7): readers, writers and the end", () => {
    const open = after(does(P, pipe(3, 4)));
    const key = inode(open, P, 3).key;
    expect([readers(open, key).length, writers(open, key).length, atEnd(open, key)]).toEqual([1, 1, false]);
    const full = after(does(P, pipe(3, 4)), does(P, { op: "write", fd: 4, bytes: 3 }), does(P, { op: "close", fd: 4 }));
    expect([writers(full, inode(full, P, 3).key).length, atEnd(full, inode(full, P, 3).key)]).toEqual([0, false]);
    const read = after(does(P, pipe(3, 4)), does(P, { op: "write", fd: 4, bytes: 3 }), does(P, { op: "close", fd: 4 }), does(P, { op: "read", fd: 3, bytes: 3 }));
    expect(atEnd(read, inode(read, P, 3).key)).toBe(true);
  });

  test("isHungUp(): the peer is gone", () => {
    const world = after(does(P, socketpair(3, 4)));
    const alone = after(does(P, socketpair(3, 4)), does(P, { op: "close", fd: 4 }));
    expect([isHungUp(world, inode(world, P, 3).key), isHungUp(alone, inode(alone, P, 3).key)]).toEqual([false, true]);
  });
});
