/** Which bytes that were written are those that were read. */
import { describe, expect, test } from "vitest";
import { follow, traffic, type Passage } from "../../../lib/model/mod.ts";
import { does, execs, file, forks, numbered, P, person, pipe, socket, socketpair, standing, type Told } from "./story.ts";

const C = 200;
const write = (fd: number, bytes: number, pid = P, data?: string): Told => does(pid, { op: "write", fd, bytes, ...(data === undefined ? {} : { data }) });
const read = (fd: number, bytes: number, pid = P): Told => does(pid, { op: "read", fd, bytes });
const send = (fd: number, bytes: number, to?: string): Told => does(P, { op: "send", fd, bytes, fds: [], ...(to === undefined ? {} : { to }) });
const receive = (fd: number, bytes: number): Told => does(P, { op: "receive", fd, bytes, fds: [], truncated: false });
const shares = (passages: Passage[]): [number, [number, number][]][] => passages.map(({ n, shares: list }) => [n, list.map((one) => [one.n, one.bytes])]);
const after = (...told: Told[]): Passage[] => traffic(numbered([standing(), ...told])).passages;

describe("who wrote and who read", () => {
  test.each<[string, Told[], [number, [number, number][]][]]>([
    ["pipe(7): a read takes parts of two writes", [does(P, pipe(3, 4)), write(4, 5), write(4, 5), read(3, 7), read(3, 9)], [[2, [[4, 5]]], [3, [[4, 2], [5, 3]]], [4, [[2, 5], [3, 2]]], [5, [[3, 3]]]]],
    ["a read that was seen to return before its write", [does(P, pipe(3, 4)), read(3, 2), write(4, 5)], [[2, [[3, 2]]], [3, [[2, 2]]]]],
    ["across fork and dup2, by other numbers", [does(P, pipe(3, 4)), forks(P, C), does(C, { op: "dup", from: 4, to: 1, cloexec: false }), execs(C), write(1, 4, C), read(3, 4)], [[5, [[6, 4]]], [6, [[5, 4]]]]],
    ["two directions of a stream do not mix", [does(P, socketpair(3, 4)), send(3, 5), send(4, 6), receive(3, 6), receive(4, 5)], [[2, [[5, 5]]], [3, [[4, 6]]], [4, [[3, 6]]], [5, [[2, 5]]]]],
    ["a datagram is read whole: what did not fit is gone", [does(P, socketpair(3, 4, "unix dgram")), send(3, 9), send(3, 2), receive(4, 4), receive(4, 2)], [[2, [[4, 4]]], [3, [[5, 2]]], [4, [[2, 4]]], [5, [[3, 2]]]]],
    ["datagrams find their socket by its address", [does(P, { op: "open", file: socket(3, "unix dgram") }), does(P, { op: "open", file: socket(4, "unix dgram") }), does(P, { op: "bind", fd: 4, address: "/tmp/d" }), send(3, 3, "/tmp/d"), receive(4, 3)], [[4, [[5, 3]]], [5, [[4, 3]]]]],
    ["a file is no queue", [does(P, { op: "open", file: file(3) }), write(3, 5), read(3, 5)], [[2, []], [3, []]]],
  ])("%s", (_why, told, wanted) => expect(shares(after(...told))).toEqual(wanted));

  test("what stood in a pipe before the recording is not taken for what was written since", () => {
    const fds = [{ fd: 3, flags: 0 }, { fd: 4, flags: 1 }].map((one, i) => ({ ...one, link: "pipe:[9]", inode: "0:9", type: "pipe" as const, cloexec: false, pos: 0, group: i + 1 }));
    const { passages } = traffic(numbered([standing(person({ fds })), write(4, 5), read(3, 5)]));
    expect(shares(passages)).toEqual([[1, []], [2, []]]);
  });
});

describe("follow", () => {
  const story = numbered([standing(), does(P, pipe(3, 4)), does(P, pipe(5, 6)), write(4, 1, P, "a"), write(6, 1, P, "b"), does(P, { op: "dup", from: 6, to: 4, cloexec: false }), write(4, 1, P, "c")]);
  const all = traffic(story);
  const link = (data: string): string => all.streams.get(all.passages.find((one) => one.data === data)?.inode ?? "")?.link ?? "";
  const followed = (which: string): (string | undefined)[] => follow(all, which).passages.map(({ data }) => data);

  test("a pipe by its link, whichever number it has", () => expect([followed(link("a")), followed(link("b"))]).toEqual([["a"], ["b", "c"]]));
  test("a number of a process: what it named whenever bytes went through it", () => expect(followed(`${P}:4`)).toEqual(["a", "b", "c"]));
  test("an open file description", () => expect(followed(`#${all.passages.at(-1)?.ofd}`)).toEqual(["b", "c"]));
  test("nothing of a stream that there is not", () => expect(followed("pipe:[0]")).toEqual([]));

  test("a message names the descriptors that it carries, on both sides", () => {
    const it = after(does(P, socketpair(3, 4)), does(P, { op: "open", file: file(5, { inode: "8:77" }) }), does(P, { op: "send", fd: 3, bytes: 1, fds: [5] }),
      does(P, { op: "receive", fd: 4, bytes: 1, fds: [file(9, { inode: "8:77", link: "/tmp/f5" })], truncated: false }));
    expect(it.map(({ carried }) => carried)).toEqual([[{ fd: 5, link: "/tmp/f5" }], [{ fd: 9, link: "/tmp/f5" }]]);
  });

  test("bytes that move inside the kernel are said to be unseen", () => {
    const [one] = after(does(P, pipe(3, 4)), does(P, { op: "write", fd: 4, bytes: 9 }, { call: "splice" }));
    expect(one?.unseen).toBe(true);
  });
});
