/** Addresses and connections. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import {
  accept, accept4, AF_INET, AF_UNIX, bind, close, connect, F_GETFD, F_GETFL, FD_CLOEXEC, fcntl, getpeername, getpid, getsockname, getsockopt, listen, MSG_EOR,
  MSG_PEEK, O_NONBLOCK, peerCredentials, peerSecurity, proc, read, recvmsg, sendmsg, setsockopt, SHUT_RD, SHUT_WR, shutdown, SO_ACCEPTCONN, SO_DOMAIN, SO_ERROR, SO_RCVBUF,
  SO_TYPE, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_SEQPACKET, SOCK_STREAM, type SocketAddress, socket, socketpair, SOL_SOCKET, unlink, write,
} from "../../../lib/core/mod.ts";
import { inFolder, withoutLeak } from "../../helpers/descriptors.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Connects over an address, sends both ways, and gives the two ends. */
function meet(domain: number, type: number, address: SocketAddress, body: (caller: number, callee: number, door: number) => void): void {
  withoutLeak(() => {
    const door = socket(domain, type);
    bind(door, address);
    listen(door, 4);
    const caller = socket(domain, type);
    connect(caller, getsockname(door));
    const callee = accept(door);
    write(caller, "ping");
    const buffer = new Uint8Array(8);
    assert.equal(text(buffer.subarray(0, read(callee, buffer))), "ping");
    write(callee, "pong!");
    assert.equal(text(buffer.subarray(0, read(caller, buffer))), "pong!");
    body(caller, callee, door);
    [door, caller, callee].forEach(close);
  });
}

for (const [name, type] of [["stream", SOCK_STREAM], ["seqpacket", SOCK_SEQPACKET]] as const) {
  test(`unix ${name} over a path`, () => inFolder((folder) => {
    const path = `${folder}/door.sock`;
    meet(AF_UNIX, type, path, (caller, callee) => {
      assert.deepEqual([getpeername(caller), getsockname(callee), getsockname(caller), getpeername(callee)], [path, path, "", ""]);
      assert.ok(existsSync(path));
    });
    assert.ok(existsSync(path), "close does not remove the file");
  }));

  test(`unix ${name} over an abstract name`, () => {
    const name_ = `@forkscope-test-${name}-${getpid()}`;
    meet(AF_UNIX, type, name_, (caller, callee) => assert.deepEqual([getpeername(caller), getsockname(callee)], [name_, name_]));
    meet(AF_UNIX, type, name_, () => undefined); // free again as soon as its socket is closed
  });
}

test("unix stream over a name the kernel chose", () => {
  meet(AF_UNIX, SOCK_STREAM, "", (caller) => assert.match(String(getpeername(caller)), /^@[0-9a-f]{5}$/));
});

for (const address of [`/tmp/${String(getpid()).padStart(97, "p")}.sock`, `@${"a".repeat(107)}`, "@进程", "@"]) {
  test(`an address at the edge: ${address.length} characters, "${address.slice(0, 6)}"`, () => {
    const fd = socket(AF_UNIX, SOCK_STREAM);
    bind(fd, address);
    assert.equal(getsockname(fd), address);
    close(fd);
    if (address.startsWith("/")) unlink(address);
  });
}

test("IPv4 on the loopback", () => {
  meet(AF_INET, SOCK_STREAM, { host: "127.0.0.1", port: 0 }, (caller, callee, door) => {
    assert.deepEqual(getpeername(caller), getsockname(door));
    assert.deepEqual(getpeername(callee), getsockname(caller));
    assert.notEqual((getsockname(caller) as { port: number }).port, 0);
  });
});

test("accept4() marks what it is told to, accept() nothing", () => {
  withoutLeak(() => {
    const door = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
    bind(door, "");
    listen(door);
    for (const [flags, cloexec, nonblock] of [[0, 0, 0], [SOCK_CLOEXEC, FD_CLOEXEC, 0], [SOCK_NONBLOCK, 0, O_NONBLOCK]] as const) {
      const caller = socket(AF_UNIX, SOCK_STREAM);
      connect(caller, getsockname(door));
      const callee = flags === 0 ? accept(door) : accept4(door, flags);
      assert.deepEqual([fcntl(callee, F_GETFD), fcntl(callee, F_GETFL) & O_NONBLOCK], [cloexec, nonblock]);
      [caller, callee].forEach(close);
    }
    close(door);
  });
});

test("socketpair() connects stream, datagram and seqpacket; marks both ends", () => {
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const ends = socketpair(AF_UNIX, type | SOCK_CLOEXEC);
    for (const end of ends) assert.deepEqual([getsockopt(end, SOL_SOCKET, SO_TYPE), fcntl(end, F_GETFD)], [type, FD_CLOEXEC]);
    ends.forEach(close);
  }
});

test("datagrams keep their bounds, say who sent them, and are cut to the room", () => {
  withoutLeak(() => {
    const [a, b] = [socket(AF_UNIX, SOCK_DGRAM), socket(AF_UNIX, SOCK_DGRAM)];
    bind(a, `@forkscope-test-a-${getpid()}`);
    bind(b, `@forkscope-test-b-${getpid()}`);
    sendmsg(a, { data: "first", to: getsockname(b) });
    sendmsg(a, { data: "second", to: getsockname(b) });
    const first = recvmsg(b);
    assert.deepEqual([text(first.data), first.from, first.truncated], ["first", getsockname(a), false]);
    const second = recvmsg(b, { bytes: 3 });
    assert.deepEqual([text(second.data), second.truncated], ["sec", true]);
    [a, b].forEach(close);
  });
});

test("seqpacket sets MSG_EOR for a whole record, a stream never", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
  sendmsg(a, { data: "record", flags: MSG_EOR });
  assert.equal(text(recvmsg(b).data), "record");
  [a, b].forEach(close);
});

test("MSG_PEEK leaves the bytes", () => {
  const [a, b] = socketpair();
  write(a, "look");
  assert.equal(text(recvmsg(b, { flags: MSG_PEEK }).data), "look");
  assert.equal(text(recvmsg(b).data), "look");
  [a, b].forEach(close);
});

test("shutdown(SHUT_WR) ends what the peer reads, in both descriptors of the socket; the other way stays", () => {
  const [a, b] = socketpair();
  write(a, "last");
  shutdown(a, SHUT_WR);
  assert.equal(text(recvmsg(b).data), "last");
  assert.equal(recvmsg(b).data.length, 0);
  assert.throws(() => write(a, "x"), { code: "EPIPE" });
  write(b, "back");
  assert.equal(text(recvmsg(a).data), "back");
  shutdown(a, SHUT_RD);
  [a, b].forEach(close);
});

test("options: domain, type, listening, error, buffer sizes", () => {
  const fd = socket(AF_UNIX, SOCK_STREAM);
  const option = (name: number): number => getsockopt(fd, SOL_SOCKET, name);
  assert.deepEqual([option(SO_DOMAIN), option(SO_TYPE), option(SO_ERROR), option(SO_ACCEPTCONN)], [AF_UNIX, SOCK_STREAM, 0, 0]);
  bind(fd, "");
  listen(fd);
  assert.equal(option(SO_ACCEPTCONN), 1);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, 8192);
  assert.equal(option(SO_RCVBUF), 16384, "the kernel doubles it");
  close(fd);
});

test("peerCredentials() names who made the other end", () => {
  const [a, b] = socketpair();
  assert.deepEqual(peerCredentials(a), { pid: getpid(), uid: process.getuid?.(), gid: process.getgid?.() });
  [a, b].forEach(close);
});

test("peerSecurity() gives a label without its NUL, or nothing where no module keeps labels", () => {
  const [a, b] = socketpair();
  const label = peerSecurity(a);
  assert.ok(label === undefined || /^[^\0]+$/.test(label), label);
  assert.equal(label, peerSecurity(b));
  [a, b].forEach(close);
});

test("an end of stream is a message without bytes", () => {
  const [a, b] = socketpair();
  close(a);
  const { data, fds, from } = recvmsg(b);
  assert.deepEqual([data.length, fds, from], [0, [], ""]);
  close(b);
});

test("proc.unixSocket() tells address, peer and queues of both ends", () => {
  const name = `@forkscope-test-diag-${getpid()}`;
  meet(AF_UNIX, SOCK_STREAM, name, (caller, callee, door) => {
    const inode = (fd: number): number => proc.fdStat(getpid(), fd).ino;
    assert.equal(proc.unixPeer(inode(caller)), inode(callee));
    assert.equal(proc.unixPeer(inode(callee)), inode(caller));
    write(caller, "12345");
    assert.equal(proc.unixSocket(inode(callee)).receiveQueue, 5);
    const listening = proc.unixSocket(inode(door));
    assert.deepEqual([listening.address, listening.listening, listening.peer, listening.sendQueue], [name, true, undefined, 4]);
    const all = proc.unixSockets();
    for (const fd of [caller, callee, door]) assert.ok(all.some((one) => one.inode === inode(fd)));
  });
});
