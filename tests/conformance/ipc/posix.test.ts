/** POSIX shared memory, semaphores and message queues within one process; every name is taken away. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  close, F_ADD_SEALS, F_SEAL_SHRINK, fcntl, fstat, ftruncate, getpid, MAP_ANONYMOUS, MAP_SHARED, memfd_create, MFD_ALLOW_SEALING, mmap,
  mq_getattr, mq_notify, mq_open, mq_receive, mq_send, mq_unlink, munmap, NamedSemaphore, O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, open, pipe2,
  poll, POLLIN, PosixQueue, pread, proc, sem_close, sem_getvalue, sem_open, sem_post, sem_timedwait, sem_trywait, sem_unlink, sem_wait,
  SharedMemory, shm_open, shm_unlink, write,
} from "../../../lib/core/mod.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bad = (value: unknown): never => value as never;
const NAME = `/forkscope-test-${getpid()}`;
const NEVER_OPEN = 0x7ffffff0;
const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

const mappings = (): number => proc.readFile("self/maps").split("\n").filter((line) => line.includes("/memfd:mapped") || line.includes(NAME)).length;

test("mmap() of a file is the file, and outlives its descriptor", () => {
  withoutLeak(() => {
    const fd = memfd_create("mapped");
    write(fd, "0123456789");
    const memory = mmap(10, MAP_SHARED, fd);
    assert.equal(text(new Uint8Array(memory)), "0123456789");
    new Uint8Array(memory)[3] = 0x41;
    const buffer = new Uint8Array(10);
    pread(fd, buffer, 0);
    assert.equal(text(buffer), "012A456789");
    close(fd);
    assert.equal(mappings(), 1);
    const view = new DataView(memory);
    munmap(memory);
    assert.deepEqual([memory.byteLength, mappings()], [0, 0]);
    assert.throws(() => view.getUint8(0), TypeError);
    assert.equal(codeOf(() => munmap(memory)), VALUE);
  });
});

test("mmap() starts at an offset of whole pages, and refuses what lies beyond the end of the file", () => {
  withoutLeak(() => {
    const fd = memfd_create("mapped", MFD_ALLOW_SEALING);
    ftruncate(fd, 1 << 17);
    write(fd, "first");
    const memory = mmap(10, MAP_SHARED, fd, 1 << 16);
    assert.equal(new Uint8Array(memory)[0], 0);
    munmap(memory);
    assert.equal(codeOf(() => mmap(10, MAP_SHARED, fd, 100)), "EINVAL");
    assert.equal(codeOf(() => mmap(1 << 17, MAP_SHARED, fd, 1 << 16)), RANGE);
    assert.equal(codeOf(() => mmap((1 << 17) + 4097, MAP_SHARED, fd)), RANGE);
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
    using whole = SharedMemory.of(fd);
    assert.equal(whole.buffer.byteLength, 1 << 17);
    assert.equal(codeOf(() => ftruncate(fd, 0)), "EPERM");
    close(fd);
  });
});

test("mmap() fails as the kernel says", () => {
  withoutLeak(() => {
    assert.equal(codeOf(() => mmap(1, MAP_SHARED, NEVER_OPEN)), "EBADF");
    const [r, w] = pipe2();
    assert.equal(codeOf(() => mmap(1, MAP_SHARED, r)), "EACCES", "a read end is not open to write");
    [r, w].forEach(close);
    const device = open("/dev/null", O_RDWR);
    assert.equal(codeOf(() => mmap(1, MAP_SHARED, device)), "ENODEV");
    close(device);
    const fd = shm_open(NAME, O_RDWR | O_CREAT);
    ftruncate(fd, 5);
    const reader = shm_open(NAME, O_RDONLY);
    shm_unlink(NAME);
    assert.equal(codeOf(() => mmap(5, MAP_SHARED, reader)), "EACCES");
    [fd, reader].forEach(close);
  });
});

test("anonymous memory is zeros, and refuses a descriptor", () => {
  const memory = mmap(100_000, MAP_SHARED | MAP_ANONYMOUS);
  assert.ok(new Uint8Array(memory).every((value) => value === 0));
  const numbers = new BigInt64Array(memory, 0, 4);
  assert.deepEqual([Atomics.add(numbers, 2, 5n), Atomics.sub(numbers, 2, 2n), numbers[2]], [0n, 5n, 3n]);
  munmap(memory);
  assert.equal(codeOf(() => mmap(1, MAP_SHARED | MAP_ANONYMOUS, 0)), RANGE);
});

test("shared memory is found by its name until the name goes", () => {
  withoutLeak(() => {
    using here = SharedMemory.create(NAME, 6000, 0o640);
    assert.equal(codeOf(() => SharedMemory.create(NAME, 1)), "EEXIST");
    using there = SharedMemory.open(NAME);
    const fd = shm_open(NAME, O_RDONLY);
    assert.deepEqual([fstat(fd).size, fstat(fd).mode & 0o777, there.buffer.byteLength], [6000, 0o640, 6000]);
    close(fd);
    shm_unlink(NAME);
    for (const gone of [() => shm_unlink(NAME), () => SharedMemory.open(NAME)]) assert.equal(codeOf(gone), "ENOENT");
    new Uint8Array(here.buffer)[5999] = 77;
    assert.equal(new Uint8Array(there.buffer)[5999], 77);
  });
  assert.equal(mappings(), 0);
});

test("a semaphore counts, and does not wait when told", () => {
  withoutLeak(() => {
    const semaphore = sem_open(NAME, O_CREAT | O_EXCL, 0o600, 2);
    assert.equal(codeOf(() => sem_open(NAME, O_CREAT | O_EXCL)), "EEXIST");
    assert.equal(sem_open(NAME), semaphore, "open already");
    sem_unlink(NAME);
    assert.equal(codeOf(() => sem_open(NAME)), "ENOENT");
    sem_wait(semaphore);
    sem_trywait(semaphore);
    assert.deepEqual([sem_getvalue(semaphore), codeOf(() => sem_trywait(semaphore)), codeOf(() => sem_timedwait(semaphore, Date.now() + 2))], [0, "EAGAIN", "ETIMEDOUT"]);
    sem_post(semaphore);
    sem_timedwait(semaphore, Date.now() + 10_000);
    sem_close(semaphore);
    assert.equal(sem_getvalue(semaphore), 0);
    sem_close(semaphore);
    for (const call of [sem_getvalue, sem_post, sem_wait, sem_trywait, sem_close]) assert.equal(codeOf(() => call(semaphore)), VALUE, call.name);
  });
});

test("a semaphore at its limit fails with EOVERFLOW", () => {
  using semaphore = NamedSemaphore.create(NAME, 0x7fffffff);
  sem_unlink(NAME);
  assert.equal(codeOf(() => semaphore.post()), "EOVERFLOW");
  assert.equal(semaphore.value, 0x7fffffff);
});

test("NamedSemaphore closes once and is of no use then", () => {
  const semaphore = NamedSemaphore.create(NAME, 1);
  using again = NamedSemaphore.open(NAME);
  sem_unlink(NAME);
  assert.deepEqual([again.tryWait(), again.tryWait(), codeOf(() => again.wait({ timeout: 1 }))], [true, false, "ETIMEDOUT"]);
  semaphore[Symbol.dispose]();
  semaphore[Symbol.dispose]();
  assert.equal(codeOf(() => semaphore.value), VALUE);
  assert.equal(again.value, 0);
});

test("a queue gives the most urgent first, and among equals the oldest", () => {
  withoutLeak(() => {
    using queue = PosixQueue.create(NAME, { maxmsg: 5, msgsize: 32 });
    mq_unlink(NAME);
    assert.ok(queue.fd.cloexec);
    for (const [data, priority] of [["a", 1], ["b", 32767], ["c", 1], ["", 0]] as const) queue.send(data, { priority });
    assert.deepEqual(queue.attributes, { flags: 0, maxmsg: 5, msgsize: 32, curmsgs: 4 });
    assert.deepEqual(poll([{ fd: queue.fd.number, events: POLLIN }], 0).length, 1);
    const taken = Array.from({ length: 4 }, () => queue.receive()).map(({ data, priority }) => `${text(data)}${priority}`);
    assert.deepEqual(taken, ["b32767", "a1", "c1", "0"]);
    assert.equal(queue.tryReceive(), undefined);
    assert.equal(codeOf(() => queue.receive({ timeout: 1 })), "ETIMEDOUT");
    assert.equal(poll([{ fd: queue.fd.number, events: POLLIN }], 0).length, 0);
  });
});

test("a queue refuses what is too long, too much, or from one who may not", () => {
  withoutLeak(() => {
    const queue = mq_open(NAME, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK, 0o600, { maxmsg: 2, msgsize: 8 });
    assert.equal(codeOf(() => mq_open(NAME, O_RDWR | O_CREAT | O_EXCL)), "EEXIST");
    const reader = mq_open(NAME, O_RDONLY);
    const writer = mq_open(NAME, O_WRONLY);
    mq_unlink(NAME);
    assert.equal(codeOf(() => mq_open(NAME, O_RDWR)), "ENOENT");
    assert.equal(codeOf(() => mq_receive(queue)), "EAGAIN");
    assert.equal(codeOf(() => mq_send(queue, "nine bytes")), "EMSGSIZE");
    mq_send(writer, "12345678");
    mq_send(queue, "x");
    assert.equal(codeOf(() => mq_send(queue, "x")), "EAGAIN");
    assert.equal(codeOf(() => mq_send(writer, "x", 0, Date.now() + 2)), "ETIMEDOUT");
    assert.deepEqual([codeOf(() => mq_send(reader, "x")), codeOf(() => mq_receive(writer))], ["EBADF", "EBADF"]);
    assert.equal(text(mq_receive(reader).data), "12345678");
    assert.deepEqual([mq_getattr(queue).flags, mq_getattr(reader).flags], [O_NONBLOCK, 0]);
    [queue, reader, writer].forEach(close);
  });
});

test("mq_getattr() of what is no queue fails with EBADF", () => {
  assert.deepEqual([codeOf(() => mq_getattr(0)), codeOf(() => mq_getattr(NEVER_OPEN)), codeOf(() => mq_receive(0))], ["EBADF", "EBADF", "EBADF"]);
  assert.deepEqual([codeOf(() => mq_notify(0, {})), codeOf(() => mq_notify(NEVER_OPEN))], ["EBADF", "EBADF"]);
});

const rows: [title: string, call: () => unknown, code: string][] = [
  ["mmap: nothing", () => mmap(0, MAP_SHARED, 0), RANGE],
  ["mmap: a private mapping", () => mmap(1, MAP_ANONYMOUS), RANGE],
  ["mmap: an unknown flag", () => mmap(1, 3), RANGE],
  ["mmap: a text for a length", () => mmap(bad("1"), MAP_SHARED), TYPE],
  ["munmap: an ordinary buffer", () => munmap(new ArrayBuffer(8)), VALUE],
  ["munmap: a view", () => munmap(bad(new Uint8Array(8))), TYPE],
  ["shm_open: a name without its slash", () => shm_open("x", O_RDONLY), VALUE],
  ["shm_open: a name with two", () => shm_open("/a/b", O_RDONLY), VALUE],
  ["shm_open: a name of 252 bytes", () => shm_open(`/${"x".repeat(251)}`, O_RDONLY), RANGE],
  ["shm_unlink: no name", () => shm_unlink(bad(undefined)), TYPE],
  ["SharedMemory.create: no bytes", () => SharedMemory.create(NAME, 0), RANGE],
  ["sem_open: a flag that is none", () => sem_open(NAME, 1), RANGE],
  ["sem_open: a value of 2^31", () => sem_open(NAME, O_CREAT, 0o600, 2 ** 31), RANGE],
  ["sem_wait: an address that is no semaphore's", () => sem_wait(4096), VALUE],
  ["sem_post: 0", () => sem_post(0), VALUE],
  ["sem_getvalue: a text", () => sem_getvalue(bad("1")), TYPE],
  ["mq_open: a NUL in the name", () => mq_open("/a\0", O_RDONLY), VALUE],
  ["mq_open: only one limit", () => mq_open(NAME, O_CREAT, 0o600, bad({ maxmsg: 1 })), TYPE],
  ["mq_open: room for no message", () => mq_open(NAME, O_CREAT, 0o600, { maxmsg: 0, msgsize: 1 }), RANGE],
  ["mq_send: a priority of 32768", () => mq_send(0, "x", 32768), RANGE],
  ["mq_send: a number for data", () => mq_send(0, bad(1)), TYPE],
  ["mq_notify: a number", () => mq_notify(0, bad(1)), TYPE],
  ["mq_notify: an unknown signal", () => mq_notify(0, { signal: bad("SIGNONE") }), VALUE],
  ["mq_notify: signal 0", () => mq_notify(0, { signal: 0 }), RANGE],
  ["mq_notify: a value beyond 32 bits", () => mq_notify(0, { signal: "SIGUSR1", value: 2 ** 31 }), RANGE],
  ["mq_receive: a negative time", () => mq_receive(0, -1), RANGE],
];

for (const [title, call, code] of rows) {
  test(`${title} is refused with ${code}`, () => assert.equal(codeOf(call), code));
}
