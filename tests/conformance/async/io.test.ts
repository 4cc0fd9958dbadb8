/** read, write and their kin without blocking the event loop: pipes, files, terminals, sockets, buffers that go away. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  close, EFD_NONBLOCK, eventfd, eventfd_readAsync, eventfd_writeAsync, Fd, getrlimit, memfd_create, O_CREAT, O_DIRECTORY, O_NONBLOCK, O_RDONLY, O_RDWR, open, pipe2, preadAsync, pwriteAsync, read,
  readAsync, readvAsync, RLIMIT_NOFILE, socketpair, write, writeAll, writeAllAsync, writeAsync, writevAsync,
} from "../../../lib/core/mod.ts";
import { allocate, loadMore } from "../../../lib/ffi/mod.ts";
import { outcome, ticking } from "../../helpers/async.ts";
import { inFolder } from "../../helpers/descriptors.ts";
import { skip } from "../../helpers/skip.ts";

const text = (bytes: Uint8Array, length: number): string => new TextDecoder().decode(bytes.subarray(0, length));
const BIG = 1_000_000; // more than a pipe and a socket hold

/** Kinds of descriptor that wait for something to read: each a pair of a reading and a writing end. */
const pairs: [name: string, make: () => readonly [r: number, w: number]][] = [
  ["a pipe that blocks", () => pipe2()],
  ["a pipe that does not block", () => pipe2(O_NONBLOCK)],
  ["a socket that blocks", () => socketpair()],
  ["a socket that does not block", () => socketpair(1, 1 | O_NONBLOCK)],
];

for (const [name, make] of pairs) {
  test(`${name}: what is there is read, what comes is waited for, the end is 0`, async () => {
    const [r, w] = make();
    const buffer = new Uint8Array(8);
    write(w, "now");
    assert.equal(text(buffer, await readAsync(r, buffer)), "now");
    const later = readAsync(r, buffer);
    await ticking(3);
    write(w, "later");
    assert.equal(text(buffer, await later), "later");
    const end = readAsync(r, buffer);
    close(w);
    assert.equal(await end, 0);
    close(r);
  });

  test(`${name}: an abort takes nothing; before the call it makes none; afterwards it changes nothing`, async () => {
    const [r, w] = make();
    const buffer = new Uint8Array(8);
    const controller = new AbortController();
    const given = outcome(readAsync(r, buffer, { signal: controller.signal }));
    await ticking(2);
    controller.abort();
    assert.equal(await given, "AbortError");
    write(w, "kept");
    assert.equal(await outcome(readAsync(r, buffer, { signal: controller.signal })), "AbortError");
    const late = new AbortController();
    const there = readAsync(r, buffer, { signal: late.signal });
    late.abort();
    assert.equal(text(buffer, await there), "kept");
    [r, w].forEach(close);
  });

  test(`${name}: writeAllAsync waits for room until all is written, the loop goes on`, async () => {
    const [r, w] = make();
    const data = new Uint8Array(BIG).map((_, i) => i % 251);
    let done = false;
    const writing = writeAllAsync(w, data).then(() => { done = true; });
    await ticking(3);
    assert.equal(done, false);
    const got = new Uint8Array(BIG);
    for (let at = 0; at < BIG; ) at += await readAsync(r, got.subarray(at));
    await writing;
    assert.deepEqual(got, data);
    [r, w].forEach(close);
  });

  test(`${name}: nobody reads any more: EPIPE`, async () => {
    const [r, w] = make();
    const writing = outcome(writeAllAsync(w, new Uint8Array(BIG)));
    await ticking(2);
    close(r);
    assert.equal(await writing, "EPIPE");
    close(w);
  });
}

test("a descriptor that blocks: writeAsync writes all; one that does not: what there is room for", async () => {
  const [r, w] = pipe2();
  const writing = writeAsync(w, new Uint8Array(200_000));
  for (let left = 200_000; left > 0; ) left -= await readAsync(r, new Uint8Array(65_536));
  assert.equal(await writing, 200_000);
  const [r2, w2] = pipe2(O_NONBLOCK);
  assert.equal(await writeAsync(w2, new Uint8Array(200_000)), 65_536);
  [r, w, r2, w2].forEach(close);
});

test("an abort after a part was written gives that part", async () => {
  const [r, w] = pipe2();
  const controller = new AbortController();
  const writing = writeAsync(w, new Uint8Array(200_000), { signal: controller.signal });
  await ticking(3);
  controller.abort();
  assert.equal(await writing, 65_536);
  [r, w].forEach(close);
});

test("lengths: less than the buffer, none at all, more than there is", async () => {
  const [r, w] = pipe2();
  assert.equal(await writeAsync(w, "abcdef", 4), 4);
  const buffer = new Uint8Array(8);
  assert.equal(await readAsync(r, buffer, 3), 3);
  assert.equal(await readAsync(r, buffer, 0), 0);
  assert.equal(await readAsync(r, buffer), 1);
  assert.equal(await writeAsync(w, ""), 0);
  assert.equal(await outcome(readAsync(r, buffer, 9)), "ERR_OUT_OF_RANGE");
  [r, w].forEach(close);
});

test("regular files: all that is asked for up to the end, at the description's offset and at another", async () => {
  let file = -1;
  inFolder((folder) => { file = open(`${folder}/file`, O_RDWR | O_CREAT); });
  const data = new Uint8Array(300_000).map((_, i) => i % 251);
  assert.equal(await writeAsync(file, data), data.length);
  const got = new Uint8Array(400_000);
  assert.equal(await preadAsync(file, got, 0), data.length);
  assert.deepEqual(got.subarray(0, data.length), data);
  assert.equal(await preadAsync(file, got.subarray(0, 10), 299_995), 5);
  assert.equal(await pwriteAsync(file, "here", 7), 4);
  assert.equal(await preadAsync(file, got.subarray(0, 4), 7), 4);
  assert.equal(text(got, 4), "here");
  assert.equal(await readAsync(file, got), 0);
  close(file);
});

test("a file in memory, whose reads no flag keeps from waiting, goes by a thread", async () => {
  const fd = memfd_create("note");
  assert.equal(await writeAsync(fd, "hello"), 5);
  const buffer = new Uint8Array(9);
  assert.equal(await preadAsync(fd, buffer, 2), 3);
  assert.equal(text(buffer, 3), "llo");
  close(fd);
});

test("a terminal, which RWF_NOWAIT does not know: waited for, read, aborted", async (t) => {
  const master = ptmx();
  if (master === undefined) return skip(t, "needs /dev/ptmx");
  const buffer = new Uint8Array(64);
  const reading = readAsync(master.fd, buffer);
  await ticking(2);
  write(master.slave, "typed");
  assert.equal(text(buffer, await reading), "typed");
  const controller = new AbortController();
  const given = outcome(readAsync(master.slave, buffer, { signal: controller.signal }));
  await ticking(2);
  controller.abort();
  assert.equal(await given, "AbortError");
  [master.fd, master.slave].forEach(close);
});

/** A pseudoterminal's two ends. */
function ptmx(): { fd: number; slave: number } | undefined {
  const { ioctl } = loadMore({ ioctl: { args: ["i32", "usize", "ptr"], result: "i32" } });
  try {
    const fd = open("/dev/ptmx", O_RDWR | 0o400);
    ioctl(fd, 0x40045431, allocate(4).address); // TIOCSPTLCK: unlocks the slave
    const slave = ioctl(fd, 0x5441, O_RDWR | 0o400); // TIOCGPTPEER
    return slave < 0 ? undefined : { fd, slave };
  } catch {
    return undefined;
  }
}

test("a thread that waits for what another took first can be aborted", async () => {
  const [r, w] = pipe2();
  const buffer = new Uint8Array(8);
  const controller = new AbortController();
  const waits = Array.from({ length: 6 }, () => outcome(readAsync(r, buffer, { signal: controller.signal })));
  await ticking(2);
  write(w, "x"); // all six are told, one gets it
  await Promise.race(waits);
  await ticking(3);
  controller.abort();
  const ends = await Promise.all(waits);
  assert.deepEqual(ends.map(String).sort(), ["1", ...Array<string>(5).fill("AbortError")]);
  [r, w].forEach(close);
});

for (const [name, spoil] of [
  ["transferred", (buffer: ArrayBuffer) => { structuredClone(buffer, { transfer: [buffer] }); }],
  ["resized", (buffer: ArrayBuffer) => { (buffer as unknown as { resize(length: number): void }).resize(2); }],
] as const) {
  test(`a buffer that is ${name} while the call waits is refused when something comes; nothing is written into it`, async () => {
    const [r, w] = pipe2();
    const buffer = Reflect.construct(ArrayBuffer, [64, { maxByteLength: 64 }]) as ArrayBuffer;
    const reading = outcome(readAsync(r, new Uint8Array(buffer, 8, 32)));
    await ticking(2);
    spoil(buffer);
    write(w, "x".repeat(32));
    assert.equal(await reading, "ERR_INVALID_ARG_VALUE");
    const memory = memfd_create("x");
    write(memory, "12345678");
    const other = Reflect.construct(ArrayBuffer, [64, { maxByteLength: 64 }]) as ArrayBuffer;
    const byThread = outcome(preadAsync(memory, new Uint8Array(other, 8, 32), 0));
    spoil(other);
    assert.equal(await byThread, "ERR_INVALID_ARG_VALUE");
    [r, w, memory].forEach(close);
  });
}

test("readv fills its buffers in turn, writev sends its pieces; both by a thread too", async () => {
  const [r, w] = pipe2();
  const [head, body] = [new Uint8Array(4), new Uint8Array(9)];
  const reading = readvAsync(r, [head, new Uint8Array(0), body]);
  await ticking(1);
  assert.equal(await writevAsync(w, ["headb", "", new Uint8Array([111, 100, 121])]), 8);
  assert.equal(await reading, 8);
  assert.deepEqual([text(head, 4), text(body, 4)], ["head", "body"]);
  const memory = memfd_create("vector");
  assert.equal(await writevAsync(memory, ["12", "345"]), 5);
  using again = Fd.open(`/proc/self/fd/${memory}`, O_RDONLY);
  assert.equal(await readvAsync(again.number, [head.subarray(0, 3), body.subarray(0, 9)]), 5);
  assert.deepEqual([text(head, 3), text(body, 2)], ["123", "45"]);
  [r, w, memory].forEach(close);
});

test("errors are those of the call, and come as rejections", async () => {
  const directory = open("/", O_RDONLY | O_DIRECTORY);
  assert.equal(await outcome(readAsync(directory, new Uint8Array(1))), "EISDIR");
  assert.equal(await outcome(writeAsync(directory, "x")), "EBADF");
  const [r, w] = pipe2();
  assert.equal(await outcome(preadAsync(r, new Uint8Array(1), 0)), "ESPIPE");
  assert.equal(await outcome(readAsync(w, new Uint8Array(1))), "EBADF");
  const closing = outcome(readAsync(r, new Uint8Array(1)));
  await ticking(1);
  close(r);
  assert.equal(await closing, "EBADF");
  assert.equal(await outcome(readAsync(-1, new Uint8Array(1))), "ERR_OUT_OF_RANGE");
  assert.equal(await outcome(readAsync(r, new Uint8Array(1), { signal: 5 as never })), "ERR_INVALID_ARG_TYPE");
  await assert.rejects(readAsync(999_999, new Uint8Array(1)), { syscall: "read", message: "read(999999, 1): EBADF, Bad file descriptor" });
  [w, directory].forEach(close);
});

test("an owned descriptor's own forms", async () => {
  const { read: r, write: w } = Fd.pipe();
  const reading = r.readAsync(new Uint8Array(2));
  await w.writeAllAsync("a");
  assert.equal(await reading, 1);
  assert.equal(await w.writeAsync("bc"), 2);
  w.writeAll("d");
  assert.equal(await r.readAsync(new Uint8Array(9)), 3);
  r.close();
  assert.equal(await outcome(r.readAsync(new Uint8Array(1))), "ERR_FD_RELEASED");
  w.close();
});

for (const flags of [0, EFD_NONBLOCK]) {
  test(`eventfd, flags ${flags}: a read waits for a value, a write for room`, async () => {
    const bell = eventfd(0, flags);
    const value = eventfd_readAsync(bell);
    await ticking(2);
    await eventfd_writeAsync(bell, 7);
    assert.equal(await value, 7);
    const almost = new BigUint64Array([0xfffffffffffffffen]); // the most it holds
    writeAll(bell, almost);
    const full = eventfd_writeAsync(bell, 5);
    await ticking(3);
    read(bell, almost);
    await full;
    assert.equal(await eventfd_readAsync(bell), 5);
    close(bell);
  });
}

test("many waits at once: 1,000 pipes, each gets its own byte, no thread for each", async () => {
  const { soft } = getrlimit(RLIMIT_NOFILE);
  const pipes = Array.from({ length: Math.min(1000, Math.floor((Number(soft) - 200) / 2)) }, () => pipe2());
  const waits = pipes.map(async ([r], i) => {
    const byte = new Uint8Array(2);
    assert.equal(await readAsync(r, byte), 2);
    return (byte[0] ?? 0) + 256 * (byte[1] ?? 0) === i;
  });
  await ticking(1);
  for (const [i, [, w]] of [...pipes.entries()].reverse()) write(w, new Uint8Array([i & 255, i >> 8]));
  assert.ok((await Promise.all(waits)).every(Boolean));
  pipes.flat().forEach(close);
});
