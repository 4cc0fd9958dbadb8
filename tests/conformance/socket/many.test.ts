/** Several messages in one call: sendmmsg and recvmmsg, their partial results, and what they never lose. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_INET, AF_UNIX, bind, close, ControlTruncatedError, getpid, getsockname, getuid, isCall, MSG_DONTWAIT, MSG_NOSIGNAL, MSG_PEEK, MSG_WAITFORONE, O_RDONLY, open, recvmmsg, recvmmsgAsync,
  type ReceivedMessage, sameDescription, sendmmsg, sendmmsgAsync, setsockopt, shutdown, SHUT_WR, SO_PASSCRED, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, socket, socketpair, SOL_SOCKET, tapCalls, write,
} from "../../../lib/core/mod.ts";
import { outcome, ticking } from "../../helpers/async.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const pid = getpid();
const same = (a: number, b: number): boolean => sameDescription({ pid, fd: a }, { pid, fd: b });
const texts = (messages: readonly ReceivedMessage[]): string[] => messages.map(({ data }) => new TextDecoder().decode(data));
const closeAll = (messages: readonly ReceivedMessage[]): void => messages.forEach(({ fds }) => fds.forEach((fd) => fd.close()));

/** A pair of sockets of one type for the length of a body that leaks nothing. */
function overPair(type: number, body: (a: number, b: number) => void): void {
  withoutLeak(() => {
    const [a, b] = socketpair(AF_UNIX, type);
    body(a, b);
    [a, b].forEach(close);
  });
}

for (const [name, type] of [["datagram", SOCK_DGRAM], ["seqpacket", SOCK_SEQPACKET]] as const) {
  test(`${name}: messages with descriptors of their own arrive in order, each with its own`, () => overPair(type, (a, b) => {
    const files = [1, 2, 3].map(() => open("/dev/null", O_RDONLY));
    const [f = -1, g = -1, h = -1] = files;
    assert.deepEqual(sendmmsg(a, [{ data: "one", fds: [f] }, { data: "" }, { data: new Uint8Array(5), fds: [g, h] }]), [3, 0, 5]);
    const came = recvmmsg(b, { count: 3, maxFds: 4 });
    assert.deepEqual(came.map(({ length, fds, truncated }) => [length, fds.length, truncated]), [[3, 1, false], [0, 0, false], [5, 2, false]]);
    assert.deepEqual(came.flatMap(({ fds }) => fds.map((fd) => fd.number)).map((fd, i) => [same(fd, files[i] ?? -1), true]), files.map(() => [true, true]));
    closeAll(came);
    files.forEach(close);
  }));
}

test("a stream: bytes of several messages, and a barrier at each set of descriptors", () => overPair(SOCK_STREAM, (a, b) => {
  sendmmsg(a, [{ data: "ab" }, { data: "cd", fds: [0] }, { data: "ef" }]);
  const came = recvmmsg(b, { count: 3, flags: MSG_WAITFORONE });
  assert.equal(texts(came).join(""), "abcdef");
  assert.deepEqual(came.filter(({ fds }) => fds.length > 0).map(({ fds }) => fds.length), [1]);
  closeAll(came);
}));

test("at the end of a stream the messages are empty", () => overPair(SOCK_STREAM, (a, b) => {
  write(a, "last");
  shutdown(a, SHUT_WR);
  assert.deepEqual(recvmmsg(b, { count: 3 }).map(({ length }) => length), [4, 0, 0]);
}));

test("each message goes to its own receiver, and tells from whom it is", () => withoutLeak(() => {
  const [sender, one, two] = [socket(AF_UNIX, SOCK_DGRAM), socket(AF_UNIX, SOCK_DGRAM), socket(AF_UNIX, SOCK_DGRAM)];
  for (const fd of [sender, one, two]) bind(fd, ""); // an abstract name of the kernel's choice
  const [from, toOne, toTwo] = [sender, one, two].map((fd) => getsockname(fd) as string) as [string, string, string];
  assert.deepEqual(sendmmsg(sender, [{ data: "a", to: toOne }, { data: "b", to: toTwo }, { data: "c", to: toOne }]), [1, 1, 1]);
  assert.deepEqual(recvmmsg(one, { count: 2 }).map((message) => [message.from, texts([message])[0]]), [[from, "a"], [from, "c"]]);
  assert.deepEqual(texts(recvmmsg(two, { count: 1 })), ["b"]);
  [sender, one, two].forEach(close);
}));

test("UDP: two datagrams to two ports, and the address they come from", () => withoutLeak(() => {
  const [sender, one, two] = [socket(AF_INET, SOCK_DGRAM), socket(AF_INET, SOCK_DGRAM), socket(AF_INET, SOCK_DGRAM)];
  for (const fd of [sender, one, two]) bind(fd, { host: "127.0.0.1", port: 0 });
  sendmmsg(sender, [{ data: "a", to: getsockname(one) }, { data: "b", to: getsockname(two) }]);
  assert.deepEqual([...recvmmsg(one, { count: 1 }), ...recvmmsg(two, { count: 1 })].map((message) => [texts([message])[0], message.from]), [["a", getsockname(sender)], ["b", getsockname(sender)]]);
  [sender, one, two].forEach(close);
}));

test("one that cannot be sent ends the call with those before it; sending the rest tells why", () => overPair(SOCK_DGRAM, (a, b) => {
  const rest = [{ data: "bad", fds: [0x7ffffffe] }, { data: "never" }];
  assert.deepEqual(sendmmsg(a, [{ data: "one", fds: [0] }, { data: "two" }, ...rest]), [3, 3]);
  assert.equal(codeOf(() => sendmmsg(a, rest)), "EBADF");
  const came = recvmmsg(b, { count: 8, flags: MSG_DONTWAIT });
  assert.deepEqual(texts(came), ["one", "two"]);
  closeAll(came);
}));

test("no message is no call that fails, and a closed socket is EBADF", () => overPair(SOCK_DGRAM, (a) => {
  assert.deepEqual(sendmmsg(a, []), []);
  assert.equal(codeOf(() => sendmmsg(0x7ffffffe, [{ data: "x" }])), "EBADF");
  assert.equal(codeOf(() => recvmmsg(0x7ffffffe)), "EBADF");
}));

test("nobody receives: EPIPE", () => withoutLeak(() => {
  const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
  close(b);
  assert.equal(codeOf(() => sendmmsg(a, [{ data: "x" }, { data: "y" }], MSG_NOSIGNAL)), "EPIPE");
  close(a);
}));

test("MSG_DONTWAIT: as many as there is room for, then EAGAIN; the receiver takes just those", () => overPair(SOCK_DGRAM, (a, b) => {
  const many = Array.from({ length: 1024 }, (_, i) => ({ data: String(i) }));
  const { length } = sendmmsg(a, many, MSG_DONTWAIT);
  assert.ok(length > 0 && length < 1024, String(length));
  assert.equal(codeOf(() => sendmmsg(a, many, MSG_DONTWAIT)), "EAGAIN");
  assert.deepEqual(texts(recvmmsg(b, { count: 1024, bytes: 8, flags: MSG_DONTWAIT })), many.slice(0, length).map(({ data }) => data));
  assert.equal(codeOf(() => recvmmsg(b, { flags: MSG_DONTWAIT })), "EAGAIN");
}));

test("MSG_WAITFORONE takes what is there; a timeout gives what came until then", () => overPair(SOCK_DGRAM, (a, b) => {
  sendmmsg(a, [{ data: "x" }, { data: "y" }]);
  assert.deepEqual(texts(recvmmsg(b, { count: 5, flags: MSG_WAITFORONE })), ["x", "y"]);
  assert.deepEqual(recvmmsg(b, { timeout: 3 }), []);
  assert.deepEqual(recvmmsg(b, { timeout: 0 }), []);
  write(a, "z");
  const start = performance.now();
  assert.deepEqual(texts(recvmmsg(b, { count: 5, timeout: 20 })), ["z"]);
  assert.ok(performance.now() - start >= 19, "it waited for more");
}));

test("a message that loses descriptors says so; those of the others arrive, and none is left over", () => overPair(SOCK_DGRAM, (a, b) => {
  sendmmsg(a, [{ data: "first", fds: [0] }, { data: "second", fds: [0, 1, 2, 0, 1, 2, 0, 1, 2] }, { data: "third", fds: [1] }, { data: "fourth" }]);
  const came = recvmmsg(b, { count: 4, maxFds: 1 });
  assert.deepEqual(texts(came), ["first", "second", "third", "fourth"]);
  assert.deepEqual(came.map(({ fds }) => fds.length), [1, 0, 1, 0]);
  assert.deepEqual(came.map(({ error }) => error instanceof ControlTruncatedError), [false, true, false, false]);
  assert.equal(came[1]?.error?.maxFds, 1);
  closeAll(came);
}));

test("no free number for a later message: that one says so, the first keeps its descriptor", async () => {
  assert.deepEqual(await runForJson("socket_many", ["no free number"]), { lengths: [1, 1, 1], fds: [1, 0, 0], errors: [false, true, true], left: 0 });
});

test("bytes without room are marked for the message that lost them", () => overPair(SOCK_DGRAM, (a, b) => {
  sendmmsg(a, [{ data: "12345" }, { data: "12" }]);
  assert.deepEqual(recvmmsg(b, { count: 2, bytes: 3 }).map(({ data, truncated }) => [data.length, truncated]), [[3, true], [2, false]]);
}));

test("MSG_PEEK leaves the first message where it is, with descriptors of their own each time", () => overPair(SOCK_DGRAM, (a, b) => {
  sendmmsg(a, [{ data: "x", fds: [0] }, { data: "y" }]);
  const seen = recvmmsg(b, { count: 2, flags: MSG_PEEK | MSG_DONTWAIT });
  assert.deepEqual([texts(seen), seen.map(({ fds }) => fds.length)], [["x", "x"], [1, 1]]);
  const came = recvmmsg(b, { count: 2 });
  assert.deepEqual(texts(came), ["x", "y"]);
  closeAll([...seen, ...came]);
}));

test("each message tells who sent it", () => overPair(SOCK_SEQPACKET, (a, b) => {
  setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
  sendmmsg(a, [{ data: "x" }, { data: "y" }]);
  assert.deepEqual(recvmmsg(b, { count: 2 }).map(({ credentials }) => [credentials?.pid, credentials?.uid]), [[pid, getuid()], [pid, getuid()]]);
}));

test("a signal ends the wait for further messages with those that came; the next call is unharmed", async () => {
  assert.deepEqual(await runForJson("socket_many", ["interrupted"]), { came: ["one"], handled: 1, next: "EAGAIN", later: ["two", "three"] });
});

test("a handler that throws before the first message: thrown, and the message is there afterwards", async () => {
  assert.deepEqual(await runForJson("socket_many", ["thrown"]), { threw: "enough", then: ["late"] });
});

test("a sender that blocks waits until all are sent", async () => {
  assert.deepEqual(await runForJson("socket_many", ["all are sent"]), { sent: 200, received: 200, inOrder: true });
});

test("Async: waits for all, or for one; aborted, none is taken; aborted after a part, that part is given", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  const all = recvmmsgAsync(b, { count: 3 });
  for (const data of ["1", "2", "3"]) {
    await ticking(1);
    write(a, data);
  }
  assert.deepEqual(texts(await all), ["1", "2", "3"]);
  const one = recvmmsgAsync(b, { count: 3, flags: MSG_WAITFORONE });
  await ticking(1);
  sendmmsg(a, [{ data: "4" }, { data: "5" }]);
  assert.deepEqual(texts(await one), ["4", "5"]);
  const controller = new AbortController();
  const given = outcome(recvmmsgAsync(b, { signal: controller.signal }));
  await ticking(2);
  controller.abort();
  assert.equal(await given, "AbortError");
  const second = new AbortController();
  const part = recvmmsgAsync(b, { count: 3, signal: second.signal });
  write(a, "6");
  await ticking(3);
  second.abort();
  assert.deepEqual(texts(await part), ["6"]);
  assert.deepEqual(await recvmmsgAsync(b, { timeout: 3 }), []);
  write(a, "7");
  assert.deepEqual(texts(await recvmmsgAsync(b, { count: 2, timeout: 10 })), ["7"]);
  assert.equal(await outcome(recvmmsgAsync(b, { flags: MSG_DONTWAIT })), "EAGAIN");
  [a, b].forEach(close);
});

test("Async: sends more than there is room for at once, beside a reader; an abort gives what was sent", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
  const many = Array.from({ length: 500 }, () => ({ data: new Uint8Array(2000) }));
  const sending = sendmmsgAsync(a, many);
  const received: ReceivedMessage[] = [];
  while (received.length < 500) received.push(...await recvmmsgAsync(b, { count: 64, bytes: 2000, flags: MSG_WAITFORONE }));
  assert.deepEqual([(await sending).length, received.every(({ length }) => length === 2000)], [500, true]);
  const controller = new AbortController();
  const stuck = sendmmsgAsync(a, many, { signal: controller.signal });
  await ticking(3);
  controller.abort();
  const { length } = await stuck;
  assert.equal(recvmmsg(b, { count: 500, bytes: 2000, flags: MSG_DONTWAIT }).length, length);
  assert.ok(length > 0 && length < 500);
  assert.equal(await outcome(sendmmsgAsync(a, [{ data: "x", fds: [0x7ffffffe] }])), "EBADF");
  [a, b].forEach(close);
});

test("the call tap tells of each message", () => overPair(SOCK_DGRAM, (a, b) => {
  const seen: unknown[] = [];
  using tap = tapCalls((event) => {
    if (isCall(event, "sendmmsg")) seen.push(event.args.msgvec.map((message) => [message?.bytes, message?.fds]));
    if (isCall(event, "recvmmsg")) seen.push(event.args.msgvec.map((message) => message?.bytes));
  });
  sendmmsg(a, [{ data: "abc", fds: [0] }, { data: "d" }]);
  closeAll(recvmmsg(b, { count: 4, flags: MSG_DONTWAIT }));
  tap.close();
  assert.deepEqual(seen.slice(0, 2), [[[3, [0]], [1, []]], [3, 1]]);
}));

const wrong = (value: unknown): never => value as never;
const REFUSED: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["1025 messages", () => sendmmsg(0, Array.from({ length: 1025 }, () => ({ data: "" }))), /^Cannot sendmmsg: messages has 1025 entries, must have at most 1024$/],
  ["one message, no list", () => sendmmsg(0, wrong({ data: "x" })), /messages is an object, must be an array of messages/],
  ["a hole", () => sendmmsg(0, wrong([{ data: "" }, , { data: "" }])), /messages\[1\] is undefined/], // eslint-disable-line no-sparse-arrays
  ["flags of one message", () => sendmmsg(0, wrong([{ data: "x", flags: MSG_DONTWAIT }])), /messages\[0\]\.flags is 64, must be left out: flags are the call's/],
  ["flags as text", () => sendmmsg(0, [], wrong("0")), /flags is "0"/],
  ["data as a number", () => sendmmsg(0, wrong([{ data: 5 }])), /^Cannot sendmmsg: data is 5/],
  ["a negative socket", () => sendmmsg(-1, []), /fd is -1/],
  ["no message to receive", () => recvmmsg(0, { count: 0 }), /^Cannot recvmmsg: count is 0, must be an integer from 1 to 1024$/],
  ["room for more than one call moves", () => recvmmsg(0, { count: 1024, bytes: 4_000_000 }), /count times bytes is 4096000000, must be at most 2147479552/],
  ["a timeout that is no number", () => recvmmsg(0, { timeout: Number.NaN }), /timeout is NaN/],
  ["254 descriptors", () => recvmmsg(0, { maxFds: 254 }), /maxFds is 254/],
];
for (const [what, call, message] of REFUSED) test(`refused: ${what}`, () => withoutLeak(() => assert.throws(call, { message })));

test("refused, as a rejection: the same of the Async forms", async () => {
  assert.equal(await outcome(sendmmsgAsync(0, wrong(undefined))), "ERR_INVALID_ARG_TYPE");
  assert.equal(await outcome(recvmmsgAsync(0, { count: 1025 })), "ERR_OUT_OF_RANGE");
  assert.equal(await outcome(recvmmsgAsync(0, { signal: wrong(1) })), "ERR_INVALID_ARG_TYPE");
});
