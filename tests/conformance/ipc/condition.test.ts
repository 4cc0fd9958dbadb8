/** Condition variables in shared memory: within one process, between processes, between runtimes, and without blocking the event loop. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { futexWake, getpid, gettid, MAP_ANONYMOUS, MAP_SHARED, mmap, munmap, SharedCondition, SharedMemory, SharedMutex, shm_unlink } from "../../../lib/core/mod.ts";
import { outcome, ticking } from "../../helpers/async.ts";
import { codeOf } from "../../helpers/descriptors.ts";
import { root } from "../../helpers/forkscope.ts";
import { asNobody } from "../../helpers/nobody.ts";
import { fixtureArguments, runForJson, runtime } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const exited = "exited";

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["queue", "three put and three take in a ring of four, and each thing is taken once", { kinds: [exited], once: true }],
  ["one, then all", "a signal wakes one of three, a broadcast the others", { left: 2, kinds: [exited, exited, exited], taken: 3 }],
  ["nobody waits", "signals are not stored; a wait that times out holds the mutex again", { waited: "timed-out", held: true, owner: true }],
  ["no signal is missed", "two processes take turns 2,000 times", { kind: exited, count: 4000 }],
  ["a killed waiter", "it leaves nothing behind that others would wait for", { kinds: [exited, exited], taken: 2, then: exited, count: 400 }],
  ["killed waiters, again and again", "asleep or just woken, the next one is woken all the same", { kind: [exited], taken: 1 }],
  ["an owner dies", "who waits gets the mutex and is told that its owner died", { wokenAndWaiting: true, kinds: [exited], told: 101 }],
  ["not held", "a mutex that is not this thread's is refused with EPERM", { inherited: "EPERM", released: "EPERM" }],
  ["a handler that throws", "ends the wait with the mutex held", { message: "enough", held: true }],
];

const nobody = asNobody();
after(nobody.remove);

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => assert.deepEqual(await runForJson("ipc_condition", [name]), answer));
  test(`as nobody, ${name}: ${shows}`, async (t) => {
    if (nobody.whyNot) return skip(t, nobody.whyNot);
    assert.deepEqual(await runForJson("ipc_condition", [name], nobody.options), answer);
  });
}

test("a Bun and a Deno process wait for each other, turn by turn", async (t) => {
  const other = runtime === "bun" ? "deno" : "bun";
  const executable = join(root, "node_modules", ".bin", other);
  if (spawnSync(executable, ["--version"]).status !== 0) return skip(t, `needs ${other}`);
  const name = `/forkscope-condition-${getpid()}`;
  using memory = SharedMemory.create(name, 4096);
  SharedMutex.create(memory.buffer);
  SharedCondition.create(memory.buffer, 64);
  try {
    const flags = other === "deno" ? ["run", "--quiet", "--allow-ffi", "--no-check", "--no-remote", "--no-config", "--no-lock"] : [];
    const script = fixtureArguments("ipc_condition").at(-1) ?? "";
    const theirs = new Promise<string>((resolve, reject) => {
      execFile(executable, [...flags, script, "beside another runtime", name, "1", "1000"], (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
    const mine = await runForJson("ipc_condition", ["beside another runtime", name, "0", "1000"]);
    assert.deepEqual([mine, JSON.parse(await theirs)], [{ runtime }, { runtime: other }]);
  } finally {
    shm_unlink(name);
  }
  assert.equal(new Int32Array(memory.buffer, 128)[0], 2000);
});

/** A mutex and a condition in memory of their own. */
function pair(): { memory: ArrayBuffer; mutex: SharedMutex; condition: SharedCondition } {
  const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  return { memory, mutex: SharedMutex.create(memory), condition: SharedCondition.create(memory, SharedMutex.size) };
}

test("waitAsync: the mutex is free meanwhile and held afterwards; the event loop goes on", async () => {
  const { memory, mutex, condition } = pair();
  {
    using held = mutex.lock();
    const waiting = condition.waitAsync(held);
    assert.deepEqual([held.isHeld, mutex.owner], [false, 0]);
    await ticking(3);
    {
      using mine = mutex.lock();
      condition.signal();
      void mine;
    }
    assert.equal(await waiting, "ok");
    assert.deepEqual([held.isHeld, held.ownerDied, mutex.owner], [true, false, gettid()]);
  }
  assert.equal(mutex.owner, 0);
  munmap(memory);
});

test("waitAsync: a timeout, an abort and one before: the mutex is held each time", async () => {
  const { memory, mutex, condition } = pair();
  const held = mutex.lock();
  assert.deepEqual([await condition.waitAsync(held, { timeout: 3 }), held.isHeld], ["timed-out", true]);
  const controller = new AbortController();
  const given = outcome(condition.waitAsync(held, { signal: controller.signal }));
  await ticking(2);
  controller.abort();
  assert.deepEqual([await given, held.isHeld], ["AbortError", true]);
  assert.deepEqual([await outcome(condition.waitAsync(held, { signal: AbortSignal.abort() })), held.isHeld], ["AbortError", true]);
  held.release();
  munmap(memory);
});

test("waitAsync: an abort while another holds the mutex: rejected once it is held again", async () => {
  const { memory, mutex, condition } = pair();
  const held = mutex.lock();
  const controller = new AbortController();
  let isOver = false;
  const given = outcome(condition.waitAsync(held, { signal: controller.signal })).finally(() => { isOver = true; });
  const mine = mutex.lock();
  controller.abort();
  await ticking(3);
  assert.equal(isOver, false);
  mine.release();
  assert.deepEqual([await given, held.isHeld], ["AbortError", true]);
  held.release();
  munmap(memory);
});

test("waitAsync: memory that is unmapped meanwhile ends the wait", async () => {
  const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  const condition = SharedCondition.create(memory);
  const other = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  const held = SharedMutex.create(other).lock();
  const given = outcome(condition.waitAsync(held));
  munmap(memory);
  assert.deepEqual([await given, held.isHeld], ["ERR_MEMORY_GONE", true]);
  held.release();
  munmap(other);
});

test("a signal to sleepers of a mere futex reaches them: one word, one queue", async () => {
  const { memory, mutex, condition } = pair();
  const held = mutex.lock();
  const waiting = condition.waitAsync(held);
  await ticking(1);
  const woken = futexWake(new Int32Array(memory, SharedMutex.size), 0);
  assert.ok(woken <= 1, "a wake without a change is a wake for nothing, which a wait may have");
  if (woken === 0) condition.broadcast();
  assert.equal(await waiting, "ok");
  held.release();
  munmap(memory);
});

const wrong = (value: unknown): never => value as never;

test("what is no condition, no place for one, or no mutex is refused, and the mutex stays held", async () => {
  const { memory, mutex, condition } = pair();
  const held = mutex.lock();
  const codes = [
    () => SharedCondition.at(memory, 256), () => SharedCondition.create(memory, 2), () => SharedCondition.create(memory, 4092), () => SharedCondition.create(wrong(new ArrayBuffer(8))),
    () => condition.wait(wrong({})), () => condition.wait(wrong(undefined)), () => condition.wait(held, { timeout: -1 }), () => condition.wait(held, wrong(5)),
  ].map(codeOf);
  assert.deepEqual(codes, ["ERR_INVALID_ARG_VALUE", "ERR_OUT_OF_RANGE", "ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_VALUE", "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE", "ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_TYPE"]);
  assert.equal(await outcome(condition.waitAsync(held, { signal: wrong(1) })), "ERR_INVALID_ARG_TYPE");
  assert.ok(held.isHeld);
  held.release();
  munmap(memory);
  assert.deepEqual([() => condition.signal(), () => condition.wait(held), () => SharedCondition.at(memory)].map(codeOf), ["ERR_INVALID_ARG_VALUE", "EPERM", "ERR_INVALID_ARG_VALUE"]);
});
