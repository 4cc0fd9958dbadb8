/**
 * Faults on purpose: no descriptor left, children killed at random while messages with descriptors fly, a signal every 200 microseconds.
 * Nothing is lost, and in the end there is as much of everything as at the start.
 *
 * `npm run faults -- --minutes 10` runs them for longer, from a seed of their own.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";

const minutes = Number(process.env["FORKSCOPE_MINUTES"] ?? 0);
const seed = Number(process.env["FORKSCOPE_SEED"] ?? (minutes > 0 ? Date.now() % 1_000_000 : 1));
const span = minutes > 0 ? minutes * 15_000 : 2500;
const timeout = span + 120_000;

test("every call that makes descriptors fails with EMFILE alone, and leaves none, however many numbers are free", { timeout }, async () => {
  const told = await runForJson<Record<string, { failures: string[]; left: number }>>("faults", ["EMFILE"], { deadline: timeout });
  const { spawn, ...others } = told;
  for (const [name, { failures, left }] of Object.entries(others)) assert.deepEqual({ name, failures, left }, { name, failures: ["EMFILE"], left: 0 });
  // The child's numbers may lie above the limit, which dup2 says by EBADF; where all of them are below it nothing fails.
  assert.deepEqual({ left: spawn?.left, others: spawn?.failures.filter((code) => !["EMFILE", "EBADF"].includes(code)) }, { left: 0, others: [] });
});

test("a message's descriptors are received all or closed all, however many numbers are free", async () => {
  assert.deepEqual(await runForJson("faults", ["EMFILE, receiving"]), { seen: ["closed 0", "closed 1", "closed 2", "closed 3", "all"], left: 0 });
});

for (const how of ["killed at random", "interrupted all the time"]) {
  test(`children that send descriptors, ${how}: nothing is lost or left`, { timeout }, async () => {
    console.log(`# seed ${seed}`);
    const { rounds, whole, killed, messages, interrupted = true, before, after } = await runForJson<Record<string, unknown>>("faults", [how, String(span), String(seed)], { deadline: timeout });
    console.log(`# report ${JSON.stringify({ what: `children that send descriptors, ${how}`, seed, rounds, whole, killed, messages })}`);
    assert.deepEqual(after, before);
    assert.ok(Number(whole) > 0 && Number(killed) > 0 && Number(messages) > 0 && Number(whole) + Number(killed) === rounds, `${rounds} rounds, ${whole} whole, ${killed} killed`);
    assert.equal(interrupted, true);
  });
}
