/** The two ways in which an asynchronous call waits: on a thread of its own, and in the one set that is polled for all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callAsync } from "../../../lib/core/async/call.ts";
import { ready } from "../../../lib/core/async/ready.ts";
import {
  close, close_range, dup2, EFD_NONBLOCK, EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, eventfd, eventfd_write, getpid, getresuid, O_RDONLY, open, pipe2, proc, read, setresuid,
  signalReceivers, write,
} from "../../../lib/core/mod.ts";
import { syscallNumber } from "../../../lib/ffi/constants/syscall.ts";
import { allocate } from "../../../lib/ffi/mod.ts";
import { asker, callThreadStates, eventually, outcome, sleepsIn } from "../../helpers/async.ts";
import { runFixture, runForJson } from "../../helpers/run_fixture.ts";

const READ = syscallNumber("read");
const room = allocate(8);
const readCounter = (fd: number, signal?: AbortSignal): Promise<number> => callAsync("read", [fd, room.address, 8], asker(signal));

test("a call on a thread gives what the kernel gives", async () => {
  assert.equal(await callAsync("getpid", [], asker()), getpid());
});

test("six arguments arrive", async () => {
  const bytes = allocate(16);
  const [r, w] = pipe2();
  write(w, "123456");
  // splice(r, NULL, w2, NULL, 6, 0): all six are used
  const [r2, w2] = pipe2();
  assert.equal(await callAsync("splice", [r, 0, w2, 0, 6, 0], asker()), 6);
  assert.equal(read(r2, bytes.bytes), 6);
  [r, w, r2, w2].forEach(close);
});

test("a failed call rejects with its errno, in the name of its asker", async () => {
  await assert.rejects(callAsync("read", [999_999, room.address, 8], { call: "readAsync", args: [999_999], signal: undefined }), {
    name: "SystemError", code: "EBADF", syscall: "readAsync", message: "readAsync(999999): EBADF, Bad file descriptor",
  });
});

test("the event loop goes on while a call waits", async () => {
  const bell = eventfd();
  let ticks = 0;
  const ticking = setInterval(() => { if (++ticks === 5) eventfd_write(bell, 3); }, 1);
  assert.equal(await readCounter(bell), 8);
  clearInterval(ticking);
  assert.equal(room.u64(0), 3);
  assert.ok(ticks >= 5, `${ticks} ticks`);
  close(bell);
});

test("an abort ends a call that sleeps, with the signal's reason; nothing is taken", async () => {
  const bell = eventfd();
  const controller = new AbortController();
  const waiting = readCounter(bell, controller.signal);
  await sleepsIn(READ);
  controller.abort(new RangeError("enough"));
  assert.equal(await outcome(waiting), "RangeError");
  eventfd_write(bell, 9);
  assert.equal(await readCounter(bell), 8);
  assert.equal(room.u64(0), 9);
  close(bell);
});

test("an abort that comes before the call, at any moment of its start, ends it", async () => {
  const bell = eventfd();
  const outcomes = new Set<unknown>();
  for (let i = 0; i < 400; i++) {
    const controller = new AbortController();
    const waiting = outcome(readCounter(bell, controller.signal));
    for (const end = performance.now() + (i % 20) / 200; performance.now() < end; );
    controller.abort();
    outcomes.add(await waiting);
  }
  assert.deepEqual([...outcomes], ["AbortError"]);
  close(bell);
});

test("a result that came first stands, whatever is aborted after", async () => {
  const bell = eventfd(5);
  const controller = new AbortController();
  const waiting = readCounter(bell, controller.signal);
  await eventually(() => !callThreadStates().includes("R") && proc.readFile(`self/fdinfo/${bell}`).includes("eventfd-count:                0"));
  controller.abort();
  assert.equal(await waiting, 8);
  close(bell);
});

test("a signal that a call was not told of leaves it waiting: setresuid interrupts all threads", async () => {
  const bell = eventfd();
  const waiting = readCounter(bell);
  await sleepsIn(READ);
  const { real, effective, saved } = getresuid();
  setresuid(real, effective, saved);
  eventfd_write(bell, 1);
  assert.equal(await waiting, 8);
  close(bell);
});

test("threads are used again; not more than eight are kept idle, besides the one that polls", async () => {
  const bell = eventfd();
  const controller = new AbortController();
  const waiting = Array.from({ length: 40 }, () => outcome(readCounter(bell, controller.signal)));
  await sleepsIn(READ, 40);
  controller.abort();
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(["AbortError"]));
  await eventually(() => callThreadStates().length <= 9);
  for (let i = 0; i < 100; i++) await callAsync("getpid", [], asker());
  assert.ok(callThreadStates().length <= 9);
  close(bell);
});

test("a call thread blocks every signal that a program can have", async () => {
  await callAsync("getpid", [], asker());
  const open = (signal: number): boolean => signalReceivers([signal]).some(({ name }) => name === "fs-call");
  const blockable = Array.from({ length: 64 }, (_, i) => i + 1).filter((signal) => ![9, 19, 32, 33].includes(signal));
  assert.deepEqual(blockable.filter(open), []);
});

test("more calls than there may be threads are refused with EAGAIN, and the others go on", async () => {
  assert.deepEqual(await runForJson("async_cases", ["too many"], { deadline: 60_000 }), { refused: "EAGAIN", aborted: 1024 });
});

test("ready: a descriptor that has something to read, one with room to write, one whose other end is gone", async () => {
  const [r, w] = pipe2();
  assert.equal(await ready(w, EPOLLOUT, asker()), EPOLLOUT);
  const waiting = ready(r, EPOLLIN, asker());
  write(w, "x");
  assert.equal(await waiting, EPOLLIN);
  read(r, new Uint8Array(1));
  const hungUp = ready(r, EPOLLIN, asker());
  close(w);
  assert.equal(await hungUp, EPOLLHUP);
  const [r2, w2] = pipe2();
  const broken = ready(w2, 0, asker());
  close(r2);
  assert.equal(await broken, EPOLLERR);
  [r, w2].forEach(close);
});

test("ready: several waits for one descriptor, each for its own events", async () => {
  const bell = eventfd(0, EFD_NONBLOCK);
  const order: string[] = [];
  const both = [ready(bell, EPOLLIN, asker()).then(() => order.push("in")), ready(bell, EPOLLOUT, asker()).then(() => order.push("out"))];
  await both[1];
  eventfd_write(bell, 1);
  await Promise.all(both);
  assert.deepEqual(order, ["out", "in"]);
  close(bell);
});

test("ready: an abort takes one wait away and leaves the other", async () => {
  const [r, w] = pipe2();
  const controller = new AbortController();
  const given = outcome(ready(r, EPOLLIN, asker(controller.signal)));
  const kept = ready(r, EPOLLIN, asker());
  controller.abort();
  assert.equal(await given, "AbortError");
  write(w, "x");
  assert.equal(await kept, EPOLLIN);
  [r, w].forEach(close);
});

test("ready: a file is ready at once, what is not open fails", async () => {
  const file = open("/etc/passwd", O_RDONLY);
  assert.equal(await ready(file, EPOLLIN, asker()), EPOLLIN);
  close(file);
  assert.equal(await outcome(ready(file, EPOLLIN, asker())), "EBADF");
});

for (const [how, end] of [
  ["close", (fd: number) => close(fd)],
  ["dup2 onto it", (fd: number) => dup2(2, fd)],
  ["close_range", (fd: number) => close_range(fd, fd)],
] as const) {
  test(`ready: ends with EBADF when its descriptor goes by ${how}; the number's next meaning is waited for anew`, async () => {
    const [r, w] = pipe2();
    const waiting = outcome(ready(r, EPOLLIN, asker()));
    end(r);
    assert.equal(await waiting, "EBADF");
    const [r2, w2] = pipe2();
    dup2(r2, r);
    const again = ready(r, EPOLLIN, asker());
    write(w2, "x");
    assert.equal(await again, EPOLLIN);
    new Set([r, w, r2, w2]).forEach((fd) => close(fd));
  });
}

test("ready: goes on when the set itself is closed", async () => {
  assert.deepEqual(await runForJson("async_cases", ["set closed"]), { closed: true, revents: EPOLLIN });
});

test("pending calls keep the program alive, and nothing else does", async () => {
  assert.deepEqual(await runForJson("async_cases", ["alive"]), ["timer", "read", "ready"]);
  assert.equal((await runFixture("async_cases", ["idle"])).stdout, "1\n");
});

test("a program may end with calls pending", async () => {
  const ran = await runFixture("async_cases", ["exit"]);
  assert.deepEqual({ code: ran.code, signal: ran.signal, stderr: ran.stderr }, { code: 5, signal: undefined, stderr: "" });
});

test("fork beside pending calls: the child runs and ends by itself, the calls go on", async () => {
  assert.deepEqual(await runForJson("async_cases", ["fork"], { deadline: 60_000 }), { children: [3], results: [8, 8, 8, 1] });
});

test("fork amid a stream of results: no child hangs", async () => {
  assert.deepEqual(await runForJson("async_cases", ["storm"], { deadline: 120_000 }), [3]);
});

test("in a forked child asynchronous calls are refused, and the signal means again what it meant", async () => {
  assert.deepEqual(await runForJson("async_cases", ["child"]), { refused: "ERR_NO_EVENT_LOOP", ended: 64 });
});
