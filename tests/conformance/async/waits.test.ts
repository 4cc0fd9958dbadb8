/** FIFOs, locks, polls and timers waited for without blocking the event loop. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  close, Epoll, EPOLLIN, epoll_waitAsync, EventFd, eventfd, F_GETLK, F_OFD_GETLK, F_OFD_SETLKW, F_RDLCK, F_SETLKW, F_UNLCK, F_WRLCK, Fd, fcntlLockAsync, flock, flockAsync, LOCK_EX, LOCK_NB,
  LOCK_SH, LOCK_UN, lockFile, lockFileAsync, mkfifo, O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, open, openAsync, openatAsync, pipe2, pollAsync, POLLHUP, POLLIN, POLLNVAL, POLLOUT, read,
  TimerFd, write,
} from "../../../lib/core/mod.ts";
import { outcome, ticking } from "../../helpers/async.ts";
import { inFolder } from "../../helpers/descriptors.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

/** Two open file descriptions of one new file. */
function twice(): [Fd, Fd] {
  let both: [Fd, Fd] | undefined;
  inFolder((folder) => { both = [Fd.open(`${folder}/file`, O_RDWR | O_CREAT), Fd.open(`${folder}/file`, O_RDWR)]; });
  if (!both) throw new Error("no folder");
  return both;
}

async function inFolderAsync(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-test-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("opening a FIFO waits for the other end, while the loop goes on", () => inFolderAsync(async (folder) => {
  const path = `${folder}/fifo`;
  mkfifo(path, 0o600);
  let reader = -1;
  const opening = openAsync(path, O_RDONLY).then((fd) => { reader = fd; });
  await ticking(3);
  assert.equal(reader, -1);
  const writer = await openAsync(path, O_WRONLY);
  await opening;
  write(writer, "hi");
  assert.equal(read(reader, new Uint8Array(8)), 2);
  [reader, writer].forEach(close);
}));

test("an abort ends the opening of a FIFO, and leaves none open: the other end finds nobody", () => inFolderAsync(async (folder) => {
  const path = `${folder}/fifo`;
  mkfifo(path, 0o600);
  const controller = new AbortController();
  const given = outcome(openAsync(path, O_RDONLY, { signal: controller.signal }));
  await ticking(3);
  controller.abort();
  assert.equal(await given, "AbortError");
  assert.equal(await outcome(openAsync(path, O_WRONLY | O_NONBLOCK)), "ENXIO");
}));

test("open and openat: modes, errors", () => inFolderAsync(async (folder) => {
  close(await openAsync(`${folder}/made`, O_RDWR | O_CREAT, 0o640));
  const directory = open(folder, O_RDONLY);
  const fd = await openatAsync(directory, "made", O_RDONLY);
  assert.equal(await outcome(openatAsync(directory, "none", O_RDONLY)), "ENOENT");
  assert.equal(await outcome(openAsync(`${folder}/none/none`, O_RDONLY, 0o600, {})), "ENOENT");
  assert.equal(await outcome(openAsync("a\0b", O_RDONLY)), "ERR_INVALID_ARG_VALUE");
  [fd, directory].forEach(close);
}));

test("flock: waits for its turn; shared locks do not wait for each other; LOCK_NB does not wait", async () => {
  const [a, b] = twice();
  await flockAsync(a.number, LOCK_EX);
  assert.equal(await outcome(flockAsync(b.number, LOCK_EX | LOCK_NB)), "EAGAIN");
  let taken = false;
  const waiting = flockAsync(b.number, LOCK_SH).then(() => { taken = true; });
  await ticking(3);
  assert.equal(taken, false);
  await flockAsync(a.number, LOCK_UN);
  await waiting;
  await flockAsync(a.number, LOCK_SH);
  [a, b].forEach((fd) => fd.close());
});

test("flock: an abort takes no lock afterwards", async () => {
  const [a, b] = twice();
  flock(a.number, LOCK_EX);
  const controller = new AbortController();
  const given = outcome(flockAsync(b.number, LOCK_EX, { signal: controller.signal }));
  await ticking(3);
  controller.abort();
  assert.equal(await given, "AbortError");
  flock(a.number, LOCK_UN);
  await ticking(2);
  flock(a.number, LOCK_EX | LOCK_NB);
  [a, b].forEach((fd) => fd.close());
});

test("locks of open file descriptions: waits, asks, is refused, is let go", async () => {
  const [a, b] = twice();
  assert.equal(await fcntlLockAsync(a.number, F_OFD_SETLKW, { type: F_WRLCK, start: 10, length: 10 }), undefined);
  const held = await fcntlLockAsync(b.number, F_OFD_GETLK, { type: F_RDLCK, start: 0, length: 100 });
  assert.deepEqual([held?.start, held?.length, held?.type], [10, 10, F_WRLCK]);
  await fcntlLockAsync(b.number, F_OFD_SETLKW, { type: F_WRLCK, start: 20, length: 5 });
  const waiting = fcntlLockAsync(b.number, F_OFD_SETLKW, { type: F_RDLCK, start: 15, length: 1 });
  const controller = new AbortController();
  const given = outcome(lockFileAsync(b, { start: 12, length: 1, signal: controller.signal }));
  await ticking(3);
  controller.abort();
  assert.equal(await given, "AbortError");
  await fcntlLockAsync(a.number, F_OFD_SETLKW, { type: F_UNLCK, start: 10, length: 10 });
  await waiting;
  assert.equal(await outcome(fcntlLockAsync(a.number, 1, { type: F_WRLCK })), "ERR_OUT_OF_RANGE");
  [a, b].forEach((fd) => fd.close());
});

test("a lock that is owned is waited for and let go once", async () => {
  const [a, b] = twice();
  const first = lockFile(a);
  const waiting = lockFileAsync(b, { shared: true });
  await ticking(2);
  first.release();
  using second = await waiting;
  assert.equal(second.isHeld, true);
  a.close();
});

test("locks of processes: who waits for each other is told EDEADLK", async () => {
  assert.deepEqual(await runForJson("async_locks", ["deadlock"], { deadline: 50_000 }), { first: "EDEADLK", second: "taken" });
  assert.equal(await outcome(fcntlLockAsync(999_999, F_SETLKW, { type: F_WRLCK })), "EBADF");
  const [a, b] = twice();
  assert.equal(await fcntlLockAsync(a.number, F_GETLK, { type: F_WRLCK }), undefined);
  [a, b].forEach((fd) => fd.close());
});

test("poll: those that are ready, in the order asked for", async () => {
  const [r, w] = pipe2();
  const [r2, w2] = pipe2();
  const waiting = pollAsync([{ fd: r, events: POLLIN }, { fd: -1, events: POLLIN }, { fd: r2, events: POLLIN }]);
  await ticking(2);
  write(w2, "x");
  assert.deepEqual(await waiting, [{ fd: r2, revents: POLLIN }]);
  assert.deepEqual(await pollAsync([{ fd: w, events: POLLOUT }, { fd: r2, events: POLLIN }], 1000), [{ fd: w, revents: POLLOUT }, { fd: r2, revents: POLLIN }]);
  const hungUp = pollAsync([{ fd: r, events: 0 }]);
  close(w);
  assert.deepEqual(await hungUp, [{ fd: r, revents: POLLHUP }]);
  [r, r2, w2].forEach(close);
});

test("poll: the time is over; none to wait for; a file that has nothing of what was asked", async () => {
  const [r, w] = pipe2();
  const file = open("/etc/passwd", O_RDONLY);
  assert.deepEqual(await pollAsync([{ fd: r, events: POLLIN }], 5), []);
  assert.deepEqual(await pollAsync([{ fd: r, events: POLLIN }], 0), []);
  assert.deepEqual(await pollAsync([], 5), []);
  assert.deepEqual(await pollAsync([{ fd: file, events: 0 }], 30), []);
  assert.deepEqual(await pollAsync([{ fd: file, events: POLLIN }]), [{ fd: file, revents: POLLIN }]);
  assert.equal(await outcome(pollAsync([], { signal: AbortSignal.timeout(5) })), "TimeoutError");
  [r, w, file].forEach(close);
});

test("poll: an abort; a descriptor that is closed meanwhile is POLLNVAL", async () => {
  const [r, w] = pipe2();
  const controller = new AbortController();
  const given = outcome(pollAsync([{ fd: r, events: POLLIN }], 10_000, { signal: controller.signal }));
  await ticking(1);
  controller.abort(new RangeError("enough"));
  assert.equal(await given, "RangeError");
  const closing = pollAsync([{ fd: r, events: POLLIN }, { fd: w, events: 0 }]);
  await ticking(1);
  close(r);
  assert.deepEqual((await closing)[0], { fd: r, revents: POLLNVAL });
  close(w);
});

test("epoll: the set is waited for, for some time or without end, and given up", async () => {
  using set = new Epoll();
  using bell = new EventFd();
  set.add(bell.fd, EPOLLIN, 42);
  assert.deepEqual(await set.waitAsync({ timeout: 3 }), []);
  const waiting = epoll_waitAsync(set.fd.number);
  await ticking(2);
  bell.write(1);
  assert.deepEqual(await waiting, [{ events: EPOLLIN, data: 42 }]);
  assert.equal(await bell.readAsync(), 1);
  const controller = new AbortController();
  const given = outcome(set.waitAsync({ signal: controller.signal }));
  await ticking(1);
  controller.abort();
  assert.equal(await given, "AbortError");
  assert.equal(await outcome(epoll_waitAsync(bell.fd.number, 0)), "EINVAL");
  assert.equal(await outcome(set.waitAsync({ maxEvents: 0 })), "ERR_OUT_OF_RANGE");
});

test("a timer: its expirations one after the other, until it is closed, unset or given up", async () => {
  using timer = new TimerFd();
  timer.set({ value: 3 });
  assert.equal(await timer.expirationsAsync(), 1);
  timer.set({ value: 2, interval: 2 });
  let seen = 0;
  for await (const count of timer) {
    seen += count;
    if (seen >= 3) timer.set({ value: 0 });
  }
  assert.ok(seen >= 3);
  timer.set({ value: 1 });
  const counts: number[] = [];
  for await (const count of timer.each()) counts.push(count);
  assert.deepEqual(counts, [1]);
  timer.set({ value: 60_000 });
  const given = outcome(timer.each({ signal: AbortSignal.timeout(3) }).next());
  assert.equal(await given, "TimeoutError");
  const closing = timer.each().next();
  await ticking(1);
  timer.fd.close();
  assert.deepEqual(await closing, { value: undefined, done: true });
});

test("what does not wait still gives its result as a promise", async () => {
  const bell = eventfd(1);
  assert.deepEqual(await pollAsync([{ fd: bell, events: POLLIN }]), [{ fd: bell, revents: POLLIN }]);
  close(bell);
});
