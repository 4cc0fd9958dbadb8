/** Descriptors beside bytes: SCM_RIGHTS, its limits, and what truncation leaves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_UNIX, close, ControlTruncatedError, F_GETFD, F_GETFL, F_SETFL, FD_CLOEXEC, Fd, fcntl, fdPair, getpid, lseek, MSG_CMSG_CLOEXEC, MSG_PEEK, O_APPEND,
  O_RDONLY, O_RDWR, O_WRONLY, open, peerCredentials, pipe2, proc, read, receiveDescriptor, recvmsg, sameDescription, SEEK_CUR, sendDescriptor, sendmsg, setsockopt,
  SO_PASSCRED, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, socketpair, SOL_SOCKET, write,
} from "../../../lib/core/mod.ts";
import { isMade } from "../../../lib/core/fd/registry.ts";
import { fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";

const pid = getpid();
const same = (a: number, b: number): boolean => sameDescription({ pid, fd: a }, { pid, fd: b });
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const open_ = (): number[] => proc.fds(pid);

/** A pair of sockets of one type for the length of a body that leaks nothing. */
function overPair(type: number, body: (a: number, b: number) => void): void {
  withoutLeak(() => {
    const [a, b] = socketpair(AF_UNIX, type);
    body(a, b);
    [a, b].forEach(close);
  });
}

for (const [name, type] of [["stream", SOCK_STREAM], ["datagram", SOCK_DGRAM], ["seqpacket", SOCK_SEQPACKET]] as const) {
  test(`a descriptor passed over a ${name} socket is a new number for the same description`, () => {
    overPair(type, (a, b) => inFolder((folder) => {
      const sent = open(fileIn(folder, "0123456789"), O_RDWR);
      assert.equal(sendmsg(a, { data: "here", fds: [sent] }), 4);
      const { data, fds, flags, truncated } = recvmsg(b);
      assert.deepEqual([text(data), fds.length, flags, truncated], ["here", 1, flags, false]);
      using got = fds[0] ?? Fd.open("/dev/null", O_RDONLY);
      assert.notEqual(got.number, sent);
      assert.ok(same(got.number, sent));
      read(sent, new Uint8Array(4));
      assert.equal(lseek(got.number, 0, SEEK_CUR), 4, "one offset");
      fcntl(got.number, F_SETFL, O_APPEND);
      assert.ok(fcntl(sent, F_GETFL) & O_APPEND, "one set of status flags");
      assert.deepEqual([fcntl(got.number, F_GETFD), fcntl(sent, F_GETFD)], [FD_CLOEXEC, 0], "a mark each");
      close(sent);
    }));
  });
}

test("a message may be sent and its descriptor closed before anyone receives: the message holds the reference", () => {
  overPair(SOCK_STREAM, (a, b) => {
    const [r, w] = pipe2();
    sendmsg(a, { data: "x", fds: [w] });
    close(w);
    const { fds: [got] } = recvmsg(b);
    write(got?.number ?? -1, "still open");
    assert.equal(read(r, new Uint8Array(32)), 10);
    got?.close();
    assert.equal(read(r, new Uint8Array(32)), 0, "no writer is left");
    close(r);
  });
});

for (const count of [0, 1, 2, 3, 63, 252, 253]) {
  test(`${count} descriptors travel in one message, in their order`, () => {
    overPair(SOCK_STREAM, (a, b) => {
      const ends = pipe2();
      const sent = Array.from({ length: count }, (_, i) => ends[i % 2] ?? -1);
      sendmsg(a, { data: "x", fds: sent });
      const { fds } = recvmsg(b, { maxFds: count });
      assert.equal(fds.length, count);
      assert.ok(fds.every((fd, i) => same(fd.number, sent[i] ?? -1)));
      assert.ok(fds.every((fd) => fd.cloexec && isMade(fd.number)));
      fds.forEach((fd) => fd.close());
      ends.forEach(close);
    });
  });
}

for (const [sent, room] of [[1, 0], [2, 1], [3, 1], [3, 2], [5, 3], [253, 0], [253, 1], [253, 252]] as const) {
  test(`${sent} descriptors into room for ${room}: an error, and none stays open`, () => {
    overPair(SOCK_STREAM, (a, b) => {
      const [r, w] = pipe2();
      sendmsg(a, { data: "payload", fds: Array.from({ length: sent }, () => w) });
      close(w);
      const before = open_();
      assert.throws(() => recvmsg(b, { maxFds: room }), (error: unknown) => {
        assert.ok(error instanceof ControlTruncatedError, String(error));
        assert.deepEqual([error.code, error.maxFds, text(error.data)], ["ERR_CONTROL_TRUNCATED", room, "payload"]);
        assert.ok(error.closed >= room && error.closed <= sent, `${error.closed} closed`);
        return true;
      });
      assert.deepEqual(open_(), before);
      assert.equal(read(r, new Uint8Array(1)), 0, "the lost ones are gone too: no writer is left");
      close(r);
    });
  });
}

test("descriptors are barriers on a stream: bytes of two sets never come together", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "plain " });
    sendmsg(a, { data: "first", fds: [0] });
    sendmsg(a, { data: "second", fds: [0] });
    sendmsg(a, { data: " tail" });
    const parts: [string, number][] = [];
    for (let bytes = 0; bytes < 22; ) {
      const { data, fds } = recvmsg(b);
      fds.forEach((fd) => fd.close());
      bytes += data.length;
      parts.push([text(data), fds.length]);
    }
    assert.equal(parts.map(([part]) => part).join(""), "plain firstsecond tail");
    assert.equal(parts.filter(([, count]) => count > 1).length, 0);
    assert.equal(parts.some(([part]) => part.includes("firstsecond")), false);
    assert.equal(parts.filter(([, count]) => count === 1).length, 2);
  });
});

test("read() in place of recvmsg() drops the descriptors of a message, and the kernel closes them", () => {
  overPair(SOCK_STREAM, (a, b) => {
    const [r, w] = pipe2();
    sendmsg(a, { data: "x", fds: [w] });
    close(w);
    const before = open_();
    assert.equal(read(b, new Uint8Array(8)), 1);
    assert.deepEqual(open_(), before);
    assert.equal(read(r, new Uint8Array(8)), 0);
    close(r);
  });
});

test("MSG_PEEK gives descriptors of its own and leaves the message's", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "x", fds: [0] });
    const peeked = recvmsg(b, { flags: MSG_PEEK });
    const taken = recvmsg(b);
    assert.notEqual(peeked.fds[0]?.number, taken.fds[0]?.number);
    assert.ok(same(peeked.fds[0]?.number ?? -1, taken.fds[0]?.number ?? -1));
    for (const { fds } of [peeked, taken]) fds.forEach((fd) => fd.close());
  });
});

test("a descriptor in the list that is not open sends nothing", () => {
  overPair(SOCK_STREAM, (a, b) => {
    assert.throws(() => sendmsg(a, { data: "x", fds: [0, 0x7ffffff0] }), { code: "EBADF" });
    sendmsg(a, { data: "after" });
    const { data, fds } = recvmsg(b);
    assert.deepEqual([text(data), fds.length], ["after", 0]);
  });
});

test("descriptors without a byte are refused on a stream and travel in an empty datagram", () => {
  overPair(SOCK_STREAM, (a) => {
    assert.throws(() => sendmsg(a, { data: "", fds: [0] }), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
  });
  overPair(SOCK_DGRAM, (a, b) => {
    assert.equal(sendmsg(a, { data: "", fds: [0] }), 0);
    const { data, fds } = recvmsg(b);
    assert.deepEqual([data.length, fds.length], [0, 1]);
    fds.forEach((fd) => fd.close());
  });
});

test("a socket can travel over itself and is one description at both ends", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "x", fds: [a] });
    const { fds: [got] } = recvmsg(b);
    assert.ok(same(got?.number ?? -1, a));
    got?.close();
  });
});

test("the socket in a message nobody receives goes with the last end", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    const [a, b] = socketpair();
    sendmsg(a, { data: "x", fds: [w] });
    [w, a, b].forEach(close);
    assert.equal(read(r, new Uint8Array(1)), 0);
    close(r);
  });
});

test("flags of the result do not show MSG_CMSG_CLOEXEC", () => {
  overPair(SOCK_STREAM, (a, b) => {
    sendmsg(a, { data: "x" });
    assert.equal(recvmsg(b).flags & MSG_CMSG_CLOEXEC, 0);
  });
});

test("SO_PASSCRED: the sender's credentials come with bytes and with descriptors", () => {
  overPair(SOCK_STREAM, (a, b) => {
    setsockopt(b, SOL_SOCKET, SO_PASSCRED, 1);
    sendmsg(a, { data: "x", fds: [0, 1] });
    const { credentials, fds } = recvmsg(b, { maxFds: 2 });
    assert.deepEqual(credentials, peerCredentials(b));
    assert.equal(credentials?.pid, pid);
    assert.equal(fds.length, 2);
    fds.forEach((fd) => fd.close());
  });
});

test("sendDescriptor() and receiveDescriptor() move one, owned or by number", () => {
  withoutLeak(() => {
    const [a, b] = fdPair();
    const { read: reader, write: writer } = Fd.pipe();
    sendDescriptor(a, writer);
    writer.close();
    using got = receiveDescriptor(b);
    assert.equal(got.cloexec, true);
    got.write("through");
    assert.equal(reader.read(new Uint8Array(16)), 7);
    sendDescriptor(a.number, 0);
    receiveDescriptor(b.number).close();
    [a, b, reader].forEach((fd) => fd.close());
  });
});

test("receiveDescriptor() says what came in place of a descriptor", () => {
  withoutLeak(() => {
    const [a, b] = fdPair();
    a.write("x");
    assert.throws(() => receiveDescriptor(b), { code: "ERR_NO_DESCRIPTOR" });
    sendmsg(a.number, { data: "x", fds: [0, 0] });
    assert.throws(() => receiveDescriptor(b), { code: "ERR_CONTROL_TRUNCATED" });
    a.close();
    assert.throws(() => receiveDescriptor(b), /closed/);
    b.close();
  });
});

test("a write end passed on keeps its access mode", () => {
  overPair(SOCK_STREAM, (a, b) => {
    const fd = open("/dev/null", O_WRONLY);
    sendDescriptor(a, fd);
    using got = receiveDescriptor(b);
    assert.throws(() => got.read(new Uint8Array(1)), { code: "EBADF" });
    close(fd);
  });
});
