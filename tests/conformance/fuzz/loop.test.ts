/**
 * The asynchronous forms with hostile values in a program with an event loop, some at once, each given up at another moment; scopes of processes
 * left at any moment: every promise settles, with a typed error, and no descriptor, process or object between processes is left.
 *
 * `npm run fuzz -- --minutes 10` runs it for longer, from a seed of its own.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { Board } from "../../fixtures/fuzz/board.ts";
import { apart } from "../../helpers/apart.ts";
import { runFixture } from "../../helpers/run_fixture.ts";

interface Told {
  calls: number;
  returned: number;
  refused: number;
  failed: number;
  /** Names of what was called, and of all that there is to call. */
  touched: string[];
  all: string[];
  findings: string[];
}

const minutes = Number(process.env["FORKSCOPE_MINUTES"] ?? 0);
const seed = Number(process.env["FORKSCOPE_SEED"] ?? (minutes > 0 ? Date.now() % 1_000_000 : 1));
/** Programs that are run, one after the other, and rounds of calls in each. */
const PROGRAMS = 6;
const ROUNDS = 80;
const DEADLINE = 120_000;
/** Signals are not blocked in every thread here, so signalfd refuses: its own tests have programs that were started so. */
const NOT_HERE = /^(SignalFd|new ProcessScope)/u;

test("hostile asynchronous calls in a running loop: all settle, typed errors, nothing left behind", { timeout: (minutes + 10) * 60_000 }, async () => {
  const place = apart();
  const sums = { calls: 0, returned: 0, refused: 0, failed: 0 };
  const touched = new Set<string>();
  let all: string[] = [];
  try {
    console.log(`# seed ${seed}`);
    const end = performance.now() + minutes * 30_000;
    for (let i = 0; minutes > 0 ? performance.now() < end : i < PROGRAMS; i++) {
      const one = seed * 1000 + i;
      const told = await runOne(one);
      assert.deepEqual(told.findings, [], `program ${one}`);
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += told[name];
      told.touched.forEach((name) => touched.add(name));
      ({ all } = told);
    }
    assert.ok(all.length > 60 && sums.returned > 200 && sums.refused > 200 && sums.failed > 20, JSON.stringify({ ...sums, all: all.length }));
    assert.deepEqual(all.filter((name) => !touched.has(name) && !NOT_HERE.test(name)), [], "never called");
  } finally {
    console.log(`# report ${JSON.stringify({ what: "asynchronous calls in running loops", seed, ...sums })}`);
    place.remove();
  }

  async function runOne(one: number): Promise<Told> {
    const { code, signal, stdout, stderr } = await runFixture("fuzz_loop", [place.folder, String(one), String(place.alone), String(ROUNDS)], { ...place.options, deadline: DEADLINE });
    const [last = ""] = stdout.trim().split("\n").slice(-1);
    if (code === 0) return JSON.parse(last) as Told;
    const { buffer } = new Uint8Array(readFileSync(join(place.folder, "board")));
    const board = new Board(buffer);
    throw new Error(`program ${one} ended with ${code ?? signal} in ${board.current}; before: ${board.found.join("; ")}; it said: ${stderr.slice(-2000)}`);
  }
});
