/** POSIX objects between processes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["anonymous memory", "what a child writes its parent reads; each unmaps its own", { status: 0, value: 7, mine: 64 }],
  ["named memory and semaphore", "four children find memory and lock by name and count together", { statuses: [0, 0, 0, 0], count: 2000, free: 1 }],
  ["ping and pong", "messages go to and fro in order", { right: 100, status: 0 }],
];

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => {
    assert.deepEqual(await runForJson("ipc_posix", [name]), answer);
  });
}
