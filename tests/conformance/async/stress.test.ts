/** Asynchronous calls given up at random moments: each settles, nothing is lost, no thread and no descriptor is left over; and Workers that end in the middle. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";

const flags = runtime === "deno" ? ["--allow-read"] : [];
const seeds = process.env["FORKSCOPE_SEED"] ? [process.env["FORKSCOPE_SEED"]] : ["1", "2", "3"];

for (const seed of seeds) {
  test(`600 calls of thirteen kinds, aborted at once, in a microtask or later: what was sent was taken or is still there (seed ${seed})`, async () => {
    assert.deepEqual(await runForJson("async_stress", ["random aborts", seed, "600"], { deadline: 60_000 }), {
      sum: 600, some: true, other: [], conserved: [true, true, true, true, true, true], more: [], threads: true,
    });
  });
}

test("Workers are terminated while calls of theirs wait: the program goes on, its own calls too, and it ends by itself", async () => {
  assert.deepEqual(await runForJson("async_stress", ["a Worker ends"], { flags, deadline: 60_000 }), { read: 5 });
});

test("a poll that is aborted in the moment of its call is given up", async () => {
  assert.equal(await runForJson("async_stress", ["poll aborted at once"]), "AbortError");
});
