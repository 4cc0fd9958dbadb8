/** System V objects between processes. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["undo of the killed", "what a killed process had taken with SEM_UNDO comes back, without it does not", { held: [0, 0], after: [1, 0] }],
  ["undo: what takes it away", "SETVAL forgets it, a child has none, a release evens it out", [9, 5, 5]],
  ["undo: exec keeps it until the end", "it is the process's, whichever program it runs", { held: [0], after: [1] }],
  ["undo: a release is undone too", "taken back at the end", { inside: 1, after: [0] }],
  ["who waits is counted", "for more, and for zero", { statuses: [0, 0, 0], left: [0, 0, 0, 0] }],
  ["a waiter for three lets one for one go first", "what can go on goes on", { first: 0, second: 0, left: [0] }],
  ["wait for a semaphore", "a child waits until there is enough, and gives back when it ends", { status: 5, value: 2 }],
  ["removed under a waiter", "who waits for a set that is removed fails with EIDRM", { status: 6 }],
  ["child leaves objects", "dispose in a forked child removes nothing of its parent's", { value: 1, attached: 1, queued: 0 }],
  ["memory and a lock", "four children count in one memory under a lock, and by Atomics without one", { statuses: [0, 0, 0, 0], locked: 2000, atomic: 2000 }],
  ["ping and pong", "messages go to and fro in order by their types", { right: 100, status: 0 }],
  ["queue removed under a waiter", "who waits for a queue that is removed fails with EIDRM", { status: 6, gone: true }],
];

const nobody = asNobody();
after(nobody.remove);

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => {
    assert.deepEqual(await runForJson("ipc_sysv", [name]), answer);
  });
  test(`as nobody, ${name}: ${shows}`, async (t) => {
    if (nobody.whyNot) return skip(t, nobody.whyNot);
    assert.deepEqual(await runForJson("ipc_sysv", [name], nobody.options), answer);
  });
}
