/** The edges of unix sockets: names, limits, what a full or closed socket does, what a message may carry. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import {
  accept, AF_UNIX, bind, chdir, CLOCK_MONOTONIC, close, connect, ControlTruncatedError, epoll_create1, eventfd, Fd, getpid, getsockname, listen, memfd_create, MSG_DONTWAIT,
  MSG_PEEK, MSG_TRUNC, MSG_WAITALL, O_PATH, O_RDONLY, open, pidfd_open, pipe2, proc, read, recvmsg, sameDescription, sendmsg, setsockopt, shutdown, SHUT_WR,
  SO_PASSCRED, SO_SNDBUF, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, socket, socketpair, SOL_SOCKET, SystemError, timerfd_create, unlink, write,
} from "../../../lib/core/mod.ts";
import { syscallNumber } from "../../../lib/ffi/constants/syscall.ts";
import { allocate, errno, libc } from "../../../lib/ffi/mod.ts";
import { codeOf, inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { skip } from "../../helpers/skip.ts";

const pid = getpid();
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const same = (a: number, b: number): boolean => sameDescription({ pid, fd: a }, { pid, fd: b });

/** A pair of sockets of one type for the length of a body that leaks nothing. */
function overPair(type: number, body: (a: number, b: number) => void): void {
  withoutLeak(() => {
    const [a, b] = socketpair(AF_UNIX, type);
    body(a, b);
    [a, b].forEach(close);
  });
}

/** Binds, and connects another socket to what getsockname gives; gives that name. */
function boundTo(address: string | Uint8Array): string | Uint8Array {
  const [door, caller] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
  try {
    bind(door, address);
    listen(door);
    const name = getsockname(door) as string | Uint8Array;
    connect(caller, name);
    close(accept(door));
    return name;
  } finally {
    [door, caller].forEach(close);
  }
}

const bytesOf = (name: string): Uint8Array => new TextEncoder().encode(name);

/** Abstract names: what is bound, and what comes back, which must lead to the socket again. */
const names: [title: string, given: string | Uint8Array, back: string | Uint8Array][] = [
  ["NULs are bytes like others", `@a\0b\0-${pid}`, `@a\0b\0-${pid}`],
  ["a NUL at the end is part of the name", `@tail-${pid}\0`, `@tail-${pid}\0`],
  ["107 bytes", `@${"n".repeat(107)}`, `@${"n".repeat(107)}`],
  ["bytes that are a text come back as one", bytesOf(`\0bytes-${pid}`), `@bytes-${pid}`],
  ["bytes that are no UTF-8 come back as they are", Uint8Array.from([0, 0xff, 0xfe, pid & 255]), Uint8Array.from([0, 0xff, 0xfe, pid & 255])],
  ["a byte order mark stays", `@\ufeff${pid}`, `@\ufeff${pid}`],
];

for (const [title, given, back] of names) {
  test(`an abstract name: ${title}`, () => withoutLeak(() => assert.deepEqual(boundTo(given), back)));
}

test("abstract names that differ in a NUL at the end are two", () => {
  withoutLeak(() => {
    const doors = [`@two-${pid}`, `@two-${pid}\0`].map((name) => {
      const door = socket(AF_UNIX, SOCK_STREAM);
      bind(door, name);
      return door;
    });
    doors.forEach(close);
  });
});

test("paths of 107 bytes as text and 108 as bytes are taken; a path of 108 comes back as bytes", () => inFolder((folder) => {
  const [short, long] = [107, 108].map((length) => `${folder}/${"p".repeat(length - folder.length - 1)}`);
  assert.equal(boundTo(short ?? ""), short);
  assert.deepEqual(boundTo(bytesOf(long ?? "")), bytesOf(long ?? ""));
  assert.equal(readdirSync(folder).length, 2);
}));

test("a path that starts with @ comes back as bytes, for the text would mean an abstract name", () => inFolder((folder) => {
  const home = process.cwd();
  chdir(folder);
  try {
    assert.deepEqual(boundTo(bytesOf("@file")), bytesOf("@file"));
    assert.equal(boundTo("./@other"), "./@other");
    assert.deepEqual(readdirSync(folder).sort(), ["@file", "@other"]);
    unlink("@file");
  } finally {
    chdir(home);
  }
}));

test("a connect binds no name, and \"\" lets the kernel choose one, different each time", () => {
  const doors = [1, 2].map(() => {
    const door = socket(AF_UNIX, SOCK_DGRAM);
    assert.equal(getsockname(door), "");
    bind(door, "");
    return door;
  });
  const [first, second] = doors.map((door) => String(getsockname(door)));
  assert.match(first ?? "", /^@[0-9a-f]{5}$/);
  assert.notEqual(first, second);
  doors.forEach(close);
});

/** What may travel, and how it is made. */
const travellers: [what: string, make: () => number][] = [
  ["a pipe", () => { const [r, w] = pipe2(); close(w); return r; }],
  ["a pidfd", () => pidfd_open(pid)],
  ["an epoll set", () => epoll_create1(0)],
  ["an eventfd", () => eventfd(0)],
  ["a timerfd", () => timerfd_create(CLOCK_MONOTONIC)],
  ["a memfd", () => memfd_create("traveller")],
  ["a socket that listens", () => { const fd = socket(AF_UNIX, SOCK_STREAM); bind(fd, ""); listen(fd); return fd; }],
  ["a folder", () => open("/", O_RDONLY)],
  ["an O_PATH descriptor", () => open("/etc/passwd", O_PATH)],
];

for (const [what, make] of travellers) {
  test(`${what} travels`, () => {
    overPair(SOCK_SEQPACKET, (a, b) => {
      const sent = make();
      sendmsg(a, { data: what, fds: [sent] });
      const { data, fds: [got] } = recvmsg(b);
      assert.equal(text(data), what);
      assert.ok(same(sent, got?.number ?? -1));
      assert.equal(got?.cloexec, true);
      got?.close();
      close(sent);
    });
  });
}

test("an io_uring may not travel: EINVAL", (t) => {
  const parameters = allocate(120);
  const ring = libc().syscall(syscallNumber("io_uring_setup"), 1, parameters.address, 0, 0, 0, 0);
  if (ring === -1) return skip(t, `needs io_uring (errno ${errno()})`);
  overPair(SOCK_STREAM, (a) => {
    assert.equal(codeOf(() => sendmsg(a, { data: "x", fds: [ring] })), "EINVAL");
  });
  libc().close(ring);
});

test("a socket sent over itself outlives the other end's close of its own", () => {
  withoutLeak(() => {
    const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
    sendmsg(a, { data: "both", fds: [a, b] });
    close(a);
    const { fds: [again, other] } = recvmsg(b);
    again?.write("still connected");
    assert.equal(read(b, new Uint8Array(32)), 15);
    [again, other].forEach((fd) => fd?.close());
    close(b);
  });
});

test("two sockets that hold each other in their queues go when nobody else has them", async () => {
  const before = proc.unixSockets().length;
  for (let i = 0; i < 20; i++) {
    const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
    sendmsg(a, { data: "x", fds: [a, b] });
    sendmsg(b, { data: "x", fds: [a, b] });
    [a, b].forEach(close);
  }
  // The kernel collects such rings some time later: on the next message that carries a socket, in a worker of its own.
  const giveUp = Date.now() + 10_000;
  while (proc.unixSockets().length > before && Date.now() < giveUp) {
    const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
    sendmsg(a, { data: "x", fds: [b] });
    [a, b].forEach(close);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
  assert.ok(proc.unixSockets().length < before + 20, "rings of sockets are left");
});

test("MSG_PEEK of a message cut short gives the descriptors again on each look, and none is lost", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "abcdef", fds: [0] });
    const looks = [1, 2, 3].map(() => recvmsg(b, { bytes: 2, flags: MSG_PEEK }));
    const taken = recvmsg(b, { bytes: 2 });
    const rest = recvmsg(b);
    assert.deepEqual([...looks, taken, rest].map(({ data, fds }) => [text(data), fds.length]), [["ab", 1], ["ab", 1], ["ab", 1], ["ab", 1], ["cdef", 0]]);
    for (const { fds } of [...looks, taken]) fds.forEach((fd) => fd.close());
  });
});

test("a read of part of a stream message takes its descriptors with the first byte", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "12345", fds: [0, 0] });
    const first = recvmsg(b, { bytes: 1 });
    const second = recvmsg(b);
    assert.deepEqual([first.fds.length, second.fds.length, text(second.data)], [2, 0, "2345"]);
    first.fds.forEach((fd) => fd.close());
  });
});

test("MSG_WAITALL does not join bytes over a set of descriptors", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "one", fds: [0] });
    sendmsg(a, { data: "two", fds: [0] });
    const { data, fds } = recvmsg(b, { bytes: 6, flags: MSG_WAITALL });
    assert.deepEqual([text(data), fds.length], ["one", 1]);
    fds.forEach((fd) => fd.close());
    recvmsg(b).fds.forEach((fd) => fd.close());
  });
});

test("credentials of the sender are no lost descriptors: a socket with SO_PASSCRED and no room asked for is not truncated", () => {
  overPair(SOCK_STREAM, (a, b) => {
    setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
    sendmsg(a, { data: "x" });
    assert.equal(recvmsg(b, { maxFds: 0 }).credentials?.pid, pid);
    sendmsg(a, { data: "x", fds: Array.from({ length: 253 }, () => 0) });
    const { fds, credentials } = recvmsg(b);
    assert.deepEqual([fds.length, credentials?.uid], [253, process.getuid?.()]);
    fds.forEach((fd) => fd.close());
  });
});

test("descriptors that a receiver wants none of are closed, and the error has the bytes", () => {
  overPair(SOCK_SEQPACKET, (a, b) => {
    const [r, w] = pipe2();
    sendmsg(a, { data: "unasked", fds: [w, w, w] });
    close(w);
    assert.throws(() => recvmsg(b, { maxFds: 0 }), (error: unknown) => error instanceof ControlTruncatedError && text(error.data) === "unasked");
    assert.equal(read(r, new Uint8Array(1)), 0, "nobody holds the write end any more");
    close(r);
  });
});

/** Types of sockets that keep bounds: what a full queue, a long message, a cut and an end look like. */
for (const [name, type] of [["datagram", SOCK_DGRAM], ["seqpacket", SOCK_SEQPACKET]] as const) {
  test(`${name}: a full queue refuses more with EAGAIN and loses nothing`, () => {
    overPair(type, (a, b) => {
      let sent = 0;
      assert.equal(codeOf(() => { for (;;) sendmsg(a, { data: String(sent++), flags: MSG_DONTWAIT }); }), "EAGAIN");
      for (let i = 0; i < sent - 1; i++) assert.equal(text(recvmsg(b, { flags: MSG_DONTWAIT }).data), String(i));
      assert.equal(codeOf(() => recvmsg(b, { flags: MSG_DONTWAIT })), "EAGAIN");
    });
  });

  test(`${name}: a message longer than the send buffer fails with EMSGSIZE, descriptors and all`, () => {
    overPair(type, (a, b) => {
      setsockopt(a, SOL_SOCKET, SO_SNDBUF, 4096);
      const [r, w] = pipe2();
      assert.equal(codeOf(() => sendmsg(a, { data: new Uint8Array(1 << 20), fds: [w] })), "EMSGSIZE");
      close(w);
      assert.equal(read(r, new Uint8Array(1)), 0, "the message holds nothing");
      close(r);
      assert.equal(codeOf(() => recvmsg(b, { flags: MSG_DONTWAIT })), "EAGAIN");
    });
  });

  test(`${name}: a cut message says so, tells its whole length when asked, and gives its descriptors`, () => {
    overPair(type, (a, b) => {
      sendmsg(a, { data: "0123456789", fds: [0] });
      sendmsg(a, { data: "next" });
      const { data, length, truncated, flags, fds } = recvmsg(b, { bytes: 4, flags: MSG_TRUNC });
      assert.deepEqual([text(data), length, truncated, flags & MSG_TRUNC, fds.length], ["0123", 10, true, MSG_TRUNC, 1]);
      fds.forEach((fd) => fd.close());
      assert.equal(text(recvmsg(b).data), "next", "the rest of the cut one is gone");
    });
  });

  test(`${name}: an empty message is one, with room for nothing too`, () => {
    overPair(type, (a, b) => {
      sendmsg(a, { data: "" });
      sendmsg(a, { data: "x" });
      assert.equal(recvmsg(b).data.length, 0);
      const { data, truncated } = recvmsg(b, { bytes: 0 });
      assert.deepEqual([data.length, truncated], [0, true]);
    });
  });
}

test("seqpacket ends as a stream does: no bytes, again and again, after what was sent", () => {
  withoutLeak(() => {
    const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
    sendmsg(a, { data: "last" });
    close(a);
    assert.deepEqual([1, 2, 3].map(() => text(recvmsg(b).data)), ["last", "", ""]);
    assert.equal(codeOf(() => sendmsg(b, { data: "x" })), "EPIPE");
    close(b);
  });
});

test("a datagram socket hears nothing of its peer's end, and sending to it fails with ECONNREFUSED", () => {
  withoutLeak(() => {
    const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
    close(a);
    assert.equal(codeOf(() => recvmsg(b, { flags: MSG_DONTWAIT })), "EAGAIN");
    assert.equal(codeOf(() => sendmsg(b, { data: "x" })), "ECONNREFUSED");
    close(b);
  });
});

test("a stream that is full refuses more with EAGAIN; part of a long write goes, with the descriptors", () => {
  overPair(SOCK_STREAM, (a, b) => {
    const piece = new Uint8Array(1 << 20);
    const count = sendmsg(a, { data: piece, fds: [0], flags: MSG_DONTWAIT });
    assert.ok(count > 0 && count < piece.length, String(count));
    assert.equal(codeOf(() => sendmsg(a, { data: "x", fds: [0], flags: MSG_DONTWAIT })), "EAGAIN");
    let received = 0;
    let fds = 0;
    while (received < count) {
      const part = recvmsg(b);
      received += part.data.length;
      fds += part.fds.length;
      part.fds.forEach((fd) => fd.close());
    }
    assert.deepEqual([received, fds], [count, 1]);
  });
});

test("bytes and descriptors after shutdown: the sender gets EPIPE, the receiver the end", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "x", fds: [0] });
    shutdown(a, SHUT_WR);
    assert.equal(codeOf(() => sendmsg(a, { data: "x", fds: [0] })), "EPIPE");
    const { fds } = recvmsg(b);
    assert.equal(fds.length, 1, "what was sent before arrives");
    fds.forEach((fd) => fd.close());
    assert.equal(recvmsg(b).length, 0);
  });
});

test("a control message of a kind that cannot be sent fails with EINVAL", () => {
  overPair(SOCK_STREAM, (a) => {
    assert.equal(codeOf(() => sendmsg(a, { data: "x", control: [{ level: SOL_SOCKET, type: 99, data: new Uint8Array(4) }] })), "EINVAL");
  });
});

test("descriptors sent as a raw control message arrive as descriptors", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "x", control: [{ level: SOL_SOCKET, type: 1, data: new Uint8Array(new Int32Array([0, 1]).buffer) }] });
    const { fds } = recvmsg(b);
    assert.equal(fds.length, 2);
    fds.forEach((fd) => fd.close());
  });
});

test("an Fd and a write of the same socket do not lose each other's message", () => {
  withoutLeak(() => {
    const [a, b] = socketpair();
    using owned = Fd.adopt(a);
    owned.write("one ");
    write(a, "two");
    assert.equal(text(recvmsg(b).data), "one two");
    close(b);
  });
});

test("a failed connect leaves the socket as it was", () => {
  const fd = socket(AF_UNIX, SOCK_STREAM);
  for (let i = 0; i < 2; i++) assert.throws(() => connect(fd, `@nobody-${pid}`), (error: unknown) => error instanceof SystemError && error.code === "ECONNREFUSED");
  const door = socket(AF_UNIX, SOCK_STREAM);
  bind(door, `@somebody-${pid}`);
  listen(door);
  connect(fd, `@somebody-${pid}`);
  [fd, door].forEach(close);
});
