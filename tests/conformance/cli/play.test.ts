/** `forkscope play`: each story, really run and judged. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import type { Event } from "../../../lib/model/event.ts";
import { normalise, Timeline } from "../../../lib/model/mod.ts";
import { type Claim, judge } from "../../../scenarios/claim.ts";
import { claims as forkClaims } from "../../../scenarios/fork_returns_twice.check.ts";
import { claims as handOverClaims } from "../../../scenarios/hand_over.check.ts";
import { claims as zombieClaims } from "../../../scenarios/zombie.check.ts";
import { ended, firstLine, forkscope, gone, jsonLines, runtime, start } from "../../helpers/forkscope.ts";
import { skip } from "../../helpers/skip.ts";

interface Result { type: string; scenario: string; runtime: string; verdicts: { claim: string; verdict: string; evidence: unknown[] }[]; checks: number; disagreements: number; exit: number }

/** The verdicts claims.md of the project expects. WCOREDUMP is "finer" where the machine writes no core files. */
const stories: { id: string; claims: readonly Claim[]; verdicts: Record<string, string[]> }[] = [
  { id: "fork-returns-twice", claims: forkClaims, verdicts: { F1: ["agrees"], F4: ["agrees"], F9: ["agrees"] } },
  { id: "zombie", claims: zombieClaims, verdicts: { Z1: ["agrees"], Z3: ["agrees", "finer"], Z4: ["agrees"] } },
  { id: "hand-over", claims: handOverClaims, verdicts: { D2: ["agrees"], D3: ["agrees"] } },
];

const runs = new Map<string, Promise<{ events: Event[]; result: Result; code: number | null; stderr: string }>>();

function played(id: string, on: string = runtime): ReturnType<typeof run> {
  const key = `${id} ${on}`;
  const known = runs.get(key) ?? run(id, on);
  runs.set(key, known);
  return known;
}

async function run(id: string, on: string) {
  const { code, stdout, stderr } = await forkscope(["play", id, "--json"], { runtime: on });
  const lines = jsonLines(stdout);
  const events = lines.filter(({ type }) => type === "event").map(({ type: _type, ...event }) => event as unknown as Event);
  return { events, result: lines.at(-1) as unknown as Result, code, stderr };
}

for (const { id, claims, verdicts } of stories) {
  test(`${id} ends well and disagrees nowhere with the kernel`, async () => {
    const { result, code, stderr } = await played(id);
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.deepEqual({ type: result.type, scenario: result.scenario, runtime: result.runtime, disagreements: result.disagreements, exit: result.exit }, { type: "result", scenario: id, runtime, disagreements: 0, exit: 0 });
    assert.ok(result.checks > 5, `only ${result.checks} comparisons with the kernel`);
  });

  test(`${id} gives the verdicts expected, each with its evidence`, async () => {
    const { result } = await played(id);
    assert.deepEqual(result.verdicts.map(({ claim }) => claim), Object.keys(verdicts));
    for (const { claim, verdict, evidence } of result.verdicts) {
      assert.ok(verdicts[claim]?.includes(verdict), `${claim}: ${verdict}, ${JSON.stringify(evidence)}`);
      assert.ok(evidence.length > 0);
    }
  });

  test(`${id}: events are numbered without gaps, from the start to the end`, async () => {
    const { events } = await played(id);
    assert.deepEqual(events.map(({ n }) => n), events.map((_, i) => i));
    assert.equal(events[0]?.kind, "start");
    assert.equal(events.at(-1)?.kind, "end");
  });

  test(`${id}: the first process begins with nothing but 0, 1 and 2 of its own`, async () => {
    const { events: [first] } = await played(id);
    assert.ok(first?.kind === "start");
    const own = first.snapshot.processes.map(({ fds }) => fds.filter((one) => !one.runtime).map(({ fd }) => fd));
    assert.deepEqual(own, [[0, 1, 2]]);
  });

  test(`${id}: every part of every claim, made false, comes out as "differs"`, async () => {
    const evidence = evidenceOf((await played(id)).events);
    for (const claim of claims) {
      for (const part of Object.keys(claim.says)) {
        const wrong: Claim = { ...claim, says: { ...claim.says, [part]: "something else" }, refines: [] };
        assert.equal(judge(wrong, evidence).verdict, "differs", `${claim.id}, ${part}`);
      }
    }
  });

  test(`${id}: without the program's own facts nothing is said to agree`, async () => {
    const whole = evidenceOf((await played(id)).events);
    const evidence = { ...whole, events: whole.events.filter(({ kind }) => kind !== "fact") };
    for (const claim of claims) assert.equal(judge(claim, evidence).verdict, "unchecked", claim.id);
  });

  test(`${id} gives equal events on Bun and on Deno, and in a second run`, async (t) => {
    const other = runtime === "bun" ? "deno" : "bun";
    const [here, there] = await Promise.all([played(id), played(id, other)]);
    if (there.code === 2) return skip(t, `${other} is not installed`);
    assert.deepEqual(normalise(here.events), normalise(there.events));
    const again = await run(id, runtime);
    assert.deepEqual(normalise(again.events), normalise(here.events));
  });
}

test("a false claim about fork: it does not return 1 in the child", async () => {
  const [returnsTwice] = forkClaims;
  assert.ok(returnsTwice);
  const verdict = judge({ ...returnsTwice, says: { ...returnsTwice.says, child: 1 } }, evidenceOf((await played("fork-returns-twice")).events));
  assert.equal(verdict.verdict, "differs");
  assert.match(verdict.why?.en ?? "", /child: 1.*child: 0/);
});

test("an unknown scenario is refused with the ones there are", async () => {
  const { code, stdout, stderr } = await forkscope(["play", "none"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /play "none": no such scenario/);
  assert.match(stderr, /fork-returns-twice, zombie, hand-over/);
});

test("without a terminal play prints a line an event and the verdicts, without colour", async () => {
  const { code, stdout } = await forkscope(["play", "zombie"]);
  assert.equal(code, 0);
  assert.match(stdout, /wait4\(\d+.*WNOHANG.*\) = 0/);
  assert.match(stdout, /✓ Z1 agrees with the text/);
  assert.match(stdout, /compared with the kernel \d+ times, 0 disagreements/);
  assert.ok(!stdout.includes("\x1b"));
});

test("interrupted, it ends everything it started and says so with 128 + SIGINT", async () => {
  const child = start(["play", "hand-over", "--json", "--pace", "2"]);
  const end = ended(child);
  const first = JSON.parse(await firstLine(child)) as Event;
  process.kill(child.pid ?? 0, "SIGINT"); // child.kill makes Deno say that the signal ended it
  assert.deepEqual(await end, [130, null]);
  await gone(first.pid);
  assert.ok(!existsSync(`/tmp/forkscope-story-${first.pid}`));
});

test("a reader that goes away ends it", async () => {
  const child = start(["play", "zombie", "--json", "--pace", "20"]);
  const end = ended(child);
  await firstLine(child);
  child.stdout?.destroy();
  assert.deepEqual(await end, [141, null]);
});

test("LANG decides the language, --lang overrules it", async () => {
  assert.match((await forkscope(["play", "zombie"], { env: { LC_ALL: "zh_CN.UTF-8" } })).stdout, /✓ Z1 与原文一致/);
  assert.match((await forkscope(["play", "zombie", "--lang", "en"], { env: { LC_ALL: "zh_CN.UTF-8" } })).stdout, /✓ Z1 agrees/);
});

function evidenceOf(events: Event[]): Parameters<typeof judge>[1] {
  const timeline = new Timeline();
  timeline.append(events);
  return { events, at: (n) => timeline.at(n) };
}
