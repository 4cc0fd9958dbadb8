/**
 * Asynchronous calls while a signal comes every half millisecond, descriptors answer EAGAIN nearly always, and one call in four is given up and
 * made again: descriptors, bytes, messages and turns go through in order, none lost, none twice, and nothing is left.
 *
 * `npm run faults -- --minutes 10` runs it for longer, from a seed of its own.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { apart } from "../../helpers/apart.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const minutes = Number(process.env["FORKSCOPE_MINUTES"] ?? 0);
const seed = Number(process.env["FORKSCOPE_SEED"] ?? (minutes > 0 ? Date.now() % 1_000_000 : 1));
const span = minutes > 0 ? minutes * 15_000 : 2000;
/** Kept for the next call, besides the one that polls. */
const IDLE_THREADS = 8 + 1;
const timeout = span + 120_000;

test("a storm of EINTR and EAGAIN in a running loop: all goes through in order, once, and nothing is left", { timeout }, async () => {
  const place = apart();
  try {
    console.log(`# seed ${seed}`);
    const { before, after, threads, ...told } = await runForJson<Record<string, unknown>>("faults_loop", [String(span), String(seed)], { ...place.options, deadline: timeout });
    console.log(`# report ${JSON.stringify({ what: "EINTR and EAGAIN in a running loop", seed, ...told })}`);
    assert.deepEqual(after, before);
    for (const [what, count] of Object.entries(told)) assert.ok(Number(count) > 20, `${what}: ${String(count)}`);
    assert.ok(Number(threads) > 0 && Number(threads) <= IDLE_THREADS, `${String(threads)} call threads`);
  } finally {
    place.remove();
  }
});
