/**
 * Memory stays flat over a great many calls, and what the kernel reads and writes is where the caller's views are, with small ones that the
 * engine moves and collections in between. `npm run faults` makes a million calls and more.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";

const minutes = Number(process.env["FORKSCOPE_MINUTES"] ?? 0);
const calls = minutes > 0 ? 2_000_000 : 200_000;
/** KiB that the last part may hold above the second: what a collector leaves lying about, far less than a buffer lost in each round. */
const BOUND = minutes > 0 ? 16_384 : 12_288;

test("memory is flat over many calls, and no byte goes astray", { timeout: 600_000 }, async () => {
  const flags = runtime === "deno" ? ["--v8-flags=--expose-gc"] : [];
  const { resident } = await runForJson<{ resident: number[] }>("memory_flat", [String(calls)], { flags, deadline: 600_000 });
  const [, second = 0] = resident;
  const last = resident.at(-1) ?? Infinity;
  assert.ok(last - second < BOUND, `resident KiB after each sixth of ${calls} calls: ${resident.join(", ")}`);
});
