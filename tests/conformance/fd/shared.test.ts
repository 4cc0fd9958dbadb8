/** Locks, counters, sets and FIFOs between processes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["record lock", "a child does not have its parent's record locks, and a close of any descriptor of the file ends them", { held: { type: 1, whence: 0, start: 1, length: 2, pid: true }, refused: "EAGAIN", afterClose: 1 }],
  ["lock waited for", "F_SETLKW waits until the lock is let go", { status: 3 }],
  ["deadlock", "two that would wait for each other: the second is told EDEADLK", { parent: "EDEADLK", status: 4 }],
  ["description's locks", "flock and F_OFD_SETLK are shared by fork, stand against a second open, and a child may let them go", { inherited: 1, opened: 1, flocked: 1, afterChildUnlocked: "" }],
  ["counter", "what children write into an eventfd adds up in the parent", { sum: 6 }],
  ["set", "what a child adds to an epoll set its parent is told of", { told: [99] }],
  ["fifo", "a FIFO joins two processes by its name and ends with its writer", { text: "through the name", end: 0, status: 0 }],
  ["mask of ppoll", "a pending signal comes through when ppoll's mask lets it, not before", { kind: "signaled", signal: 10 }],
  ["wait of a child's byte", "poll waits for what a child writes", { ready: 1, status: 0 }],
];

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => {
    const got = await runForJson<Record<string, unknown>>("fd_shared", [name]);
    for (const [key, value] of Object.entries(answer as object)) assert.deepEqual(got[key], value, key);
  });
}
