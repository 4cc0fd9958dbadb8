/** POSIX objects between processes. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { getpid, getuid, NamedSemaphore, sem_unlink, SharedMemory, shm_unlink } from "../../../lib/core/mod.ts";
import { root } from "../../helpers/forkscope.ts";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["anonymous memory", "what a child writes its parent reads; each unmaps its own", { status: 0, value: 7, mine: 64 }],
  ["named memory and semaphore", "four children find memory and lock by name and count together", { statuses: [0, 0, 0, 0], count: 2000, free: 1 }],
  ["notify: a signal with its value", "once, from the sender, and not when it was taken back", { told: [true, true, true, -77], again: false, back: false }],
  ["notify: not while it is not empty, nor when somebody waits", "the message that makes an empty queue not empty tells", { full: false, waited: false, now: 10 }],
  ["notify: one process at a time", "EBUSY, until its process closes any descriptor of the queue", { busy: "EBUSY", says: true, self: "EBUSY", after: "told nobody" }],
  ["ping and pong", "messages go to and fro in order", { right: 100, status: 0 }],
];

const nobody = asNobody();
after(nobody.remove);

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => {
    assert.deepEqual(await runForJson("ipc_posix", [name]), answer);
  });
  test(`as nobody, ${name}: ${shows}`, async (t) => {
    if (nobody.whyNot) return skip(t, nobody.whyNot);
    assert.deepEqual(await runForJson("ipc_posix", [name], nobody.options), answer);
  });
}

test("another user is refused each object of mode 0o600 with EACCES, its removal by IPC_RMID with EPERM", async (t) => {
  if (getuid() !== 0) return skip(t, "needs root to become another user");
  assert.deepEqual(await runForJson("ipc_posix", ["another user"]), {
    status: 0,
    codes: ["EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EACCES", "EPERM", "EACCES", "EPERM", "EACCES", "EPERM"],
    left: [64, 1, 0],
  });
});

test("a Bun and a Deno process share memory and a lock", async (t) => {
  const other = runtime === "bun" ? "deno" : "bun";
  const executable = join(root, "node_modules", ".bin", other);
  if (spawnSync(executable, ["--version"]).status !== 0) return skip(t, `needs ${other}`);
  const name = `/forkscope-both-${getpid()}`;
  using memory = SharedMemory.create(name, 64);
  using lock = NamedSemaphore.create(name, 1);
  const names = [name, "3000"];
  try {
    const script = join(root, "tests", "fixtures", "ipc_posix.ts");
    const flags = other === "deno" ? ["run", "--quiet", "--allow-ffi", "--no-check", "--no-remote", "--no-config", "--no-lock"] : [];
    const theirs = new Promise<string>((resolve, reject) => {
      execFile(executable, [...flags, script, "count for another", ...names], (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
    const mine = await runForJson("ipc_posix", ["count for another", ...names]);
    assert.deepEqual([mine, JSON.parse(await theirs)], [{ runtime }, { runtime: other }]);
  } finally {
    shm_unlink(name);
    sem_unlink(name);
  }
  const numbers = new Int32Array(memory.buffer);
  assert.deepEqual([numbers[0], numbers[1], lock.value], [6000, 6000, 1]);
});
