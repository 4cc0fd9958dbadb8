/** Holding, stepping, releasing, killing: told by /proc, not by the tracer. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { readRecordingFile } from "../../../engine/recordings.ts";
import { fixtureArguments, runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";
import { programs, temporary, TRACER } from "./programs.ts";

const OK = { kind: "exited", code: 0 };
/** Events of the program "count": start, 200 times open and close, what the loader does, exit, reap, end. */
const AT_LEAST = 403;

interface Steps { lengths: number[]; states: string[]; status: unknown; total: number }

test("step() lets one process go to its next event and holds it there", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const run = await runForJson<Steps>("trace_control", ["step", path, "count"], TRACER);
  assert.deepEqual(run.lengths, Array.from({ length: 11 }, (_, i) => i + 1));
  assert.deepEqual([...new Set(run.states)], ["t"]);
  assert.deepEqual(run.status, OK);
  assert.ok(run.total >= AT_LEAST, `${run.total} events`);
});

interface Pauses { before: { states: string; ticks: number; events: number }; after: Pauses["before"]; status: unknown; total: number }

for (const what of ["pause-free", "pause"]) {
  test(`pause() holds everything (${what === "pause" ? "by turns, at a pace" : "free"}), run() lets it go on to the same end`, async (t) => {
    const path = programs();
    if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    // Free, the short program might be over before it is told to stop.
    const [program, least] = what === "pause" ? ["count", AT_LEAST] : ["count-on", 100 * (AT_LEAST - 3)];
    const run = await runForJson<Pauses>("trace_control", [what, path, program], TRACER);
    assert.equal(run.before.states, "t");
    assert.deepEqual(run.after, run.before);
    assert.ok(run.before.events < least, `paused at event ${run.before.events}`);
    assert.deepEqual(run.status, OK);
    assert.ok(run.total >= least, `${run.total} events`);
  });
}

test("kill() leaves nobody; detach() says why it cannot be done", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const run = await runForJson<{ status: unknown; left: number[]; failures: string[] }>("trace_control", ["kill", path, "last"], TRACER);
  assert.deepEqual(run.status, { kind: "signaled", signal: 9, core: false });
  assert.deepEqual(run.left, []);
  assert.match(run.failures.join(), /^detach: /);
});

test("kill -9 of the tracer: the recording is whole up to its last frame, and nobody is left", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const record = join(temporary(), "killed.fsr");
  const tracer = spawn(process.execPath, fixtureArguments("trace_run", [JSON.stringify({ schedule: "turns", record }), path, "last"], TRACER.flags), { stdio: "ignore" });
  const ended = new Promise((resolve) => { tracer.on("exit", resolve); });
  const deadline = setTimeout(() => tracer.kill("SIGKILL"), 20_000);
  await until(() => existsSync(record) && blocksIn(record) === 2);
  tracer.kill("SIGKILL");
  await ended;
  clearTimeout(deadline);
  const { header, events, damaged } = readRecordingFile(record);
  assert.deepEqual(header.command, [path, "last"]);
  assert.equal(damaged, undefined);
  assert.deepEqual(events.map((event) => event.n), events.map((_, i) => i));
  const pids = [...new Set(events.map((event) => event.pid))];
  assert.equal(pids.length, 2);
  await until(() => pids.every((pid) => !runs(pid)));
});

function blocksIn(record: string): number {
  try {
    return readRecordingFile(record).events.filter(({ kind }) => kind === "block").length;
  } catch {
    return 0; // its header is being written
  }
}

/** Asks until it is so; the test runner's own limit ends a question that is never answered. */
async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => { setTimeout(resolve, 5); });
}

/** It is there and no zombie: an orphan that nobody reaps stays one. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
