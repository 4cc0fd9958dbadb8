/** Sockets without blocking the event loop: connections, messages, descriptors. */
import assert from "node:assert/strict";
import { createConnection, createServer } from "node:net";
import { test } from "node:test";
import {
  accept, accept4Async, acceptAsync, acceptFromAsync, AF_INET, AF_UNIX, bind, close, connect, connectAsync, connectToAsync, F_GETFD, F_GETFL, Fd, fcntl, fdPair, getsockname, listen, listenOn,
  MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, O_NONBLOCK, read, receiveDescriptorAsync, recvmmsgAsync, recvmsg, recvmsgAsync, sendDescriptorAsync, sendmsg, sendmsgAsync, shutdown, SOCK_CLOEXEC,
  SOCK_DGRAM, SOCK_NONBLOCK, SOCK_SEQPACKET, SOCK_STREAM, socket, socketpair, write,
} from "../../../lib/core/mod.ts";
import { outcome, ticking } from "../../helpers/async.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A listening socket with these flags and this backlog, and its address. */
function door(flags = 0, backlog = 8): { fd: number; address: string } {
  const fd = socket(AF_UNIX, SOCK_STREAM | flags);
  bind(fd, "");
  listen(fd, backlog);
  return { fd, address: getsockname(fd) as string };
}

for (const [name, flags] of [["that blocks", 0], ["that does not block", SOCK_NONBLOCK]] as const) {
  test(`a listening socket ${name}: a caller is waited for, an abort takes none`, async () => {
    const { fd, address } = door(flags);
    const controller = new AbortController();
    const given = outcome(acceptAsync(fd, { signal: controller.signal }));
    const kept = accept4Async(fd, SOCK_CLOEXEC);
    await ticking(2);
    controller.abort();
    assert.equal(await given, "AbortError");
    const caller = socket(AF_UNIX, SOCK_STREAM | flags);
    await connectAsync(caller, address);
    const callee = await kept;
    assert.equal(fcntl(callee, F_GETFD), 1);
    write(caller, "hi");
    assert.equal(read(callee, new Uint8Array(8)), 2);
    assert.equal(fcntl(fd, F_GETFL) & O_NONBLOCK, flags);
    [fd, caller, callee].forEach(close);
  });

  test(`a socket ${name} waits for a backlog that is full, and can give up`, async () => {
    const { fd, address } = door(0, 0);
    const waiting = socket(AF_UNIX, SOCK_STREAM);
    connect(waiting, address);
    const caller = socket(AF_UNIX, SOCK_STREAM | flags);
    const controller = new AbortController();
    const given = outcome(connectAsync(caller, address, { signal: controller.signal }));
    await ticking(3);
    controller.abort();
    assert.equal(await given, "AbortError");
    const connecting = connectAsync(caller, address);
    await ticking(2);
    const first = await acceptAsync(fd);
    await connecting;
    const second = await acceptAsync(fd);
    [fd, waiting, caller, first, second].forEach(close);
  });

  test(`an IPv4 socket ${name}: connected, and refused where nobody listens`, async () => {
    using server = listenOn({ host: "127.0.0.1", port: 0 });
    const address = getsockname(server.number);
    const caller = socket(AF_INET, SOCK_STREAM | flags);
    const accepting = acceptFromAsync(server);
    await connectAsync(caller, address);
    using callee = (await accepting).fd;
    assert.deepEqual((await accepting).from, getsockname(caller));
    server.close();
    const refused = socket(AF_INET, SOCK_STREAM | flags);
    assert.equal(await outcome(connectAsync(refused, address)), "ECONNREFUSED");
    [caller, refused].forEach(close);
    assert.equal(callee.isOpen, true);
  });

  test(`a socket ${name}: messages with descriptors are waited for`, async () => {
    const [a, b] = socketpair(AF_UNIX, SOCK_STREAM | flags);
    const waiting = recvmsgAsync(b);
    await ticking(2);
    assert.equal(await sendmsgAsync(a, { data: "with", fds: [1, 2] }), 4);
    const message = await waiting;
    assert.equal(text(message.data), "with");
    assert.deepEqual(message.fds.map(({ cloexec }) => cloexec), [true, true]);
    message.fds.forEach((fd) => fd.close());
    const controller = new AbortController();
    const given = outcome(recvmsgAsync(b, { signal: controller.signal }));
    await ticking(1);
    controller.abort();
    assert.equal(await given, "AbortError");
    const end = recvmsgAsync(b);
    close(a);
    assert.equal((await end).data.length, 0);
    close(b);
  });

  test(`a socket ${name}: sending waits for room, an abort sends nothing more`, async () => {
    const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET | flags);
    let sent = 0;
    while (await outcome(sendmsgAsync(a, { data: "x".repeat(1000), flags: MSG_DONTWAIT })) === 1000) sent += 1;
    const controller = new AbortController();
    const given = outcome(sendmsgAsync(a, { data: "given up" }, { signal: controller.signal }));
    const kept = sendmsgAsync(a, { data: "kept" });
    await ticking(2);
    controller.abort();
    assert.equal(await given, "AbortError");
    for (let i = 0; i < sent; i++) assert.equal((await recvmsgAsync(b)).data.length, 1000);
    assert.equal(await kept, 4);
    assert.equal(text((await recvmsgAsync(b)).data), "kept");
    [a, b].forEach(close);
  });
}

test("two wait for one caller: one gets it, the other goes on waiting and can be aborted", async () => {
  const { fd, address } = door();
  const controllers = [new AbortController(), new AbortController()];
  const waits = controllers.map(({ signal }) => outcome(acceptAsync(fd, { signal })));
  await ticking(2);
  const caller = socket(AF_UNIX, SOCK_STREAM);
  connect(caller, address);
  await Promise.race(waits);
  await ticking(2);
  controllers.forEach((controller) => controller.abort());
  const ends = await Promise.all(waits);
  assert.equal(ends.filter((end) => end === "AbortError").length, 1);
  [fd, caller, ...ends.filter((end) => typeof end === "number")].forEach(close);
});

test("another process's accept is not disturbed: a caller that is taken meanwhile is waited for no more", async () => {
  const { fd, address } = door();
  const waiting = acceptAsync(fd);
  await ticking(2);
  const [first, second] = [socket(AF_UNIX, SOCK_STREAM), socket(AF_UNIX, SOCK_STREAM)];
  connect(first, address);
  const taken = accept(fd); // at once, before the loop hears of it
  await ticking(3);
  connect(second, address);
  const callee = await waiting;
  [fd, first, second, taken, callee].forEach(close);
});

test("MSG_DONTWAIT does not wait; MSG_PEEK leaves what came; MSG_WAITALL waits for all of it or the end", async () => {
  const [a, b] = socketpair();
  assert.equal(await outcome(recvmsgAsync(b, { flags: MSG_DONTWAIT })), "EAGAIN");
  const peeking = recvmsgAsync(b, { flags: MSG_PEEK });
  await ticking(1);
  write(a, "abc");
  assert.equal(text((await peeking).data), "abc");
  const all = recvmsgAsync(b, { bytes: 8, flags: MSG_WAITALL });
  await ticking(2);
  write(a, "defghij");
  assert.equal(text((await all).data), "abcdefgh");
  const rest = recvmsgAsync(b, { bytes: 100, flags: MSG_WAITALL });
  await ticking(1);
  shutdown(a, 1);
  assert.equal(text((await rest).data), "ij");
  [a, b].forEach(close);
});

test("what is received is settled at the call: a wrong option is refused with a type, a later change of the options means nothing", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
  for (const receive of [recvmsgAsync, recvmmsgAsync]) for (const flags of [Object.create(null), 1n]) assert.equal(await outcome(receive(b, { flags: flags as never })), "ERR_INVALID_ARG_TYPE");
  const options = { bytes: 3 };
  const waiting = recvmsgAsync(b, options);
  await ticking(1);
  options.bytes = -1;
  write(a, "abcdef");
  assert.equal(text((await waiting).data), "abc");
  [a, b].forEach(close);
});

test("a datagram socket that is not connected waits for a receiver that is full", async () => {
  const [receiver, sender] = [socket(AF_UNIX, SOCK_DGRAM), socket(AF_UNIX, SOCK_DGRAM)];
  bind(receiver, "");
  const to = getsockname(receiver);
  let sent = 0;
  while (await outcome(sendmsgAsync(sender, { data: "x", to, flags: MSG_DONTWAIT })) === 1) sent += 1;
  const waiting = sendmsgAsync(sender, { data: "last", to });
  await ticking(2);
  for (let i = 0; i < sent; i++) recvmsg(receiver);
  assert.equal(await waiting, 4);
  assert.equal(text((await recvmsgAsync(receiver)).data), "last");
  [receiver, sender].forEach(close);
});

test("one descriptor is handed over and waited for; no descriptor came", async () => {
  const [a, b] = fdPair();
  const waiting = receiveDescriptorAsync(b);
  await ticking(1);
  await sendDescriptorAsync(a, 1);
  using copy = await waiting;
  assert.ok(copy instanceof Fd && copy.cloexec);
  const nothing = outcome(receiveDescriptorAsync(b));
  a.write("x");
  assert.equal(await nothing, "ERR_NO_DESCRIPTOR");
  const ended = outcome(receiveDescriptorAsync(b));
  a.close();
  assert.equal(await ended, "ERR_NO_DESCRIPTOR");
  b.close();
});

test("errors are those of the calls, and come as rejections", async () => {
  const [a, b] = socketpair();
  assert.equal(await outcome(acceptAsync(a)), "EINVAL");
  assert.equal(await outcome(accept4Async(a, 1)), "ERR_OUT_OF_RANGE");
  assert.equal(await outcome(acceptAsync(0)), "ENOTSOCK");
  const { fd: open, address } = door();
  assert.equal(await outcome(connectAsync(a, address)), "EISCONN");
  close(open);
  assert.equal(await outcome(connectToAsync("@nobody-listens-here")), "ECONNREFUSED");
  assert.equal(await outcome(connectToAsync("/nowhere/at/all")), "ENOENT");
  assert.equal(await outcome(sendmsgAsync(a, { data: "", fds: [1] })), "ERR_OUT_OF_RANGE");
  assert.equal(await outcome(sendmsgAsync(a, { data: "x", fds: [999_999] })), "EBADF");
  assert.equal(await outcome(recvmsgAsync(a, { bytes: -1 })), "ERR_OUT_OF_RANGE");
  assert.equal(await outcome(recvmsgAsync(b, { signal: AbortSignal.abort() })), "AbortError");
  sendmsg(a, { data: "x", fds: [1, 2] });
  assert.equal(await outcome(recvmsgAsync(b, { maxFds: 1 })), "ERR_CONTROL_TRUNCATED");
  const closing = outcome(recvmsgAsync(b));
  await ticking(1);
  close(b);
  assert.equal(await closing, "EBADF");
  assert.equal(await outcome(sendmsgAsync(a, { data: "x" })), "EPIPE");
  close(a);
});

test("the runtime's own sockets go on beside all that", async () => {
  const server = createServer((connection) => connection.end("from the runtime"));
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const { port } = server.address() as { port: number };
  using ours = await connectToAsync({ host: "127.0.0.1", port });
  const theirs = new Promise<string>((resolve) => {
    let got = "";
    createConnection(port, "127.0.0.1").on("data", (piece) => { got += String(piece); }).on("end", () => resolve(got));
  });
  const buffer = new Uint8Array(64);
  assert.equal(text(buffer.subarray(0, await ours.readAsync(buffer))), "from the runtime");
  assert.equal(await theirs, "from the runtime");
  ours.close();
  await new Promise((resolve) => { server.close(resolve); });
});
