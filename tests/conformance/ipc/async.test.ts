/** IPC objects without blocking the event loop: a wait ends by what it waits for, by time, by its signal, and by the end of the object. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  futexWaitAsync, futexWake, getpid, IPC_NOWAIT, IPC_SET, msgctl, MAP_ANONYMOUS, MAP_SHARED, MessageQueue, mmap, mq_open, mq_receiveAsync, mq_sendAsync, mq_unlink,
  MSG_EXCEPT, msgrcvAsync, msgsndAsync, munmap, NamedSemaphore, O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, close, PosixQueue, proc, sem_destroy, sem_init,
  sem_timedwaitAsync, sem_unlink, sem_waitAsync, SemaphoreSet, semctl, semopAsync, semtimedopAsync, SharedMemory, SharedMutex, shm_unlink, SharedSemaphore, GETNCNT,
} from "../../../lib/core/mod.ts";
import { syscallNumber } from "../../../lib/ffi/constants/syscall.ts";
import { eventually, outcome, sleepsIn } from "../../helpers/async.ts";
import { withoutLeak } from "../../helpers/descriptors.ts";
import { root } from "../../helpers/forkscope.ts";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const bad = (value: unknown): never => value as never;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const FUTEX = syscallNumber("futex");
const NAME = `/forkscope-async-${getpid()}`;

const memory = mmap(8192, MAP_SHARED | MAP_ANONYMOUS);
const words = new Int32Array(memory, 4096, 64);
const set = SemaphoreSet.create([0]);
const messages = MessageQueue.create();
const queue = PosixQueue.create(NAME, { maxmsg: 2, msgsize: 32 });
mq_unlink(NAME);
const named = NamedSemaphore.create(NAME, 0);
sem_unlink(NAME);
const shared = SharedSemaphore.create(memory, 0, 0);
const mutex = SharedMutex.create(memory, 64);

/** A wait that has nothing to take yet: how it begins, what lets it go on, whether what it gave is right, and whether there is something to take. */
interface Wait {
  readonly name: string;
  begin(signal?: AbortSignal): Promise<unknown>;
  /** Lets one wait go on. */
  give(): void;
  /** What is there to be taken. */
  left(): number;
  /** Takes it back. */
  take(): void;
}

let held = mutex.lock();
const waits: readonly Wait[] = [
  {
    name: "semopAsync", begin: (signal) => semopAsync(set.id, [{ num: 0, op: -1 }], { signal }),
    give: () => set.release({ undo: false }), left: () => set.values[0] ?? -1, take: () => set.acquire({ undo: false }),
  },
  {
    name: "SemaphoreSet.acquireAsync", begin: (signal) => set.acquireAsync({ undo: false, signal }),
    give: () => set.release({ undo: false }), left: () => set.values[0] ?? -1, take: () => set.acquire({ undo: false }),
  },
  {
    name: "msgrcvAsync", begin: (signal) => msgrcvAsync(messages.id, 64, 0, 0, { signal }),
    give: () => messages.send("one"), left: () => messages.stat.qnum, take: () => { messages.receive(); },
  },
  {
    name: "mq_receiveAsync", begin: (signal) => mq_receiveAsync(queue.fd.number, { signal }),
    give: () => queue.send("one"), left: () => queue.attributes.curmsgs, take: () => { queue.receive(); },
  },
  {
    name: "a named semaphore's waitAsync", begin: (signal) => named.waitAsync({ signal }),
    give: () => named.post(), left: () => named.value, take: () => named.wait(),
  },
  {
    name: "a shared semaphore's waitAsync", begin: (signal) => shared.waitAsync({ signal }),
    give: () => shared.post(), left: () => shared.value, take: () => shared.wait(),
  },
  {
    name: "SharedMutex.lockAsync", begin: async (signal) => { held = await mutex.lockAsync({ signal }); },
    give: () => held.release(), left: () => (mutex.owner === 0 ? 1 : 0), take: () => { held = mutex.lock(); },
  },
];

after(() => {
  held.release();
  for (const one of [set, messages, queue, named]) one[Symbol.dispose]();
  munmap(memory);
});

for (const { name, begin, give, left, take } of waits) {
  test(`${name}: takes what is there at once`, async () => {
    give();
    await begin();
    assert.equal(left(), 0);
  });

  test(`${name}: goes on when there is something, and the event loop with it`, async () => {
    let ticks = 0;
    const ticking = setInterval(() => { if (++ticks === 3) give(); }, 1);
    await begin();
    clearInterval(ticking);
    assert.ok(ticks >= 3);
    assert.equal(left(), 0);
  });

  test(`${name}: given up, it rejects with the signal's reason and has taken nothing`, async () => {
    const controller = new AbortController();
    const waiting = outcome(begin(controller.signal));
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    controller.abort(new RangeError("enough"));
    assert.equal(await waiting, "RangeError");
    give();
    assert.equal(left(), 1);
    take();
  });

  test(`${name}: a signal that was aborted before takes nothing that is there`, async () => {
    give();
    assert.equal(await outcome(begin(AbortSignal.abort())), "AbortError");
    assert.equal(left(), 1);
    take();
  });

  test(`${name}: given up at any moment beside what it waits for, it has taken it or left it`, async () => {
    const ends = { taken: 0, aborted: 0 };
    for (let i = 0; i < 150; i++) {
      const controller = new AbortController();
      const waiting = outcome(begin(controller.signal));
      const steps = [give, () => controller.abort()];
      if (i % 2 === 1) steps.reverse();
      steps[0]?.();
      if (i % 3 === 0) await new Promise((resolve) => { setImmediate(resolve); });
      for (const end = performance.now() + (i % 10) / 50; performance.now() < end; );
      steps[1]?.();
      const isTaken = (await waiting) !== "AbortError";
      ends[isTaken ? "taken" : "aborted"]++;
      assert.equal(left(), isTaken ? 0 : 1, `round ${i}`);
      if (!isTaken) take();
    }
    assert.equal(ends.taken + ends.aborted, 150);
  });
}

for (const { name, begin, give, left, take } of waits.slice(0, -1)) {
  test(`${name}: of many who wait each gets one, some given up between`, async () => {
    const controllers = Array.from({ length: 30 }, () => new AbortController());
    const open = new Set(controllers);
    const waiting = controllers.map((controller) => outcome(begin(controller.signal)).finally(() => open.delete(controller)));
    let given = 0;
    for (let i = 0; open.size > 0; i++) {
      if (i % 3 === 0) controllers[i]?.abort();
      else if (left() === 0) {
        give();
        given++;
      }
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    const taken = (await Promise.all(waiting)).filter((end) => end !== "AbortError").length;
    assert.ok(taken >= 20, `${taken} taken`);
    assert.equal(left(), given - taken, "what was given and not taken");
    for (let i = left(); i > 0; i--) take();
  });
}

/** Waits with a time, and how they end when it is over. */
const timed: [name: string, begin: () => Promise<unknown>, code: string][] = [
  ["semtimedopAsync", () => semtimedopAsync(set.id, [{ num: 0, op: -1 }], 3), "EAGAIN"],
  ["SemaphoreSet.acquireAsync", () => set.acquireAsync({ timeout: 0.5 }), "EAGAIN"],
  ["sem_timedwaitAsync", () => sem_timedwaitAsync(shared.address, Date.now() + 3), "ETIMEDOUT"],
  ["sem_timedwaitAsync of a time that is over", () => sem_timedwaitAsync(shared.address, 5), "ETIMEDOUT"],
  ["waitAsync", () => named.waitAsync({ timeout: 3 }), "ETIMEDOUT"],
  ["mq_receiveAsync", () => mq_receiveAsync(queue.fd.number, { until: Date.now() + 3 }), "ETIMEDOUT"],
  ["PosixQueue.receiveAsync", () => queue.receiveAsync({ timeout: 3 }), "ETIMEDOUT"],
  ["SharedMutex.lockAsync", () => mutex.lockAsync({ timeout: 3 }), "ETIMEDOUT"],
  ["SharedMutex.lockAsync for no time", () => mutex.lockAsync({ timeout: 0 }), "ETIMEDOUT"],
];

for (const [name, begin, code] of timed) {
  test(`${name} ends with ${code} when the time is over`, async () => assert.equal(await outcome(begin()), code));
}

test("futexWaitAsync() compares at once, is woken, is late, is given up", async () => {
  assert.equal(await futexWaitAsync(words, 0, 5), "not-equal");
  assert.equal(await futexWaitAsync(words, 0, 0, { timeout: 2 }), "timed-out");
  const waiting = futexWaitAsync(words, 0, 0, { bitset: 6 });
  await sleepsIn(FUTEX);
  assert.equal(futexWake(words, 0, { bitset: 1 }), 0);
  await eventually(() => futexWake(words, 0, { bitset: 4 }) === 1);
  assert.equal(await waiting, "ok");
  const controller = new AbortController();
  const given = outcome(futexWaitAsync(words, 1, 0, { signal: controller.signal }));
  controller.abort();
  assert.equal(await given, "AbortError");
  assert.equal(futexWake(words, 1), 0, "nobody sleeps any more");
});

test("two parts of one program take turns by lockAsync", async () => {
  const own = SharedMutex.create(memory, 128);
  const order: string[] = [];
  const part = async (name: string): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      using mine = await own.lockAsync();
      order.push(`${name} in`);
      await new Promise((resolve) => { setImmediate(resolve); });
      order.push(`${name} out`);
      assert.ok(mine.isHeld);
    }
  };
  await Promise.all([part("a"), part("b"), part("c")]);
  assert.equal(order.length, 120);
  for (let i = 0; i < 120; i += 2) assert.equal(order[i]?.replace("in", "out"), order[i + 1]);
  assert.equal(own.owner, 0);
});

test("a full queue takes a message when there is room, and none of one given up", async () => {
  queue.send("a");
  queue.send("b");
  const controller = new AbortController();
  const given = outcome(queue.sendAsync("never", { signal: controller.signal }));
  const data = new TextEncoder().encode("c");
  const late = queue.sendAsync(data, { priority: 0 });
  data.fill(0); // the program's own affair from here on
  controller.abort();
  assert.equal(await given, "AbortError");
  assert.equal(await outcome(queue.sendAsync("never", { timeout: 2 })), "ETIMEDOUT");
  const seen = [text(queue.receive().data)];
  await late;
  seen.push(text((await queue.receiveAsync()).data), text((await queue.receiveAsync()).data));
  assert.deepEqual([seen, queue.attributes.curmsgs], [["a", "b", "c"], 0]);
});

/** Fills a queue; gives the number of messages. */
function fill(line: MessageQueue): number {
  msgctl(line.id, IPC_SET, { qbytes: 1000 });
  for (let i = 0; i < 10; i++) line.send(new Uint8Array(100));
  return 10;
}

test("a full System V queue takes a message when there is room", async () => {
  using own = MessageQueue.create();
  const pieces = fill(own);
  const data = new Uint8Array([1, 2, 3]);
  const controller = new AbortController();
  const given = outcome(own.sendAsync("never", { signal: controller.signal }));
  const waiting = own.sendAsync(data, { type: 9 });
  data.fill(0); // the program's own affair from here on
  controller.abort();
  assert.equal(await given, "AbortError");
  own.receive();
  await waiting;
  assert.equal(own.stat.qnum, pieces);
  assert.deepEqual([...(await own.receiveAsync({ type: 9 })).data], [1, 2, 3]);
});

test("IPC_NOWAIT does not wait", async () => {
  assert.equal(await outcome(semopAsync(set.id, [{ num: 0, op: -1, flags: IPC_NOWAIT }])), "EAGAIN");
  assert.equal(await outcome(msgrcvAsync(messages.id, 8, 0, IPC_NOWAIT)), "ENOMSG");
  using own = MessageQueue.create();
  fill(own);
  assert.equal(await outcome(msgsndAsync(own.id, 1, "x", IPC_NOWAIT)), "EAGAIN");
});

test("a message of the type that is waited for is taken, others stay", async () => {
  const waiting = messages.receiveAsync({ type: 7 });
  const other = msgrcvAsync(messages.id, 64, 7, MSG_EXCEPT);
  messages.send("not this", 3);
  messages.send("this", 7);
  assert.deepEqual([text((await waiting).data), text((await other).data)], ["this", "not this"]);
});

test("a queue that is not to be waited on is waited for all the same", async () => {
  const fd = mq_open(NAME, O_RDWR | O_CREAT | O_NONBLOCK, 0o600, { maxmsg: 1, msgsize: 8 });
  mq_unlink(NAME);
  const waiting = mq_receiveAsync(fd);
  await mq_sendAsync(fd, "one", 4);
  assert.deepEqual([(await waiting).priority, await outcome(mq_receiveAsync(fd, { until: Date.now() + 2 }))], [4, "ETIMEDOUT"]);
  close(fd);
});

test("messages come one after the other in for await, until break or the signal", async () => {
  for (const source of [queue, messages]) {
    const sending = (async () => {
      for (let i = 0; i < 6; i++) await source.sendAsync(String(i));
    })();
    const seen: string[] = [];
    for await (const { data } of source) if (seen.push(text(data)) === 4) break;
    assert.deepEqual(seen, ["0", "1", "2", "3"]);
    await sending;
    const controller = new AbortController();
    const rest: string[] = [];
    const ended = outcome((async () => {
      for await (const { data } of source.messages({ signal: controller.signal })) if (rest.push(text(data)) === 2) controller.abort();
    })());
    assert.deepEqual([await ended, rest], ["AbortError", ["4", "5"]]);
  }
});

test("readyAsync() tells of a message and takes none", async () => {
  const waiting = queue.readyAsync();
  queue.send("there");
  await waiting;
  assert.equal(text(queue.receive().data), "there");
});

/** Ends of an object under a wait. */
test("a set that is removed ends its waits with EIDRM, a queue too", async () => {
  const [own, line] = [SemaphoreSet.create([0]), MessageQueue.create()];
  const ends = [own.acquireAsync(), line.receiveAsync()].map(outcome);
  await eventually(() => semctl(own.id, 0, GETNCNT) === 1);
  await sleepsIn(syscallNumber("msgrcv"));
  own[Symbol.dispose]();
  line[Symbol.dispose]();
  assert.deepEqual(await Promise.all(ends), ["EIDRM", "EIDRM"]);
});

test("memory that is unmapped, a semaphore or a queue that is closed, ends its waits", async () => {
  const own = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
  const semaphore = sem_init(own, 0, 0);
  const destroyed = sem_init(own, 32, 0);
  const other = SharedMutex.create(own, 64);
  const mine = other.lock();
  const closed = NamedSemaphore.create(NAME, 0);
  sem_unlink(NAME);
  const line = PosixQueue.create(NAME, { maxmsg: 1, msgsize: 8 });
  mq_unlink(NAME);
  const ends = [
    sem_waitAsync(semaphore), sem_waitAsync(destroyed), futexWaitAsync(new Int32Array(own, 128), 0, 0), other.lockAsync(), closed.waitAsync(), line.receiveAsync(),
  ].map(outcome);
  await sleepsIn(FUTEX, 5);
  closed[Symbol.dispose]();
  line[Symbol.dispose]();
  sem_destroy(destroyed);
  mine.release();
  const again = other.tryLock();
  again?.release();
  munmap(own);
  const codes = await Promise.all(ends);
  assert.deepEqual(codes.map((code) => code ?? "taken").filter((_, i) => i !== 3), ["ERR_MEMORY_GONE", "ERR_MEMORY_GONE", "ERR_MEMORY_GONE", "ERR_MEMORY_GONE", "EBADF"]);
  assert.equal(codes[3], "ERR_MEMORY_GONE");
});

test("waits between processes: a child gives, dies, removes", async () => {
  assert.deepEqual(await runForJson("ipc_async", ["between"]), { semop: true, undone: true, named: true, shared: true, mutex: true, message: "from the child", posix: "from the child" });
});

test("Bun and Deno processes, some that block and some that do not, count under one mutex and one semaphore; no wake is lost", async (t) => {
  const other = runtime === "bun" ? "deno" : "bun";
  const executable = join(root, "node_modules", ".bin", other);
  if (spawnSync(executable, ["--version"]).status !== 0) return skip(t, `needs ${other}`);
  using both = SharedMemory.create(NAME, 4096);
  using semaphore = NamedSemaphore.create(NAME, 1);
  const shared_ = SharedMutex.create(both.buffer);
  const flags = other === "deno" ? ["run", "--quiet", "--allow-ffi", "--no-check", "--no-remote", "--no-config", "--no-lock"] : [];
  const script = join(root, "tests", "fixtures", "ipc_async.ts");
  const theirs = (...args: string[]): Promise<unknown> => new Promise((resolve, reject) => {
    execFile(executable, [...flags, script, ...args], (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout))));
  });
  try {
    const ran = await Promise.all([
      runForJson("ipc_async", ["count with others", NAME, "300", "3"], { deadline: 50_000 }),
      runForJson("ipc_async", ["count with others, blocking", NAME, "900"], { deadline: 50_000 }),
      theirs("count with others", NAME, "300", "3"),
      theirs("count with others, blocking", NAME, "900"),
    ]);
    assert.deepEqual(ran, [{ runtime }, { runtime }, { runtime: other }, { runtime: other }]);
  } finally {
    shm_unlink(NAME);
    sem_unlink(NAME);
  }
  const numbers = new Int32Array(both.buffer, 64);
  assert.deepEqual([numbers[0], numbers[1], shared_.owner, semaphore.value], [3600, 3600, 0, 1]);
});

test("one that has died in the middle of a wait for a semaphore is no waiter that counts", async () => {
  assert.deepEqual(await runForJson("ipc_async", ["killed waiter"]), { value: 0, taken: true });
});

test("a forked child, which has no event loop, is refused every form, and nothing is taken", async () => {
  assert.deepEqual(await runForJson("ipc_async", ["in a child"]), [Array.from({ length: 9 }, () => "ERR_NO_EVENT_LOOP"), 1, 1, 1, 0, 0]);
});

test("a program ends when nothing waits any more, and not before", async () => {
  assert.deepEqual(await runForJson("ipc_async", ["keeps alive"]), ["posted", "taken"]);
});

test("thousands of waits leave no descriptor, object or thread behind", async () => {
  const threads = proc.threads(getpid()).length;
  for (const { begin, give, take, left } of waits) {
    for (let i = 0; i < 300; i++) {
      const controller = new AbortController();
      const waiting = outcome(begin(controller.signal));
      if (i % 2 === 0) controller.abort();
      else give();
      if (await waiting === "AbortError" && left() > 0) take();
    }
  }
  withoutLeak(() => undefined);
  assert.ok(proc.threads(getpid()).length <= threads + 12, `${threads} threads before`);
});

const rows: [title: string, call: () => Promise<unknown>, code: string][] = [
  ["semopAsync: no operation", () => semopAsync(0, []), "ERR_OUT_OF_RANGE"],
  ["semopAsync: a number for options", () => semopAsync(0, [{ num: 0, op: 1 }], bad(5)), "ERR_INVALID_ARG_TYPE"],
  ["semopAsync: an object for a signal", () => semopAsync(0, [{ num: 0, op: 1 }], { signal: bad({}) }), "ERR_INVALID_ARG_TYPE"],
  ["semtimedopAsync: a negative time", () => semtimedopAsync(0, [{ num: 0, op: 1 }], -1), "ERR_OUT_OF_RANGE"],
  ["acquireAsync: a text for undo", () => set.acquireAsync({ undo: bad("no") }), "ERR_INVALID_ARG_TYPE"],
  ["msgsndAsync: type 0", () => msgsndAsync(0, 0, "x"), "ERR_OUT_OF_RANGE"],
  ["msgrcvAsync: a negative room", () => msgrcvAsync(0, -1), "ERR_OUT_OF_RANGE"],
  ["msgrcvAsync: no such queue", () => msgrcvAsync(0x7fffffff, 8), "EINVAL"],
  ["mq_sendAsync: a priority of 32768", () => mq_sendAsync(0, "x", 32768), "ERR_OUT_OF_RANGE"],
  ["mq_sendAsync: longer than msgsize", () => queue.sendAsync(new Uint8Array(33)), "EMSGSIZE"],
  ["mq_receiveAsync: no queue", () => mq_receiveAsync(0), "EBADF"],
  ["mq_receiveAsync: a text for a time", () => mq_receiveAsync(0, { until: bad("1") }), "ERR_INVALID_ARG_TYPE"],
  ["sem_waitAsync: an address that is no semaphore's", () => sem_waitAsync(4096), "ERR_INVALID_ARG_VALUE"],
  ["sem_timedwaitAsync: NaN", () => sem_timedwaitAsync(shared.address, NaN), "ERR_OUT_OF_RANGE"],
  ["lockAsync: a negative time", () => mutex.lockAsync({ timeout: -1 }), "ERR_OUT_OF_RANGE"],
  ["futexWaitAsync: an array in the heap", () => futexWaitAsync(new Int32Array(4), 0, 0), "ERR_INVALID_ARG_VALUE"],
];

for (const [title, call, code] of rows) {
  test(`${title} is refused with ${code}`, async () => assert.equal(await outcome(call()), code));
}

test("a queue open only to read or write says so", async () => {
  const both = mq_open(NAME, O_RDWR | O_CREAT, 0o600, { maxmsg: 1, msgsize: 8 });
  const reader = mq_open(NAME, O_RDONLY);
  mq_unlink(NAME);
  assert.equal(await outcome(mq_sendAsync(reader, "x")), "EBADF");
  [both, reader].forEach(close);
});
