/** IPv4 and IPv6 on the loopback: addresses, TCP, UDP, options. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accept, acceptFrom, AF_INET, AF_INET6, bind, close, connect, connectTo, F_GETFL, fcntl, getLinger, getpeername, getsockname, getsockopt, getSocketTimeouts,
  type InetAddress, IPPROTO_IPV6, IPPROTO_TCP, IPV6_V6ONLY, listen, listenOn, MSG_DONTWAIT, MSG_TRUNC, O_NONBLOCK, poll, POLLOUT, read, recvmsg, sendmsg,
  setLinger, setsockopt, setSocketTimeouts, shutdown, SHUT_WR, SO_ERROR, SO_KEEPALIVE, SO_LINGER, SO_RCVBUF, SO_REUSEADDR, SO_REUSEPORT, SO_SNDBUF, SO_TYPE,
  SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM, socket, SOL_SOCKET, SystemError, TCP_KEEPIDLE, TCP_NODELAY, write,
} from "../../../lib/core/mod.ts";
import { octetsOf, textOf } from "../../../lib/core/socket/inet.ts";
import { withoutLeak } from "../../helpers/descriptors.ts";
import { skip } from "../../helpers/skip.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const portOf = (fd: number): number => (getsockname(fd) as InetAddress).port;

/** Why there is no IPv6 here; undefined when there is. */
const noIPv6 = ((): string | undefined => {
  try {
    listenOn({ host: "::1", port: 0 }).close();
    return undefined;
  } catch (error) {
    return `needs IPv6 on the loopback (${(error as SystemError).code})`;
  }
})();

/** Texts of one address: what is given, and the shortest form, which is what comes back (RFC 5952). */
const texts: [given: string, shortest: string, why: string][] = [
  ["::", "::", "any address"],
  ["::1", "::1", "the loopback"],
  ["0:0:0:0:0:0:0:1", "::1", "zeros in full"],
  ["2001:db8::", "2001:db8::", "zeros at the end"],
  ["2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "of two runs alike the first, small letters, no leading zeros"],
  ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7", "one zero alone is not shortened"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3", "the longer run"],
  ["::ffff:127.0.0.1", "::ffff:127.0.0.1", "IPv4 in IPv6"],
  ["::FFFF:7f00:1", "::ffff:127.0.0.1", "the same in groups"],
  ["fe80::1:2:3:4", "fe80::1:2:3:4", "link-local"],
  ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "all ones"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "a run of one at the end"],
  ["64:ff9b::192.0.2.33", "64:ff9b::c000:221", "IPv4 at the end of another prefix"],
  ["0.0.0.0", "0.0.0.0", "any IPv4 address"],
  ["255.255.255.255", "255.255.255.255", "broadcast"],
];

for (const [given, shortest, why] of texts) {
  test(`${given} reads back as ${shortest}: ${why}`, () => assert.equal(textOf(Uint8Array.from(octetsOf(given) ?? [])), shortest));
}

for (const host of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
  test(`TCP over ${host}: both ends know both addresses, and bytes pass both ways`, (t) => {
    if (host.includes(":") && noIPv6) return skip(t, noIPv6);
    withoutLeak(() => {
      using door = listenOn({ host, port: 0 });
      assert.equal((getsockname(door.number) as InetAddress).host, host);
      using caller = connectTo(getsockname(door.number));
      const { fd, from } = acceptFrom(door);
      using callee = fd;
      assert.deepEqual(from, getsockname(caller.number));
      assert.deepEqual(getpeername(caller.number), getsockname(callee.number));
      caller.write("ping");
      const buffer = new Uint8Array(8);
      assert.equal(text(buffer.subarray(0, callee.read(buffer))), "ping");
      shutdown(caller.number, SHUT_WR);
      assert.equal(callee.read(buffer), 0, "end of what the caller sends");
      callee.write("pong");
      assert.equal(caller.read(buffer), 4, "the other way stays");
    });
  });
}

test("UDP keeps the bounds of datagrams, says who sent them, and tells a cut one's whole length when asked", (t) => {
  for (const host of ["127.0.0.1", "::1"]) {
    if (host.includes(":") && noIPv6) return skip(t, noIPv6);
    withoutLeak(() => {
      using a = listenOn({ host, port: 0 }, { type: SOCK_DGRAM });
      using b = listenOn({ host, port: 0 }, { type: SOCK_DGRAM });
      sendmsg(a.number, { data: "first", to: getsockname(b.number) });
      sendmsg(a.number, { data: "second datagram", to: getsockname(b.number) });
      sendmsg(a.number, { data: "", to: getsockname(b.number) });
      const first = recvmsg(b.number);
      assert.deepEqual([text(first.data), first.from, first.truncated], ["first", getsockname(a.number), false]);
      const second = recvmsg(b.number, { bytes: 6, flags: MSG_TRUNC });
      assert.deepEqual([text(second.data), second.length, second.truncated], ["second", 15, true]);
      const empty = recvmsg(b.number);
      assert.deepEqual([empty.data.length, empty.from], [0, getsockname(a.number)], "an empty datagram is a datagram");
    });
  }
});

test("a connected UDP socket needs no receiver, and hears that nobody is there", () => {
  withoutLeak(() => {
    const gone = listenOn({ host: "127.0.0.1", port: 0 }, { type: SOCK_DGRAM });
    const address = getsockname(gone.number);
    using caller = connectTo(address, { type: SOCK_DGRAM });
    sendmsg(caller.number, { data: "hello" });
    assert.equal(text(recvmsg(gone.number).data), "hello");
    gone.close();
    sendmsg(caller.number, { data: "anyone?" });
    assert.throws(() => recvmsg(caller.number), { code: "ECONNREFUSED" });
  });
});

test("connect() that may not block is under way with EINPROGRESS, and its outcome is in SO_ERROR", () => {
  withoutLeak(() => {
    using door = listenOn({ host: "127.0.0.1", port: 0 });
    const fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    try {
      connect(fd, getsockname(door.number));
    } catch (error) {
      assert.equal((error as SystemError).code, "EINPROGRESS");
    }
    poll([{ fd, events: POLLOUT }]);
    assert.equal(getsockopt(fd, SOL_SOCKET, SO_ERROR), 0);
    close(fd);
  });
});

test("a port in use is refused with EADDRINUSE; SO_REUSEPORT on every socket shares it", () => {
  withoutLeak(() => {
    using first = listenOn({ host: "127.0.0.1", port: 0 }, { reusePort: true });
    const address = getsockname(first.number);
    assert.throws(() => listenOn(address), { code: "EADDRINUSE", syscall: "bind" });
    using second = listenOn(address, { reusePort: true });
    assert.deepEqual(getsockname(second.number), address);
  });
});

test("SO_REUSEADDR takes a port whose connections still wait for their end", () => {
  withoutLeak(() => {
    const door = listenOn({ host: "127.0.0.1", port: 0 });
    const address = getsockname(door.number);
    const caller = connectTo(address);
    const callee = acceptFrom(door).fd;
    [callee, door].forEach((fd) => fd.close()); // the side that closes first waits
    caller.close();
    using again = listenOn(address);
    assert.deepEqual(getsockname(again.number), address);
    const strict = socket(AF_INET, SOCK_STREAM);
    assert.throws(() => bind(strict, address), { code: "EADDRINUSE" });
    close(strict);
  });
});

test("IPV6_V6ONLY decides whether an IPv6 socket takes IPv4 connections", (t) => {
  if (noIPv6) return skip(t, noIPv6);
  withoutLeak(() => {
    using both = listenOn({ host: "::", port: 0 }, { v6Only: false });
    using caller = connectTo({ host: "127.0.0.1", port: portOf(both.number) });
    const { fd, from } = acceptFrom(both);
    assert.equal((from as InetAddress).host, "::ffff:127.0.0.1");
    fd.close();
    caller.close();
    using only = listenOn({ host: "::", port: 0 }, { v6Only: true });
    assert.equal(getsockopt(only.number, IPPROTO_IPV6, IPV6_V6ONLY), 1);
    assert.throws(() => connectTo({ host: "127.0.0.1", port: portOf(only.number) }), { code: "ECONNREFUSED" });
  });
});

test("an address of the other family is refused by the kernel, and one that is not this machine's", () => {
  const fd = socket(AF_INET, SOCK_STREAM);
  assert.throws(() => bind(fd, { host: "::1", port: 0 }), { code: "EAFNOSUPPORT" });
  assert.throws(() => bind(fd, { host: "192.0.2.1", port: 0 }), { code: "EADDRNOTAVAIL" });
  assert.throws(() => bind(fd, "@x"), (error: unknown) => error instanceof SystemError && error.is("EINVAL", "EAFNOSUPPORT"));
  close(fd);
});

/** An option, what it is set to, and what is read back. */
const options: [title: string, level: number, name: number, value: number, read: number][] = [
  ["SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, 1, 1],
  ["SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, 1, 1],
  ["SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1, 1],
  ["SO_RCVBUF, which the kernel doubles", SOL_SOCKET, SO_RCVBUF, 16384, 32768],
  ["SO_SNDBUF, which the kernel doubles", SOL_SOCKET, SO_SNDBUF, 16384, 32768],
  ["TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1, 1],
  ["TCP_KEEPIDLE in seconds", IPPROTO_TCP, TCP_KEEPIDLE, 77, 77],
];

for (const [title, level, name, value, expected] of options) {
  test(`${title} is set and read`, () => {
    const fd = socket(AF_INET, SOCK_STREAM);
    setsockopt(fd, level, name, value);
    assert.equal(getsockopt(fd, level, name), expected);
    close(fd);
  });
}

test("an option's bytes are set and read as C lays them out", () => {
  const fd = socket(AF_INET, SOCK_STREAM);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, new Int32Array([1, 9]));
  assert.deepEqual([...getsockopt(fd, SOL_SOCKET, SO_LINGER, 64)], [1, 0, 0, 0, 9, 0, 0, 0]);
  assert.equal(getLinger(fd), 9);
  setLinger(fd, undefined);
  assert.equal(getLinger(fd), undefined);
  assert.throws(() => setsockopt(fd, SOL_SOCKET, SO_LINGER, 1), { code: "EINVAL" }, "an int is too short for the structure");
  assert.deepEqual([...getsockopt(fd, SOL_SOCKET, SO_TYPE, 2)], [SOCK_STREAM, 0], "a short room cuts");
  close(fd);
});

test("SO_LINGER of 0 closes by a reset", () => {
  withoutLeak(() => {
    using door = listenOn({ host: "127.0.0.1", port: 0 });
    const caller = connectTo(getsockname(door.number));
    using callee = acceptFrom(door).fd;
    setLinger(caller.number, 0);
    caller.close();
    assert.throws(() => callee.read(new Uint8Array(1)), { code: "ECONNRESET" });
  });
});

test("a receive timeout ends recvmsg, read and accept with EAGAIN; times keep their microseconds", () => {
  withoutLeak(() => {
    using door = listenOn({ host: "127.0.0.1", port: 0 });
    assert.deepEqual(getSocketTimeouts(door.number), { receive: 0, send: 0 });
    setSocketTimeouts(door.number, { receive: 3 });
    assert.throws(() => accept(door.number), { code: "EAGAIN" });
    setSocketTimeouts(door.number, { receive: 0, send: 61_500 });
    assert.deepEqual(getSocketTimeouts(door.number), { receive: 0, send: 61_500 });
    using caller = connectTo(getsockname(door.number));
    setSocketTimeouts(caller.number, { receive: 0.0001 });
    assert.ok(getSocketTimeouts(caller.number).receive > 0, "more than nothing stays so");
    assert.throws(() => recvmsg(caller.number), { code: "EAGAIN" });
    assert.throws(() => read(caller.number, new Uint8Array(1)), { code: "EAGAIN" });
  });
});

test("listenOn({ nonblock }) does not wait for a caller", () => {
  withoutLeak(() => {
    using door = listenOn({ host: "127.0.0.1", port: 0 }, { nonblock: true, backlog: 1 });
    assert.ok(fcntl(door.number, F_GETFL) & O_NONBLOCK);
    assert.ok(door.cloexec);
    assert.throws(() => acceptFrom(door), { code: "EAGAIN" });
  });
});

test("a send buffer that is full refuses more with EAGAIN, by flag; part of a long message may go", () => {
  withoutLeak(() => {
    using door = listenOn({ host: "127.0.0.1", port: 0 });
    using caller = connectTo(getsockname(door.number));
    const piece = new Uint8Array(1 << 20);
    const send = (): number => sendmsg(caller.number, { data: piece, flags: MSG_DONTWAIT });
    let sent = 0;
    assert.throws(() => { for (;;) sent += send(); }, { code: "EAGAIN" });
    assert.ok(sent > 0);
  });
});

test("a listening socket that failed leaves nothing open", () => {
  withoutLeak(() => {
    assert.throws(() => listenOn({ host: "192.0.2.1", port: 0 }), { code: "EADDRNOTAVAIL" });
    assert.throws(() => listenOn("/nowhere/door.sock"), { code: "ENOENT" });
    assert.throws(() => connectTo("/nowhere/door.sock"), { code: "ENOENT" });
  });
});

test("a socket of one family says so, and takes its address as given back", (t) => {
  if (noIPv6) return skip(t, noIPv6);
  const fd = socket(AF_INET6, SOCK_STREAM);
  bind(fd, { host: "::1", port: 0, flow: 0, scope: 0 });
  listen(fd);
  const caller = socket(AF_INET6, SOCK_STREAM);
  connect(caller, getsockname(fd));
  const callee = accept(fd);
  write(callee, "x");
  assert.equal(read(caller, new Uint8Array(2)), 1);
  [fd, caller, callee].forEach(close);
});
