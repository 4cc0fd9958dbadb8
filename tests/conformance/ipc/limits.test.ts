/** Limits of IPC objects, each reached: the errno of the manual page, which limit it is, and how it is lifted. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

interface Failure {
  code?: string;
  says: string;
}

const OK = undefined;

/** A case of the fixture, the limit it reaches, the code of each call (undefined: it works), and what the messages of failures say. */
const rows: [name: string, limit: string, codes: (string | undefined)[], says: RegExp][] = [
  ["semmsl", "semaphores in a set", ["EINVAL", OK], /Invalid argument: more than one set.*kernel\.sem is 5 100 500 10; sysctl -w kernel\.sem="N N N N" raises it/],
  ["semmni", "sets", [OK, OK, "ENOSPC"], /kernel\.sem is 5 100 500 2; sysctl/],
  ["semmns", "semaphores in all", [OK, "ENOSPC"], /kernel\.sem is 5 7 500 10; sysctl/],
  ["semopm", "operations of one call", [OK, "E2BIG"], /third of kernel\.sem is 5 100 3 10/],
  ["shmmax", "bytes of a segment", [OK, "EINVAL"], /kernel\.shmmax is 8192; sysctl -w kernel\.shmmax=N/],
  ["shmmni", "segments", [OK, OK, "ENOSPC"], /kernel\.shmmni is 2; sysctl/],
  ["shmall", "pages of all segments", [OK, "ENOSPC"], /kernel\.shmall is 3; sysctl/],
  ["msgmni", "queues", [OK, OK, "ENOSPC"], /kernel\.msgmni is 2; sysctl/],
  ["msgmax", "bytes of a message", [OK, "EINVAL"], /kernel\.msgmax is 100; sysctl/],
  ["msgmnb", "bytes of a queue", ["EPERM", "EAGAIN", OK], /kernel\.msgmnb is 1000; sysctl/],
  ["msg_max", "messages and bytes of a POSIX queue, without privilege", [OK, "EINVAL", "EINVAL"], /fs\.mqueue\.msg_max is 10; sysctl/],
  ["queues_max", "POSIX queues", [OK, OK, "ENOSPC"], /fs\.mqueue\.queues_max is 2; sysctl/],
  ["/dev/shm not there", "the place of POSIX objects", ["ENOENT", "ENOENT", "ENOENT"], /\/dev\/shm, which is not there; mount/],
  ["/dev/shm another's", "the right to write there", ["EACCES", "ENOENT"], /\/dev\/shm.*may not be written/],
];

const isRoot = process.getuid?.() === 0;
const NEEDS_ROOT = "needs root to have limits of its own";

for (const [name, limit, codes, says] of rows) {
  test(`${name}: ${limit}`, async (t) => {
    if (!isRoot) return skip(t, NEEDS_ROOT);
    const got = await runForJson<Failure[]>("ipc_limits", [name]);
    assert.deepEqual(got.map(({ code }) => code), codes, JSON.stringify(got));
    const first = got.find(({ code }) => code !== undefined);
    assert.match(first?.says ?? "", says);
  });
}

/** A case, what it shows, and what it gives. */
const others: [name: string, shows: string, answer: unknown][] = [
  ["semopm raised", "the library has no limit of its own", [600]],
  ["no /dev/mqueue", "queues need no mount", 5],
  ["memory lives on in a memfd", "a memfd needs no /dev/shm", 1 << 20],
];

for (const [name, shows, answer] of others) {
  test(`${name}: ${shows}`, async (t) => {
    if (!isRoot) return skip(t, NEEDS_ROOT);
    assert.deepEqual(await runForJson("ipc_limits", [name]), answer);
  });
}

test("RLIMIT_MSGQUEUE: bytes of all POSIX queues of a user; EMFILE leaves no descriptor", async (t) => {
  if (!isRoot) return skip(t, NEEDS_ROOT);
  const [first, second, third, left] = await runForJson<[Failure, Failure, Failure, number]>("ipc_limits", ["RLIMIT_MSGQUEUE"]);
  assert.deepEqual([first.code, second.code, third.code, left], [OK, OK, "EMFILE", 2]);
  assert.match(third.says, /RLIMIT_MSGQUEUE, 20000 bytes.*ulimit -q/);
});

test("EMFILE for want of a number does not speak of RLIMIT_MSGQUEUE", async (t) => {
  if (!isRoot) return skip(t, NEEDS_ROOT);
  assert.deepEqual(await runForJson("ipc_limits", ["no number for a queue"]), { code: "EMFILE", says: "EMFILE, Too many open files" });
});

test("/dev/shm too small: ENOSPC when the memory is made, not SIGBUS when it is touched, and no name is left", async (t) => {
  if (!isRoot) return skip(t, NEEDS_ROOT);
  const { code, says, gone, fits } = await runForJson<Failure & { gone: string; fits: number }>("ipc_limits", ["/dev/shm too small"]);
  assert.deepEqual([code, gone, fits], ["ENOSPC", "ENOENT", 32768]);
  assert.match(says, /\/dev\/shm, which is full.*remount,size/);
});

test("/dev/shm full: a semaphore fails with ENOSPC", async (t) => {
  if (!isRoot) return skip(t, NEEDS_ROOT);
  const { code, says, all } = await runForJson<Failure & { all: number }>("ipc_limits", ["/dev/shm full"]);
  assert.deepEqual([code, all], ["ENOSPC", 4096]);
  assert.match(says, /\/dev\/shm, which is full/);
});

test("what could not be made leaves nothing behind", async () => {
  assert.deepEqual(await runForJson("ipc_limits", ["nothing is left"]), [true, "ENOENT", "ENOENT"]);
});
