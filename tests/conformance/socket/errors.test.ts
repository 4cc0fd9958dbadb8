/** How socket calls fail: rows of calls, the errno the kernel gives, and refusals before the call. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accept, accept4, acceptFrom, AF_INET, AF_UNIX, bind, close, connect, connectTo, getLinger, getpeername, getsockname, getsockopt, getSocketTimeouts, listen,
  listenOn, MSG_DONTWAIT, O_RDONLY, open, peerCredentials, peerGroups, peerProcess, peerSecurity, recvmsg, sendmsg, setLinger, setsockopt, setSocketTimeouts,
  shutdown, SHUT_RDWR, SHUT_WR, SO_PASSCRED, SO_TYPE, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_SEQPACKET, SOCK_STREAM, socket, socketpair, SOL_SOCKET, SystemError,
  unlink, write,
} from "../../../lib/core/mod.ts";
import { inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { testRefused } from "../../helpers/refusal.ts";

const NEVER_OPEN = 0x7ffffff0;
const bad = (value: unknown): never => value as never;

/** Calls on a number that is not open, and on a file. */
const calls: [name: string, call: (fd: number) => unknown][] = [
  ["bind", (fd) => bind(fd, "@forkscope-test-none")],
  ["listen", (fd) => listen(fd)],
  ["accept", (fd) => accept(fd)],
  ["accept4", (fd) => accept4(fd)],
  ["connect", (fd) => connect(fd, "@forkscope-test-none")],
  ["shutdown", (fd) => shutdown(fd, SHUT_RDWR)],
  ["getsockname", (fd) => getsockname(fd)],
  ["getpeername", (fd) => getpeername(fd)],
  ["getsockopt", (fd) => getsockopt(fd, SOL_SOCKET, SO_TYPE)],
  ["setsockopt", (fd) => setsockopt(fd, SOL_SOCKET, SO_PASSCRED, 1)],
  ["getsockopt with a length", (fd) => getsockopt(fd, SOL_SOCKET, SO_TYPE, 4)],
  ["peerCredentials", (fd) => peerCredentials(fd)],
  ["peerProcess", (fd) => peerProcess(fd)],
  ["peerGroups", (fd) => peerGroups(fd)],
  ["peerSecurity", (fd) => peerSecurity(fd)],
  ["setSocketTimeouts", (fd) => setSocketTimeouts(fd, { receive: 1 })],
  ["getSocketTimeouts", (fd) => getSocketTimeouts(fd)],
  ["setLinger", (fd) => setLinger(fd, 1)],
  ["getLinger", (fd) => getLinger(fd)],
  ["acceptFrom", (fd) => acceptFrom(fd)],
  ["sendmsg", (fd) => sendmsg(fd, { data: "x" })],
  ["recvmsg", (fd) => recvmsg(fd)],
];

for (const [name, call] of calls) {
  test(`${name}() fails with EBADF where nothing is open and ENOTSOCK on a file`, () => {
    withoutLeak(() => {
      assert.throws(() => call(NEVER_OPEN), { code: "EBADF" });
      const file = open("/dev/null", O_RDONLY);
      assert.throws(() => call(file), { code: "ENOTSOCK" });
      close(file);
    });
  });
}

/** Calls on a new unix stream socket. */
const onNewSocket: [title: string, call: (fd: number) => unknown, code: string][] = [
  ["connect() to an abstract name nobody bound", (fd) => connect(fd, "@forkscope-test-none"), "ECONNREFUSED"],
  ["connect() to a missing path", (fd) => connect(fd, "/nowhere/door.sock"), "ENOENT"],
  ["connect() to no address", (fd) => connect(fd, ""), "EINVAL"],
  ["connect() of a unix socket to IPv4", (fd) => connect(fd, { host: "127.0.0.1", port: 1 }), "EINVAL"],
  ["bind() below a missing folder", (fd) => bind(fd, "/nowhere/door.sock"), "ENOENT"],
  ["bind() onto a file", (fd) => bind(fd, "/proc/self/stat"), "EADDRINUSE"],
  ["listen() of an unbound socket", (fd) => listen(fd), "EINVAL"],
  ["accept() of a socket that does not listen", (fd) => accept(fd), "EINVAL"],
  ["getpeername() of an unconnected socket", (fd) => getpeername(fd), "ENOTCONN"],
  ["sendmsg() on an unconnected socket", (fd) => sendmsg(fd, { data: "x" }), "ENOTCONN"],
  ["recvmsg() on an unconnected socket", (fd) => recvmsg(fd), "EINVAL"],
  ["setsockopt() of an unknown option", (fd) => setsockopt(fd, SOL_SOCKET, 9999, 1), "ENOPROTOOPT"],
];

for (const [title, call, code] of onNewSocket) {
  test(`${title} fails with ${code}`, () => {
    withoutLeak(() => {
      const fd = socket(AF_UNIX, SOCK_STREAM);
      assert.throws(() => call(fd), (error: unknown) => error instanceof SystemError && error.code === code, code);
      close(fd);
    });
  });
}

test("bind() of a name in use fails with EADDRINUSE, the path's file in the way included", () => {
  withoutLeak(() => inFolder((folder) => {
    for (const address of [`@forkscope-test-${folder}`, `${folder}/door.sock`]) {
      const [a, b] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
      bind(a, address);
      assert.throws(() => bind(b, address), { code: "EADDRINUSE" });
      assert.throws(() => bind(a, `${address}2`), { code: "EINVAL" }, "a socket has one address");
      [a, b].forEach(close);
    }
    const late = socket(AF_UNIX, SOCK_STREAM);
    assert.throws(() => bind(late, `${folder}/door.sock`), { code: "EADDRINUSE" }, "the file outlives its socket");
    assert.throws(() => connect(late, `${folder}/door.sock`), { code: "ECONNREFUSED" });
    unlink(`${folder}/door.sock`);
    bind(late, `${folder}/door.sock`);
    close(late);
  }));
});

test("connect() to a full backlog fails with EAGAIN when it may not block", () => {
  withoutLeak(() => {
    const door = socket(AF_UNIX, SOCK_STREAM);
    const name = `@forkscope-test-full-${process.pid}`;
    bind(door, name);
    listen(door, 0);
    const callers = [0, 1].map(() => socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK));
    connect(callers[0] ?? -1, name);
    assert.throws(() => connect(callers[1] ?? -1, name), { code: "EAGAIN" });
    [door, ...callers].forEach(close);
  });
});

test("connect() fails with EPROTOTYPE across types and EISCONN when connected", () => {
  withoutLeak(() => inFolder((folder) => {
    const door = socket(AF_UNIX, SOCK_SEQPACKET);
    const name = `${folder}/door.sock`;
    bind(door, name);
    listen(door);
    const [stream, packet] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_SEQPACKET)];
    assert.throws(() => connect(stream, name), { code: "EPROTOTYPE" });
    connect(packet, name);
    assert.throws(() => connect(packet, name), { code: "EISCONN" });
    [door, stream, packet].forEach(close);
  }));
});

test("accept() without a caller fails with EAGAIN when it may not block", () => {
  withoutLeak(() => {
    const door = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
    bind(door, "");
    listen(door);
    assert.throws(() => accept(door), { code: "EAGAIN" });
    close(door);
  });
});

test("listen() and accept() of datagram sockets fail with ENOTSUP", () => {
  const fd = socket(AF_UNIX, SOCK_DGRAM);
  bind(fd, "");
  assert.throws(() => listen(fd), { code: "ENOTSUP" });
  assert.throws(() => accept(fd), { code: "ENOTSUP" });
  close(fd);
});

test("recvmsg() of an empty socket fails with EAGAIN, by flag or by mode", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
  assert.throws(() => recvmsg(a), { code: "EAGAIN" });
  const [c, d] = socketpair(AF_UNIX, SOCK_STREAM);
  assert.throws(() => recvmsg(c, { flags: MSG_DONTWAIT }), { code: "EAGAIN" });
  [a, b, c, d].forEach(close);
});

test("sending to a closed peer fails with EPIPE and does not end the process; receiving what it left unread ends in ECONNRESET", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
  sendmsg(a, { data: "unread" });
  close(b);
  assert.throws(() => sendmsg(a, { data: "x" }), { code: "EPIPE" });
  assert.throws(() => write(a, "x"), { code: "EPIPE" });
  assert.throws(() => recvmsg(a), { code: "ECONNRESET" });
  close(a);
});

test("a datagram larger than the socket takes fails with EMSGSIZE", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  assert.throws(() => sendmsg(a, { data: new Uint8Array(8 << 20) }), { code: "EMSGSIZE" });
  [a, b].forEach(close);
});

test("IPv4 connect() to a port nobody listens on fails with ECONNREFUSED", () => {
  withoutLeak(() => {
    const holder = socket(AF_INET, SOCK_STREAM);
    bind(holder, { host: "127.0.0.1", port: 0 });
    const fd = socket(AF_INET, SOCK_STREAM);
    assert.throws(() => connect(fd, getsockname(holder)), { code: "ECONNREFUSED" });
    assert.throws(() => shutdown(fd, SHUT_WR), { code: "ENOTCONN" });
    [holder, fd].forEach(close);
  });
});

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

const refused: [title: string, call: () => unknown, code: string][] = [
  ["socket: a text for a domain", () => socket(bad("unix"), SOCK_STREAM), TYPE],
  ["socket: a negative type", () => socket(AF_UNIX, -1), RANGE],
  ["socketpair: a fraction", () => socketpair(AF_UNIX, 1.5), RANGE],
  ["bind: a path of 108 bytes", () => bind(0, `/${"x".repeat(107)}`), RANGE],
  ["bind: an abstract name of 108 bytes", () => bind(0, `@${"x".repeat(108)}`), RANGE],
  ["bind: 36 letters of three bytes", () => bind(0, "漢".repeat(36)), RANGE],
  ["bind: a NUL", () => bind(0, "a\0b"), VALUE],
  ["bind: no address", () => bind(0, bad(undefined)), TYPE],
  ["bind: a number", () => bind(0, bad(80)), TYPE],
  ["connect: a port above 65535", () => connect(0, { host: "127.0.0.1", port: 65536 }), RANGE],
  ["bind: bytes for an address of 109", () => bind(0, new Uint8Array(109)), RANGE],
  ["bind: a scope on IPv4", () => bind(0, { host: "127.0.0.1", port: 0, scope: 1 }), VALUE],
  ["bind: a scope beyond 32 bits", () => bind(0, { host: "::1", port: 0, scope: 2 ** 32 }), RANGE],
  ["bind: a lone surrogate in an abstract name", () => bind(0, "@\ud800"), VALUE],
  ["connect: a name for an IPv4 address", () => connect(0, { host: "localhost", port: 80 }), VALUE],
  ["connect: 256 in an IPv4 address", () => connect(0, { host: "127.0.0.256", port: 80 }), VALUE],
  ["connect: nothing for an address", () => connect(0, { host: "", port: 80 }), VALUE],
  ["connect: : for an address", () => connect(0, { host: ":", port: 80 }), VALUE],
  ["connect: ::: for an address", () => connect(0, { host: ":::", port: 80 }), VALUE],
  ["connect: 1:2:3:4:5:6:7 for an address", () => connect(0, { host: "1:2:3:4:5:6:7", port: 80 }), VALUE],
  ["connect: 1:2:3:4:5:6:7:8:9 for an address", () => connect(0, { host: "1:2:3:4:5:6:7:8:9", port: 80 }), VALUE],
  ["connect: ::1:: for an address", () => connect(0, { host: "::1::", port: 80 }), VALUE],
  ["connect: 12345:: for an address", () => connect(0, { host: "12345::", port: 80 }), VALUE],
  ["connect: ::1%lo for an address", () => connect(0, { host: "::1%lo", port: 80 }), VALUE],
  ["connect: [::1] for an address", () => connect(0, { host: "[::1]", port: 80 }), VALUE],
  ["connect: ::ffff:1.2.3 for an address", () => connect(0, { host: "::ffff:1.2.3", port: 80 }), VALUE],
  ["connect: 1.2.3.4:: for an address", () => connect(0, { host: "1.2.3.4::", port: 80 }), VALUE],
  ["connect: an octal number in an IPv4 address", () => connect(0, { host: "127.0.0.010", port: 80 }), VALUE],
  ["listen: a negative backlog", () => listen(0, -1), RANGE],
  ["accept4: an unknown flag", () => accept4(0, 1), RANGE],
  ["shutdown: 3", () => shutdown(0, 3), RANGE],
  ["setsockopt: a value beyond an int", () => setsockopt(0, SOL_SOCKET, 8, 2 ** 31), RANGE],
  ["sendmsg: no message", () => sendmsg(0, bad(undefined)), TYPE],
  ["sendmsg: a text for a message", () => sendmsg(0, bad("x")), TYPE],
  ["sendmsg: no data", () => sendmsg(0, bad({})), TYPE],
  ["sendmsg: a number for descriptors", () => sendmsg(0, { data: "x", fds: bad(3) }), TYPE],
  ["sendmsg: a text among descriptors", () => sendmsg(0, { data: "x", fds: [0, bad("1")] }), TYPE],
  ["sendmsg: a hole among descriptors", () => sendmsg(0, { data: "x", fds: Array<number>(1) }), TYPE],
  ["sendmsg: a negative descriptor", () => sendmsg(0, { data: "x", fds: [-1] }), RANGE],
  ["sendmsg: a number for credentials", () => sendmsg(0, { data: "x", credentials: bad(1) }), TYPE],
  ["sendmsg: credentials without a group", () => sendmsg(0, { data: "x", credentials: bad({ pid: 1, uid: 0 }) }), TYPE],
  ["sendmsg: credentials of process 0", () => sendmsg(0, { data: "x", credentials: { pid: 0, uid: 0, gid: 0 } }), RANGE],
  ["sendmsg: a text for a control message's data", () => sendmsg(0, { data: "x", control: [{ level: 1, type: 1, data: bad("x") }] }), TYPE],
  ["sendmsg: a hole among control messages", () => sendmsg(0, { data: "x", control: Array<never>(1) }), TYPE],
  ["getsockopt: a negative length", () => getsockopt(0, SOL_SOCKET, SO_TYPE, -1), RANGE],
  ["setsockopt: a text", () => setsockopt(0, SOL_SOCKET, SO_TYPE, bad("1")), TYPE],
  ["setSocketTimeouts: a negative time", () => setSocketTimeouts(0, { receive: -1 }), RANGE],
  ["setSocketTimeouts: a text", () => setSocketTimeouts(0, { send: bad("5") }), TYPE],
  ["setLinger: a fraction", () => setLinger(0, 1.5), RANGE],
  ["listenOn: a raw socket", () => listenOn("@x", { type: 3 }), RANGE],
  ["listenOn: a number for a switch", () => listenOn("@x", { reusePort: bad(1) }), TYPE],
  ["connectTo: a number", () => connectTo(bad(80)), TYPE],
  ["sendmsg: 254 descriptors", () => sendmsg(0, { data: "x", fds: Array.from({ length: 254 }, () => 0) }), RANGE],
  ["sendmsg: data over a SharedArrayBuffer", () => sendmsg(0, { data: new Uint8Array(new SharedArrayBuffer(4)) }), VALUE],
  ["sendmsg: a receiver's path of 108 bytes", () => sendmsg(0, { data: "x", to: "x".repeat(108) }), RANGE],
  ["recvmsg: a number for options", () => recvmsg(0, bad(64)), TYPE],
  ["recvmsg: negative room", () => recvmsg(0, { bytes: -1 }), RANGE],
  ["recvmsg: room for 254 descriptors", () => recvmsg(0, { maxFds: 254 }), RANGE],
  ["recvmsg: negative room for control", () => recvmsg(0, { controlBytes: -1 }), RANGE],
];

for (const [title, call, code] of refused) testRefused(title, call, code);
