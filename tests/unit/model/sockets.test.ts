import { describe, expect, test } from "vitest";
import type { World } from "../../../lib/model/mod.ts";
import { after, afterStart, anon, description, does, exits, file, forks, inode, ofd, P, person, process, socket, socketpair, standing, table, type Told } from "./story.ts";

const C = 200;
const receivedFile = (fd: number) => file(fd, { inode: "8:77", cloexec: true });
const pair = (kind?: string): Told => does(P, socketpair(3, 4, kind));
const opened: Told = does(P, { op: "open", file: file(5, { inode: "8:77" }) });
const send = (fd: number, bytes: number, fds: number[] = [], pid = P): Told => does(pid, { op: "send", fd, bytes, fds });
const receive = (fd: number, bytes: number, fds: ReturnType<typeof file>[] = [], pid = P, truncated = false): Told =>
  does(pid, { op: "receive", fd, bytes, fds, truncated });
const close = (...fds: number[]): Told[] => fds.map((fd) => does(P, { op: "close", fd }));
const queue = (world: World) => world.messages.map(({ bytes, ofds }) => [bytes, ofds.length]);

interface Row { why: string; told: Told[]; ask: (world: World) => unknown; is: unknown }

const rows: Row[] = [
  { why: "socketpair(2): each the peer of the other", told: [pair()], ask: (w) => [inode(w, P, 3).peer === inode(w, P, 4).key, inode(w, P, 4).peer === inode(w, P, 3).key], is: [true, true] },
  { why: "bytes sent wait at the peer", told: [pair(), send(3, 10)], ask: (w) => [inode(w, P, 4).queued, inode(w, P, 3).queued], is: [10, 0] },
  { why: "write(2) on a socket sends", told: [pair(), does(P, { op: "write", fd: 3, bytes: 10 })], ask: (w) => inode(w, P, 4).queued, is: 10 },
  { why: "a stream joins messages: one read takes parts of two", told: [pair(), send(3, 10), send(3, 10), receive(4, 15)], ask: (w) => [inode(w, P, 4).queued, queue(w)], is: [5, [[5, 0]]] },
  { why: "datagrams are received one at a time", told: [pair("unix dgram"), send(3, 10), send(3, 7), receive(4, 10)], ask: (w) => [inode(w, P, 4).queued, queue(w)], is: [7, [[7, 0]]] },
  { why: "what of a datagram did not fit is discarded", told: [pair("unix dgram"), send(3, 10), receive(4, 4)], ask: (w) => [inode(w, P, 4).queued, queue(w)], is: [0, []] },
  { why: "an empty datagram is a message", told: [pair("unix seqpacket"), send(3, 0)], ask: queue, is: [[0, 0]] },
  { why: "an empty piece of a stream is none", told: [pair(), send(3, 0)], ask: queue, is: [] },
  { why: "received before its sender was seen to return: settled by the send", told: [pair(), receive(4, 10), send(3, 12)], ask: (w) => [inode(w, P, 4).queued, inode(w, P, 4).ahead, queue(w)], is: [2, undefined, [[2, 0]]] },

  { why: "SCM_RIGHTS: a message in flight holds a reference", told: [pair(), opened, send(3, 1, [5])], ask: (w) => [description(w, P, 5).refs, description(w, P, 5).inFlight, w.messages[0]?.sender], is: [2, 1, { pid: P, fds: [5] }] },
  { why: "SCM_RIGHTS: the sender may close while it is in flight", told: [pair(), opened, send(3, 1, [5]), ...close(5)], ask: (w) => w.descriptions.get(4)?.refs, is: 1 },
  { why: "received: another number, the same description", told: [pair(), opened, send(3, 1, [5]), receive(4, 1, [receivedFile(9)])], ask: (w) => [ofd(w, P, 9) === ofd(w, P, 5), description(w, P, 9).refs, description(w, P, 9).inFlight], is: [true, 2, 0] },
  { why: "received: a close-on-exec mark of its own", told: [pair(), opened, send(3, 1, [5]), receive(4, 1, [receivedFile(9)])], ask: (w) => [process(w, P).fds.get(5)?.cloexec, process(w, P).fds.get(9)?.cloexec], is: [false, true] },
  { why: "received: origin names who sent it as what", told: [pair(), forks(P, C), opened, send(3, 1, [5]), receive(4, 1, [receivedFile(5)], C)], ask: (w) => process(w, C).fds.get(5)?.origin, is: { how: "receive", from: { pid: P, fd: 5 } } },
  { why: "received: the message is shown for one step", told: [pair(), opened, send(3, 1, [5]), receive(4, 1, [receivedFile(9)])], ask: (w) => [w.messages, w.touched.delivered.map(({ id }) => id)], is: [[], [1]] },
  { why: "received by one who did not have it while the sender ended", told: [pair(), forks(P, C), does(C, { op: "open", file: file(5, { inode: "8:77" }) }), send(3, 1, [5], C), exits(C), receive(4, 1, [receivedFile(5)])], ask: (w) => [description(w, P, 5).refs, description(w, P, 5).inFlight, w.descriptions.has(4)], is: [1, 0, true] },
  { why: "several in one message keep their order", told: [pair(), opened, does(P, { op: "open", file: file(6, { inode: "8:78" }) }), send(3, 1, [6, 5]), receive(4, 1, [file(8, { inode: "8:78" }), receivedFile(9)])], ask: (w) => [ofd(w, P, 8) === ofd(w, P, 6), ofd(w, P, 9) === ofd(w, P, 5)], is: [true, true] },
  { why: "MSG_CTRUNC: what did not fit is let go", told: [pair(), opened, does(P, { op: "open", file: file(6) }), send(3, 1, [5, 6]), ...close(5, 6), receive(4, 1, [receivedFile(9)], P, true)], ask: (w) => [description(w, P, 9).refs, w.descriptions.size], is: [1, 4] },
  { why: "read(2) has no room for descriptors: they are let go", told: [pair(), opened, send(3, 1, [5]), ...close(5), does(P, { op: "read", fd: 4, bytes: 1 })], ask: (w) => [w.messages, w.descriptions.size], is: [[], 3] },
  { why: "part of a stream message brings its descriptors with the first bytes", told: [pair(), opened, send(3, 10, [5]), receive(4, 4, [receivedFile(9)])], ask: (w) => [ofd(w, P, 9) === ofd(w, P, 5), queue(w), inode(w, P, 4).queued], is: [true, [[6, 0]], 6] },
  { why: "plain bytes before them may come in the same receive", told: [pair(), opened, send(3, 10), send(3, 1, [5]), receive(4, 11, [receivedFile(9)])], ask: (w) => [ofd(w, P, 9) === ofd(w, P, 5), queue(w)], is: [true, []] },
  { why: "first sent, first received", told: [pair(), opened, does(P, { op: "open", file: file(6, { inode: "8:78" }) }), send(3, 1, [5]), send(3, 1, [6]), receive(4, 1, [receivedFile(9)])], ask: (w) => [ofd(w, P, 9) === ofd(w, P, 5), queue(w)], is: [true, [[1, 1]]] },
  { why: "the inode tells that it was not ours: a description of its own", told: [pair(), opened, send(3, 1, [5]), receive(4, 1, [file(9, { inode: "8:99" })])], ask: (w) => [ofd(w, P, 9) === ofd(w, P, 5), inode(w, P, 9).key, description(w, P, 5).refs], is: [false, "8:99", 1] },
  { why: "anonymous inodes travel, too", told: [pair(), does(P, { op: "open", file: anon(5) }), send(3, 1, [5]), receive(4, 1, [anon(9)])], ask: (w) => ofd(w, P, 9) === ofd(w, P, 5), is: true },
  { why: "received before its sender was seen to return: one description once it is", told: [pair(), opened, receive(4, 1, [receivedFile(9)]), send(3, 1, [5])], ask: (w) => [ofd(w, P, 9) === ofd(w, P, 5), description(w, P, 5).refs, w.messages, inode(w, P, 4).queued], is: [true, 2, [], 0] },

  { why: "the receiving socket goes: its messages die and let go what they hold", told: [pair(), opened, send(3, 1, [5]), ...close(5, 4)], ask: (w) => [w.messages, w.descriptions.size], is: [[], 2] },
  { why: "the sending socket goes: what it sent can still be received", told: [pair(), opened, send(3, 1, [5]), ...close(5, 3), receive(4, 1, [receivedFile(9)])], ask: (w) => description(w, P, 9).refs, is: 1 },
  { why: "a socket in a dying message dies with its own messages", told: [pair(), does(P, socketpair(6, 7)), opened, send(6, 1, [5]), send(3, 1, [7]), ...close(5, 7, 6, 4)], ask: (w) => [w.messages, w.descriptions.size], is: [[], 2] },
  { why: "a socket sent through itself: unreachable, collected (net/unix/garbage.c)", told: [pair(), send(3, 1, [4]), ...close(3, 4)], ask: (w) => [w.messages, w.descriptions.size], is: [[], 1] },
  { why: "sent through itself but its other end is open: still unreachable", told: [pair(), send(3, 1, [4]), ...close(4)], ask: (w) => [w.messages, w.descriptions.size], is: [[], 2] },
  { why: "a ring of two pairs: collected", told: [pair(), does(P, socketpair(6, 7)), send(3, 1, [7]), send(6, 1, [4]), ...close(3, 4, 6, 7)], ask: (w) => [w.messages, w.descriptions.size], is: [[], 1] },
  { why: "a socket held by a message that can be received is kept", told: [pair(), does(P, socketpair(6, 7)), send(3, 1, [7]), ...close(7)], ask: (w) => [w.messages.length, w.descriptions.size], is: [1, 5] },
  { why: "exit closes as close does, messages too", told: [pair(), opened, forks(P, C), send(3, 1, [5]), exits(P), exits(C)], ask: (w) => [w.messages, w.descriptions.size, w.inodes.size], is: [[], 0, 0] },
];

describe("sockets", () => {
  test.each(rows)("$why", ({ told, ask, is }) => expect(ask(after(...told))).toEqual(is));
});

const A = "/tmp/a.sock";
const server: Told[] = [
  does(P, { op: "open", file: socket(3) }), does(P, { op: "bind", fd: 3, address: A }), does(P, { op: "listen", fd: 3 }),
  forks(P, C), does(C, { op: "open", file: socket(4, "unix stream", { inode: "0:5" }) }),
];
const connected: Told = does(C, { op: "connect", fd: 4, address: A });
const accepted = (peer?: string): Told =>
  does(P, { op: "accept", listener: 3, file: socket(5, "unix stream", { inode: "0:6", address: A, ...(peer === undefined ? {} : { peer }) }) });

const named: Row[] = [
  { why: "bind(2), listen(2)", told: server, ask: (w) => [inode(w, P, 3).address, inode(w, P, 3).listening], is: [A, true] },
  { why: "connect(2): till accepted, the listener stands for the far end", told: [...server, connected], ask: (w) => inode(w, C, 4).peer === inode(w, P, 3).key, is: true },
  { why: "accept(2): peers of each other", told: [...server, connected, accepted("0:5")], ask: (w) => [inode(w, P, 5).peer, inode(w, C, 4).peer], is: ["0:5", "0:6"] },
  { why: "accept(2) without word of the peer: the only one waiting", told: [...server, connected, accepted()], ask: (w) => inode(w, C, 4).peer, is: "0:6" },
  { why: "accept seen before connect: the peers stand", told: [...server, accepted("0:5"), connected], ask: (w) => [inode(w, P, 5).peer, inode(w, C, 4).peer], is: ["0:5", "0:6"] },
  { why: "connect(2) when the kernel told the peer", told: [...server, accepted(), does(C, { op: "connect", fd: 4, address: A, peer: "0:6" })], ask: (w) => inode(w, P, 5).peer, is: "0:5" },
  { why: "sent before it was accepted: waits at the new socket then", told: [...server, connected, send(4, 9, [], C), accepted("0:5")], ask: (w) => [w.messages[0]?.to, inode(w, P, 5).queued], is: ["0:6", 9] },
  { why: "descriptors sent before it was accepted arrive", told: [...server, connected, does(C, { op: "open", file: file(6, { inode: "8:77" }) }), send(4, 1, [6], C), accepted("0:5"), receive(5, 1, [receivedFile(7)])], ask: (w) => ofd(w, P, 7) === ofd(w, C, 6), is: true },
  { why: "the listener goes unaccepted: what was sent dies", told: [...server, does(C, { op: "close", fd: 3 }), connected, does(C, { op: "open", file: file(6) }), send(4, 1, [6], C), does(C, { op: "close", fd: 6 }), does(P, { op: "close", fd: 3 })], ask: (w) => [w.messages, table(w, P), w.descriptions.size], is: [[], [0, 1, 2], 2] },
  { why: "datagrams: connect is one-sided", told: [does(P, { op: "open", file: socket(3, "unix dgram") }), does(P, { op: "bind", fd: 3, address: A }), does(P, { op: "open", file: socket(4, "unix dgram") }), does(P, { op: "connect", fd: 4, address: A })], ask: (w) => [inode(w, P, 4).peer === inode(w, P, 3).key, inode(w, P, 3).peer], is: [true, undefined] },
  { why: "sendto(2): by address", told: [does(P, { op: "open", file: socket(3, "unix dgram") }), does(P, { op: "bind", fd: 3, address: "@abstract" }), does(P, { op: "open", file: socket(4, "unix dgram") }), does(P, { op: "send", fd: 4, bytes: 5, fds: [], to: "@abstract" })], ask: (w) => inode(w, P, 3).queued, is: 5 },
  { why: "internet sockets: their queues are not followed", told: [does(P, { op: "open", file: socket(3, "inet stream") }), send(3, 100)], ask: (w) => [w.messages, inode(w, P, 3).queued], is: [[], 0] },
];

describe("named sockets", () => {
  test.each(named)("$why", ({ told, ask, is }) => expect(ask(after(...told))).toEqual(is));
});

describe("sockets that stood at the start", () => {
  const ends = [socket(3, "unix stream", { inode: "0:3", peer: "0:4", group: 2 }), socket(4, "unix stream", { inode: "0:4", group: 3 })];
  const start = standing(person({ fds: ends }));

  test("the peer is known in both directions", () => {
    const world = afterStart(start);
    expect([inode(world, P, 3).peer, inode(world, P, 4).peer]).toEqual(["0:4", "0:3"]);
  });

  test("how much waits there is not known, before and after", () => {
    const world = afterStart(start, send(3, 10));
    expect([inode(world, P, 4).queued, world.messages]).toEqual([undefined, []]);
  });

  test("descriptors in a message are followed all the same", () => {
    const world = afterStart(start, opened, send(3, 1, [5]), receive(4, 1, [receivedFile(9)]));
    expect([ofd(world, P, 9) === ofd(world, P, 5), description(world, P, 5).refs]).toEqual([true, 2]);
  });

  test("sent before the recording: a description made from what /proc says", () => {
    const world = afterStart(start, receive(4, 1, [receivedFile(9)]));
    expect([process(world, P).fds.get(9)?.origin, description(world, P, 9).refs]).toEqual([{ how: "receive" }, 1]);
  });

  test("messages are told apart by how many descriptors they carry", () => {
    const world = afterStart(start, opened, send(3, 1, [5]), send(3, 1, [5, 5]), receive(4, 1, [receivedFile(8), receivedFile(9)]));
    expect([queue(world), description(world, P, 5).inFlight, description(world, P, 5).refs]).toEqual([[[1, 1]], 1, 4]);
  });
});
