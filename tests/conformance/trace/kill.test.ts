/** The tracer is killed with SIGKILL, at moments from its start on: `npm run kill:tracer` does so a thousand times. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { killAttached, killLaunched, type Level } from "../../helpers/kill_tracer.ts";
import { runtime } from "../../helpers/run_fixture.ts";

const LEVELS: Level[] = ["tree", "fds", "all"];
const TIMES = 4;
/** Milliseconds from the start of the tracer to its end: some before the command begins, some long after. */
const LATEST = 900;

for (const level of LEVELS) {
  test(`PTRACE_O_EXITKILL: a command ends with its killed tracer, which is said, at level ${level}`, async () => {
    const outcomes = [];
    for (let i = 1; i <= TIMES; i++) outcomes.push(await killLaunched(runtime, level, (LATEST * i) / TIMES));
    assert.deepEqual(outcomes.flatMap(({ faults }) => faults), []);
  });

  test(`ptrace(2): who was attached to goes on when its tracer is killed, at level ${level}`, async () => {
    const outcomes = [];
    for (let i = 1; i <= TIMES; i++) outcomes.push(await killAttached(runtime, level, (LATEST * i) / TIMES));
    assert.deepEqual(outcomes.flatMap(({ faults }) => faults), []);
  });
}
