/** A mutex that survives its owner, futexes and semaphores without a name: within one process, between processes, between runtimes. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  futexWait, futexWake, getpid, gettid, MAP_ANONYMOUS, MAP_SHARED, mmap, munmap, sem_destroy, sem_getvalue, sem_init, sem_post, sem_timedwait, sem_trywait,
  sem_wait, Segment, SharedMemory, SharedMutex, SharedSemaphore, shm_unlink, shmdt,
} from "../../../lib/core/mod.ts";
import { codeOf } from "../../helpers/descriptors.ts";
import { root } from "../../helpers/forkscope.ts";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const bad = (value: unknown): never => value as never;
const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";
const exited = "exited";

/** Runs a body with shared memory. */
function withMemory(body: (memory: ArrayBuffer) => void): void {
  const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  body(memory);
  if (memory.byteLength > 0) munmap(memory);
}

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["four children count", "one at a time", { kinds: [exited, exited, exited, exited], count: 4000, owner: 0 }],
  ["killed while it holds", "held it is refused; the next owner is told once", { owner: true, tried: true, timed: "ETIMEDOUT", died: true, twice: "EINVAL", again: false }],
  ["killed while others wait", "one of them gets it and is told, then the others get it as usual", { kinds: [exited, exited, exited], died: 1, plain: 2 }],
  ["killed again and again", "each time the next one is told", { died: 30, owner: 0 }],
  ["not made consistent", "it is lost to all, here and in others, until it is made anew", { codes: ["ENOTRECOVERABLE", "ENOTRECOVERABLE", "ENOTRECOVERABLE", "ENOTRECOVERABLE"], says: true, anew: false }],
  ["the second owner dies too", "the third is told as well", true],
  ["ends of an owner", "however it ends, the next is told", [["exit", true], ["return", true], ["signal", true], ["exec", true]]],
  ["exec lets go at once", "the program that lives on does not hold it", { died: true }],
  ["a child holds nothing of its parent's", "it may neither release nor keep it, and may unmap the memory", { inside: [false, "EPERM", true, false, 0], still: true }],
  ["a child that ends does not let its parent's go", "however it ends", { held: true, free: false }],
  ["several at once", "an owner of four dies: each tells", [true, true, true, true]],
  ["in memory of each kind", "a memfd, a System V segment", [true, true]],
  ["futex: ping and pong", "no wake is missed", exited],
  ["futex: counts and bits", "a wake reaches those it has a bit in common with, so many at most", { none: 0, two: 1, one: 1, rest: 2, codes: [1, 2, 4, 4] }],
  ["futex: a signal does not end a wait", "stopped and continued, it sleeps on", 3],
  ["semaphore: posts wake", "each post lets one through", { kinds: [exited, exited, exited], value: 0 }],
  ["semaphore: killed with it", "nothing comes back: that is what a mutex or SEM_UNDO is for", { taken: false, value: 0 }],
];

const nobody = asNobody();
after(nobody.remove);

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => assert.deepEqual(await runForJson("ipc_mutex", [name]), answer));
  test(`as nobody, ${name}: ${shows}`, async (t) => {
    if (nobody.whyNot) return skip(t, nobody.whyNot);
    assert.deepEqual(await runForJson("ipc_mutex", [name], nobody.options), answer);
  });
}

const other = runtime === "bun" ? "deno" : "bun";
const executable = join(root, "node_modules", ".bin", other);
const hasOther = spawnSync(executable, ["--version"]).status === 0;
const command = (...args: string[]): string[] => [
  ...(other === "deno" ? ["run", "--quiet", "--allow-ffi", "--no-check", "--no-remote", "--no-config", "--no-lock"] : []),
  join(root, "tests", "fixtures", "ipc_mutex.ts"), ...args,
];

test("a Bun and a Deno process count under one mutex", async (t) => {
  if (!hasOther) return skip(t, `needs ${other}`);
  const name = `/forkscope-mutex-${getpid()}`;
  using memory = SharedMemory.create(name, 4096);
  const mutex = SharedMutex.create(memory.buffer);
  try {
    const theirs = new Promise<string>((resolve, reject) => {
      execFile(executable, command("count for another", name, "3000"), (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
    const mine = await runForJson("ipc_mutex", ["count for another", name, "3000"]);
    assert.deepEqual([mine, JSON.parse(await theirs)], [{ runtime }, { runtime: other }]);
  } finally {
    shm_unlink(name);
  }
  const numbers = new Int32Array(memory.buffer, 64);
  assert.deepEqual([numbers[0], numbers[2], mutex.owner], [6000, 0, 0]);
});

test("a process of the other runtime is killed with the mutex in its hands: the next one is told, then both runtimes go on", async (t) => {
  if (!hasOther) return skip(t, `needs ${other}`);
  const name = `/forkscope-killed-${getpid()}`;
  using memory = SharedMemory.create(name, 4096);
  const mutex = SharedMutex.create(memory.buffer);
  const numbers = new Int32Array(memory.buffer, 64);
  const holder = spawn(executable, command("hold for another", name), { stdio: "ignore" });
  try {
    for (const giveUp = Date.now() + 20_000; Atomics.load(numbers, 1) === 0; ) {
      assert.ok(Date.now() < giveUp, "it never took the mutex");
      futexWait(numbers, 1, 0, { timeout: 100 });
    }
    assert.equal(mutex.tryLock(), undefined);
    await killed(holder);
    assert.deepEqual(await runForJson("ipc_mutex", ["count for another", name, "10"]), { runtime });
    assert.deepEqual([numbers[0], numbers[2]], [10, 1], "it was told once");
    using held = mutex.lock();
    assert.equal(held.ownerDied, false);
  } finally {
    shm_unlink(name);
    await killed(holder);
  }
});

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

test("a mutex is one at each of its places, and belongs to the thread", () => withMemory((memory) => {
  const mutex = SharedMutex.create(memory, 8);
  const same = SharedMutex.at(memory, 8);
  assert.equal(mutex.owner, 0);
  const held = mutex.lock();
  assert.deepEqual([mutex.owner, same.owner, held.isHeld, held.ownerDied], [gettid(), gettid(), true, false]);
  assert.equal(codeOf(() => same.lock()), "EDEADLK");
  assert.equal(codeOf(() => same.lock({ timeout: 1 })), "EDEADLK");
  assert.equal(same.tryLock(), undefined);
  assert.equal(codeOf(() => held.consistent()), "EINVAL");
  held.release();
  held.release();
  assert.deepEqual([held.isHeld, mutex.owner, codeOf(() => held.consistent())], [false, 0, "EPERM"]);
  {
    using again = same.lock({ timeout: 0 });
    assert.ok(again.isHeld);
  }
  assert.equal(mutex.owner, 0);
}));

test("memory with a held mutex in it stays, and goes once the mutex is released", () => {
  const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  const held = SharedMutex.create(memory).lock();
  assert.throws(() => munmap(memory), { code: "ERR_MEMORY_HELD" });
  assert.equal(memory.byteLength, 4096);
  held.release();
  munmap(memory);
  using segment = Segment.create(4096);
  const other = SharedMutex.create(segment.buffer).lock();
  assert.throws(() => shmdt(segment.buffer), { code: "ERR_MEMORY_HELD" });
  other.release();
});

test("a mutex whose memory is gone is refused by every call", () => {
  const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  const mutex = SharedMutex.create(memory);
  munmap(memory);
  for (const call of [() => mutex.lock(), () => mutex.tryLock(), () => mutex.owner, () => SharedMutex.at(memory)]) assert.equal(codeOf(call), VALUE);
});

test("memory that holds no mutex is refused", () => withMemory((memory) => {
  assert.equal(codeOf(() => SharedMutex.at(memory)), VALUE, "zeros are a mutex for C, but not one that survives");
  new Uint8Array(memory).fill(0xff);
  assert.equal(codeOf(() => SharedMutex.at(memory)), VALUE);
}));

test("futexWait() compares, waits for a time, and reads both signed and unsigned", () => withMemory((memory) => {
  const [signed, unsigned] = [new Int32Array(memory, 4, 4), new Uint32Array(memory, 4, 4)];
  signed[2] = -5;
  assert.equal(futexWait(signed, 2, 7), "not-equal");
  assert.equal(futexWait(signed, 2, -5, { timeout: 1 }), "timed-out");
  assert.equal(futexWait(unsigned, 2, 2 ** 32 - 5, { timeout: 0.01 }), "timed-out");
  assert.equal(futexWait(unsigned, 2, -5, { timeout: 0 }), "timed-out");
  assert.equal(futexWake(signed, 2), 0);
  assert.equal(futexWake(signed, 2, { count: 0 }), 0);
}));

test("a semaphore without a name counts like one with", () => withMemory((memory) => {
  const semaphore = sem_init(memory, 16, 2);
  sem_wait(semaphore);
  sem_trywait(semaphore);
  assert.deepEqual([sem_getvalue(semaphore), codeOf(() => sem_trywait(semaphore)), codeOf(() => sem_timedwait(semaphore, Date.now() + 2))], [0, "EAGAIN", "ETIMEDOUT"]);
  const same = SharedSemaphore.at(memory, 16);
  same.post();
  assert.deepEqual([same.value, same.tryWait(), same.tryWait(), codeOf(() => same.wait({ timeout: 1 }))], [1, true, false, "ETIMEDOUT"]);
  sem_destroy(semaphore);
  assert.equal(codeOf(() => sem_post(semaphore)), VALUE);
  const full = SharedSemaphore.create(memory, 64, 2 ** 31 - 1);
  assert.equal(codeOf(() => full.post()), "EOVERFLOW");
}));

test("a semaphore whose memory is gone is refused", () => {
  const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  const [address, semaphore] = [sem_init(memory, 0, 1), SharedSemaphore.create(memory, 32)];
  munmap(memory);
  for (const call of [() => sem_post(address), () => sem_wait(address), () => sem_destroy(address), () => semaphore.post(), () => semaphore.value]) assert.equal(codeOf(call), VALUE);
});

const small = mmap(64, MAP_SHARED | MAP_ANONYMOUS);
const ints = new Int32Array(small);
const rows: [title: string, call: () => unknown, code: string][] = [
  ["SharedMutex.create: an ordinary buffer", () => SharedMutex.create(new ArrayBuffer(64)), VALUE],
  ["SharedMutex.create: a view", () => SharedMutex.create(bad(ints)), TYPE],
  ["SharedMutex.create: no room at the end", () => SharedMutex.create(small, 24), RANGE],
  ["SharedMutex.create: an odd offset", () => SharedMutex.create(small, 4), RANGE],
  ["SharedMutex.create: a negative offset", () => SharedMutex.create(small, -8), RANGE],
  ["SharedMutex.at: a text for an offset", () => SharedMutex.at(small, bad("0")), TYPE],
  ["SharedMutex.lock: a negative time", () => SharedMutex.create(small).lock({ timeout: -1 }), RANGE],
  ["SharedMutex.lock: a number for options", () => SharedMutex.create(small).lock(bad(5)), TYPE],
  ["futexWait: bytes", () => futexWait(bad(new Uint8Array(small)), 0, 0), TYPE],
  ["futexWait: an array in the heap", () => futexWait(new Int32Array(4), 0, 0), VALUE],
  ["futexWait: an array over a SharedArrayBuffer", () => futexWait(bad(new Int32Array(new SharedArrayBuffer(4))), 0, 0), TYPE],
  ["futexWait: an index beyond the end", () => futexWait(ints, 16, 0), RANGE],
  ["futexWait: a negative index", () => futexWait(ints, -1, 0), RANGE],
  ["futexWait: a value beyond 32 bits", () => futexWait(ints, 0, 2 ** 32), RANGE],
  ["futexWait: a fraction", () => futexWait(ints, 0, 0.5), RANGE],
  ["futexWait: a text for a time", () => futexWait(ints, 0, 0, { timeout: bad("1") }), TYPE],
  ["futexWait: no bit", () => futexWait(ints, 0, 0, { bitset: 0 }), RANGE],
  ["futexWake: a negative count", () => futexWake(ints, 0, { count: -1 }), RANGE],
  ["futexWake: Infinity", () => futexWake(ints, 0, { count: Infinity }), RANGE],
  ["sem_init: a value of 2^31", () => sem_init(small, 0, 2 ** 31), RANGE],
  ["sem_init: an offset at the end", () => sem_init(small, 40, 0), RANGE],
  ["sem_init: an ordinary buffer", () => sem_init(new ArrayBuffer(32), 0, 0), VALUE],
  ["sem_destroy: an address that is no semaphore's", () => sem_destroy(4096), VALUE],
];

for (const [title, call, code] of rows) {
  test(`${title} is refused with ${code}`, () => assert.equal(codeOf(call), code));
}
