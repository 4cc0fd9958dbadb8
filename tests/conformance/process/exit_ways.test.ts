/** Every way out of a forked child ends it by _exit: the right status, no handler or timer of the parent, nothing written twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runFixture } from "../../helpers/run_fixture.ts";

interface Expected {
  /** Exit status, or minus the signal. */
  status: number;
  /** What must stand on standard error. */
  says?: RegExp;
}

const WAYS: Record<string, Expected> = {
  "_exit": { status: 7 },
  "process.exit": { status: 7 },
  "process.exit and exitCode": { status: 7 },
  "exit imported by name": { status: 7 },
  "process.reallyExit": { status: 7 },
  "the runtime's exit": { status: 7 },
  "exit captured before the fork": { status: 7 },
  "throw": { status: 1, says: /boom/ },
  "throw in a callback": { status: 1, says: /boom/ },
  "throw a string": { status: 1, says: /boom/ },
  "fall off": { status: 0 },
  "fall off with exitCode": { status: 7 },
  "rejection": { status: 1, says: /boom/ },
  "async throw": { status: 1, says: /boom/ },
  "throw in nextTick": { status: 1, says: /boom/ },
  "throw in a microtask": { status: 1, says: /boom/ },
  "process.exit in try and finally": { status: 7 },
  "process.abort": { status: -6 },
  "emit exit": { status: 7 },
  "await, then exit": { status: 7 },
  "killed": { status: -15 },
};

for (const how of ["close", "keep", "close listened"]) {
  for (const [way, expected] of Object.entries(WAYS)) {
    test(`child ends by: ${way} (runtime descriptors: ${how})`, () => endsBy(way, how, expected));
  }
}

/** A parent that has forked ends, whichever way, as one that has not: the same status, the same lines in the same order. */
const PARENTS = [
  "fall off", "exit code", "exit", "reallyExit", "the runtime's exit", "throw", "throw a string", "rejection", "throw in a timer", "listened throw",
  "listened rejection", "abort", "listeners", "removed listeners",
];
for (const way of PARENTS) {
  test(`a parent ends as ever: ${way}`, async () => {
    const [forked, plain] = await Promise.all(["forks", ""].map((forks) => runFixture("process_parent_ways", [way, forks])));
    assert.deepEqual({ ...forked, pid: 0 }, { ...plain, pid: 0 });
  });
}

async function endsBy(way: string, how: string, expected: Expected): Promise<void> {
  const { code, stdout, stderr } = await runFixture("process_exit_ways", [way, ...how.split(" ")]);
  assert.equal(code, 0, stderr);
  const lines = stdout.split("\n");
  const status = lines.find((line) => line.startsWith("{")) ?? "";
  assert.equal(statusNumber(status), expected.status, `${status} ${stderr}`);
  assert.equal(lines.filter((line) => line === "BUFFERED").length, 1, "text written before the fork");
  assert.doesNotMatch(stdout, /in child/, "a handler or timer of the parent ran in the child");
  assert.doesNotMatch(stdout, /finally ran/, "code after process.exit ran");
  assert.match(stdout, /parent handler in parent/, "the parent's own handlers still run in the parent");
  if (expected.says) assert.match(stderr, expected.says);
  else assert.equal(stderr, "");
}

function statusNumber(json: string): number {
  const status = JSON.parse(json) as { code?: number; signal?: number };
  return status.code ?? -(status.signal ?? 0);
}
