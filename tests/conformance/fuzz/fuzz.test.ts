/**
 * Every function, constructor, method and accessor that the library exports, found by looking, is called with hostile values: never a crash of
 * the runtime, a descriptor or a child left behind, always a typed error.
 *
 * `npm run fuzz -- --minutes 10` runs it for longer, from a seed of its own.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { apart } from "../../helpers/apart.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

interface Told {
  seed: number;
  calls: number;
  returned: number;
  refused: number;
  failed: number;
  /** Processes that are left when all is over. */
  remaining: number;
  targets: number;
  untouched: string[];
  findings: string[];
}

const minutes = Number(process.env["FORKSCOPE_MINUTES"] ?? 0);
const seed = Number(process.env["FORKSCOPE_SEED"] ?? (minutes > 0 ? Date.now() % 1_000_000 : 1));

test("hostile calls of everything exported: typed errors, nothing left behind, no crash", { timeout: (minutes + 5) * 60_000 }, async () => {
  const place = apart();
  try {
    console.log(`# seed ${seed}`);
    const span = minutes > 0 ? minutes * 30_000 : 240_000;
    const args = [place.folder, String(seed), String(span), String(place.alone), minutes > 0 ? "1000000" : "sweep"];
    const told = await runForJson<Told>("fuzz", args, { ...place.options, deadline: span + 60_000 });
    const { untouched: _untouched, findings, ...counts } = told;
    console.log(`# report ${JSON.stringify({ what: "calls in forked children", ...counts, findings: findings.length })}`);
    assert.deepEqual(told.findings, [], `seed ${told.seed}`);
    assert.deepEqual(told.untouched, [], "never called; a class of which no call gives an instance is made in tests/fixtures/fuzz/objects.ts");
    assert.equal(told.remaining, 0);
    assert.ok(told.targets > 250 && told.calls > 1000, JSON.stringify(told));
    assert.ok(told.returned > 500 && told.refused > 500 && told.failed > 100, `the calls are too much alike: ${JSON.stringify(told)}`);
  } finally {
    place.remove();
  }
});
