/** System V semaphores, shared memory and message queues within one process; every object is removed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ftok, GETALL, GETNCNT, GETPID, getpid, getuid, GETVAL, GETZCNT, IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_PRIVATE, IPC_RMID, IPC_SET, IPC_STAT, MessageQueue,
  MSG_EXCEPT, MSG_NOERROR, msgctl, msgget, msgrcv, msgsnd, proc, Segment, SEM_UNDO, SemaphoreSet, semctl, semget, semop, semtimedop, SETALL, SETVAL,
  SHM_LOCK, SHM_UNLOCK, shmat, shmctl, shmdt, shmget,
} from "../../../lib/core/mod.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bad = (value: unknown): never => value as never;
const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

/** A key that nobody else takes: from this process. */
const KEY = 0x66000000 + (getpid() & 0xffffff);

/** Mappings of System V memory in this process. */
const mapped = (): number => proc.readFile("self/maps").split("\n").filter((line) => line.includes("/SYSV")).length;

test("semop() does all operations or none", () => {
  using set = SemaphoreSet.create([2, 0]);
  assert.throws(() => semop(set.id, [{ num: 0, op: -1, flags: IPC_NOWAIT }, { num: 1, op: -1, flags: IPC_NOWAIT }]), { code: "EAGAIN", syscall: "semop" });
  assert.deepEqual(set.values, [2, 0]);
  semop(set.id, [{ num: 0, op: -2 }, { num: 1, op: 7 }, { num: 0, op: 0 }]);
  assert.deepEqual(set.values, [0, 7]);
});

test("semctl() sets and tells", () => {
  const set = semget(IPC_PRIVATE, 3, 0o640);
  semctl(set, 0, SETALL, [1, 2, 32767]);
  assert.deepEqual(semctl(set, 0, GETALL), [1, 2, 32767]);
  semctl(set, 1, SETVAL, 9);
  semop(set, [{ num: 1, op: -1 }]);
  assert.deepEqual([GETVAL, GETPID, GETNCNT, GETZCNT].map((op) => semctl(set, 1, op)), [8, getpid(), 0, 0]);
  const { key, uid, cuid, mode, nsems, ctime, otime } = semctl(set, 0, IPC_STAT);
  assert.deepEqual({ key, uid, cuid, mode, nsems }, { key: 0, uid: getuid(), cuid: getuid(), mode: 0o640, nsems: 3 });
  for (const time of [ctime, otime]) assert.ok(Math.abs(time * 1000 - Date.now()) < 60_000, String(time));
  assert.throws(() => semop(set, [{ num: 2, op: 1 }]), { code: "ERANGE" });
  assert.throws(() => semop(set, [{ num: 3, op: 1 }]), { code: "EFBIG" });
  assert.throws(() => semctl(set, 0, SETALL, [1]), { code: RANGE });
  semctl(set, 0, IPC_RMID);
  assert.throws(() => semctl(set, 0, GETVAL), { code: "EINVAL" });
});

test("IPC_SET gives an object another owner and other permissions, and leaves what is not told", () => {
  using set = SemaphoreSet.create([1]);
  using segment = Segment.create(64);
  using queue = MessageQueue.create();
  const settings = { uid: getuid() === 0 ? 1234 : getuid(), mode: 0o640 };
  semctl(set.id, 0, IPC_SET, settings);
  shmctl(segment.id, IPC_SET, settings);
  msgctl(queue.id, IPC_SET, { ...settings, qbytes: 512 });
  for (const stat of [semctl(set.id, 0, IPC_STAT), shmctl(segment.id, IPC_STAT), queue.stat]) {
    assert.deepEqual([stat.uid, stat.mode, stat.gid, stat.cuid], [settings.uid, 0o640, process.getgid?.(), getuid()]);
  }
  assert.equal(queue.stat.qbytes, 512);
  assert.throws(() => msgsnd(queue.id, 1, new Uint8Array(513), IPC_NOWAIT), { code: "EAGAIN" });
  shmctl(segment.id, IPC_SET, { mode: 0o600 });
  assert.equal(shmctl(segment.id, IPC_STAT).uid, settings.uid);
});

test("SHM_LOCK and SHM_UNLOCK hold a segment in memory and let it go", () => {
  using segment = Segment.create(4096);
  shmctl(segment.id, SHM_LOCK);
  shmctl(segment.id, SHM_UNLOCK);
});

test("a set waits for zero, counts who waits, and tells who changed it last", () => {
  using set = SemaphoreSet.create([0, 3]);
  semop(set.id, [{ num: 0, op: 0 }]);
  assert.throws(() => semop(set.id, [{ num: 1, op: 0, flags: IPC_NOWAIT }]), { code: "EAGAIN" });
  assert.throws(() => semtimedop(set.id, [{ num: 1, op: 0 }], 1), { code: "EAGAIN" });
  semop(set.id, [{ num: 1, op: -3 }, { num: 1, op: 0 }, { num: 1, op: 2 }]);
  assert.deepEqual(set.values, [0, 2], "one operation after the other, all at once");
  assert.equal(semctl(set.id, 1, GETPID), getpid());
  assert.throws(() => semop(set.id, [{ num: 0, op: 32767 }, { num: 0, op: 1 }]), { code: "ERANGE" });
  assert.deepEqual(set.values, [0, 2]);
});

test("more operations than the system allows fail with E2BIG", () => {
  using set = SemaphoreSet.create([0]);
  const [, , most = 500] = proc.readFile("sys/kernel/sem").trim().split(/\s+/).map(Number);
  semop(set.id, Array.from({ length: most }, () => ({ num: 0, op: 1 })));
  assert.throws(() => semop(set.id, Array.from({ length: most + 1 }, () => ({ num: 0, op: 1 }))), { code: "E2BIG", message: /kernel\.sem/ });
});

test("semtimedop() gives up with EAGAIN when the time is over", () => {
  using set = SemaphoreSet.create([0]);
  assert.throws(() => semtimedop(set.id, [{ num: 0, op: -1 }], 2.5), { code: "EAGAIN" });
  assert.throws(() => set.acquire({ timeout: 0 }), { code: "EAGAIN" });
  set.release({ undo: false });
  set.acquire({ timeout: 1000, undo: false });
  assert.deepEqual([set.tryAcquire(), set.values], [false, [0]]);
});

test("a key finds what was made under it, and IPC_EXCL refuses a second", () => {
  using set = SemaphoreSet.create([5], { key: KEY });
  assert.equal(SemaphoreSet.open(KEY).id, set.id);
  assert.throws(() => SemaphoreSet.create([1], { key: KEY }), { code: "EEXIST" });
  assert.throws(() => semget(KEY, 2), { code: "EINVAL" }, "more than it has");
  using segment = Segment.create(64, { key: KEY });
  using again = Segment.open(KEY);
  assert.equal(again.id, segment.id);
  assert.throws(() => shmget(KEY, 65, 0), { code: "EINVAL" }, "larger than it is");
  using queue = MessageQueue.create({ key: KEY });
  assert.equal(MessageQueue.open(KEY).id, queue.id);
  assert.equal(queue.stat.key, KEY);
  assert.throws(() => msgget(KEY, IPC_CREAT | IPC_EXCL), { code: "EEXIST" });
});

test("a key that nothing was made under fails with ENOENT", () => {
  for (const find of [() => semget(KEY, 0), () => shmget(KEY, 0), () => msgget(KEY)]) assert.throws(find, { code: "ENOENT" });
});

test("ftok() is the same for the same file and number alone", () => {
  assert.equal(ftok("/", 1), ftok("/.", 1));
  assert.notEqual(ftok("/", 1), ftok("/", 2));
  assert.throws(() => ftok("/nowhere", 1), { code: "ENOENT" });
});

test("two attachments of one segment are one memory", () => {
  withoutLeak(() => {
    const before = mapped();
    const id = shmget(IPC_PRIVATE, 5000, 0o600);
    const [a, b] = [shmat(id), shmat(id)];
    assert.deepEqual([a.byteLength, mapped() - before], [5000, 2]);
    const [x, y] = [new Int32Array(a, 0, 10), new Int32Array(b, 0, 10)];
    assert.deepEqual([...y], Array.from({ length: 10 }, () => 0));
    x[3] = -7;
    assert.equal(y[3], -7);
    assert.equal(Atomics.compareExchange(y, 3, -7, 8), -7);
    assert.equal(Atomics.load(x, 3), 8);
    const { nattch, segsz, cpid, mode } = shmctl(id, IPC_STAT);
    assert.deepEqual({ nattch, segsz, cpid, mode }, { nattch: 2, segsz: 5000, cpid: getpid(), mode: 0o600 });
    shmctl(id, IPC_RMID);
    assert.equal(y[3], 8, "removed, and still attached");
    shmdt(a);
    assert.deepEqual([a.byteLength, x.length, y[3]], [0, 0, 8]);
    shmdt(b);
    assert.equal(mapped(), before);
    assert.throws(() => shmat(id), (error: Error & { code?: string }) => error.code === "EINVAL" || error.code === "EIDRM");
  });
});

test("shmdt() refuses a buffer that is not attached, any more or at all", () => {
  using segment = Segment.create(16);
  const buffer = shmat(segment.id);
  shmdt(buffer);
  assert.equal(codeOf(() => shmdt(buffer)), VALUE);
  assert.equal(codeOf(() => shmdt(new ArrayBuffer(16))), VALUE);
  assert.equal(codeOf(() => shmdt(bad(0))), TYPE);
  const moved = shmat(segment.id);
  const elsewhere = structuredClone(moved, { transfer: [moved] });
  assert.equal(codeOf(() => shmdt(moved)), VALUE, "its memory has another owner, which may use it");
  assert.equal(elsewhere.byteLength, 16);
});

test("memory is used by the library's own calls like any other", () => {
  using segment = Segment.create(32);
  using queue = MessageQueue.create();
  new Uint8Array(segment.buffer).set(new TextEncoder().encode("shared words"));
  queue.send(new Uint8Array(segment.buffer, 7, 5));
  assert.equal(text(queue.receive().data), "words");
});

test("a segment whose buffer was given away is removed all the same", () => {
  const segment = Segment.create(16, { key: KEY });
  const elsewhere = structuredClone(segment.buffer, { transfer: [segment.buffer] });
  segment[Symbol.dispose]();
  assert.equal(elsewhere.byteLength, 16);
  assert.equal(codeOf(() => shmget(KEY, 0)), "ENOENT");
});

test("msgrcv() takes by order, by type, by the lowest type, and by another type", () => {
  using queue = MessageQueue.create();
  for (const [type, data] of [[5, "a"], [3, "b"], [9, "c"], [3, "d"], [2 ** 53 - 1, "e"]] as const) queue.send(data, type);
  const take = (type: number, flags = 0): string => text(msgrcv(queue.id, 16, type, flags | IPC_NOWAIT).data);
  assert.deepEqual([take(3), take(-8), take(5, MSG_EXCEPT), take(0)], ["b", "d", "c", "a"]);
  assert.deepEqual(queue.receive(), { type: 2 ** 53 - 1, data: new TextEncoder().encode("e") });
  assert.throws(() => take(0), { code: "ENOMSG" });
  assert.equal(queue.tryReceive(), undefined);
});

test("a message longer than the room stays, or is cut with MSG_NOERROR; an empty one is a message", () => {
  using queue = MessageQueue.create();
  queue.send("0123456789");
  assert.throws(() => msgrcv(queue.id, 4), { code: "E2BIG" });
  assert.equal(queue.stat.qnum, 1);
  assert.equal(text(msgrcv(queue.id, 4, 0, MSG_NOERROR).data), "0123");
  queue.send("");
  assert.equal(queue.receive().data.length, 0);
});

test("a queue that is full refuses more with EAGAIN; a message too long fails with EINVAL", () => {
  using queue = MessageQueue.create();
  const { qbytes } = queue.stat;
  const piece = new Uint8Array(Math.min(4096, qbytes));
  for (let sum = piece.length; sum <= qbytes; sum += piece.length) msgsnd(queue.id, 1, piece, IPC_NOWAIT);
  assert.throws(() => msgsnd(queue.id, 1, piece, IPC_NOWAIT), { code: "EAGAIN" });
  assert.throws(() => msgsnd(queue.id, 1, new Uint8Array(1 << 24), IPC_NOWAIT), { code: "EINVAL" });
  const { qnum, cbytes, lspid, lrpid } = queue.stat;
  assert.deepEqual({ cbytes, lspid, lrpid }, { cbytes: qnum * piece.length, lspid: getpid(), lrpid: 0 });
});

test("dispose removes once, and does not mind that another was first", () => {
  const [set, segment, queue] = [SemaphoreSet.create([1]), Segment.create(8), MessageQueue.create()];
  semctl(set.id, 0, IPC_RMID);
  shmctl(segment.id, IPC_RMID);
  msgctl(queue.id, IPC_RMID);
  for (const one of [set, segment, queue]) {
    one[Symbol.dispose]();
    one[Symbol.dispose]();
  }
  assert.throws(() => set.values, (error: Error & { code?: string }) => error.code === "EINVAL" || error.code === "EIDRM");
});

const rows: [title: string, call: () => unknown, code: string][] = [
  ["semget: a text for a key", () => semget(bad("key"), 1), TYPE],
  ["semget: 65536 semaphores", () => semget(0, 65536), RANGE],
  ["semget: negative flags", () => semget(0, 1, -1), RANGE],
  ["semop: no operation", () => semop(0, []), RANGE],
  ["semop: a hole in the list", () => semop(0, Array(1) as never), TYPE],
  ["SemaphoreSet.create: a hole in the values", () => SemaphoreSet.create(Array(1) as never), TYPE],
  ["semop: 65536 operations", () => semop(0, Array.from({ length: 65536 }, () => ({ num: 0, op: 1 }))), RANGE],
  ["semop: a number for an operation", () => semop(0, [bad(1)]), TYPE],
  ["semop: an op of 32768", () => semop(0, [{ num: 0, op: 32768 }]), RANGE],
  ["semop: an unknown flag", () => semop(0, [{ num: 0, op: 1, flags: 1 }]), RANGE],
  ["semop: SEM_UNDO of a text", () => semop(0, [{ num: 0, op: 1, flags: bad(String(SEM_UNDO)) }]), TYPE],
  ["semtimedop: a negative time", () => semtimedop(0, [{ num: 0, op: 1 }], -1), RANGE],
  ["semctl: an unknown operation", () => semctl(0, 0, 99), RANGE],
  ["semctl: a value of 32768", () => semctl(0, 0, SETVAL, 32768), RANGE],
  ["semctl: a number for SETALL", () => semctl(0, 0, SETALL, 1), TYPE],
  ["SemaphoreSet.create: a number", () => SemaphoreSet.create(bad(1)), TYPE],
  ["SemaphoreSet.create: a mode above 0o777", () => SemaphoreSet.create([1], { mode: 0o1000 }), RANGE],
  ["shmget: a fraction", () => shmget(0, 1.5), RANGE],
  ["shmget: a key of 33 bits", () => shmget(2 ** 32, 1), RANGE],
  ["shmat: a negative id", () => shmat(-1), RANGE],
  ["shmctl: an unknown operation", () => shmctl(0, bad(99)), RANGE],
  ["shmctl: IPC_SET of nothing", () => shmctl(0, IPC_SET, bad(undefined)), TYPE],
  ["shmctl: a mode above 0o777", () => shmctl(0, IPC_SET, { mode: 0o1000 }), RANGE],
  ["semctl: IPC_SET of a negative user", () => semctl(0, 0, IPC_SET, { uid: -1 }), RANGE],
  ["semctl: IPC_SET of a number", () => semctl(0, 0, IPC_SET, 5), TYPE],
  ["msgctl: IPC_SET of a text for a group", () => msgctl(0, IPC_SET, { gid: bad("0") }), TYPE],
  ["msgctl: negative room", () => msgctl(0, IPC_SET, { qbytes: -1 }), RANGE],
  ["msgsnd: type 0", () => msgsnd(0, 0, "x"), RANGE],
  ["msgsnd: an unknown flag", () => msgsnd(0, 1, "x", 1), RANGE],
  ["msgsnd: no data", () => msgsnd(0, 1, bad(undefined)), TYPE],
  ["msgrcv: a negative room", () => msgrcv(0, -1), RANGE],
  ["msgrcv: a type beyond 2^53", () => msgrcv(0, 1, 2 ** 53), RANGE],
  ["msgctl: an unknown operation", () => msgctl(0, bad(9)), RANGE],
  ["ftok: number 0", () => ftok("/", 0), RANGE],
];

for (const [title, call, code] of rows) {
  test(`${title} is refused with ${code}`, () => assert.equal(codeOf(call), code));
}
