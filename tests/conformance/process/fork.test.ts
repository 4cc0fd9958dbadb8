/** fork and forkRun: what a child is, has and may do. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runFixture, runForJson, runtime } from "../../helpers/run_fixture.ts";

const run = <T>(...args: string[]): Promise<T> => runForJson<T>("process_fork", args);
const KILLED_BY_ALARM = { kind: "signaled", signal: 14, core: false, raw: 14 };

test("the child's pid is new, its parent is the caller, and process.pid is right in both", async () => {
  const got = await run<{ ok: boolean; parentKeeps: boolean }>("pid");
  assert.ok(got.ok && got.parentKeeps, JSON.stringify(got));
});

test("fork returns twice and makes one child", async () => assert.deepEqual(await run("twice"), { pid: true, alone: true }));

test("the heap is copied: what the child writes the parent does not see", async () => {
  assert.deepEqual(await run("memory"), {
    seen: { value: 2, list: [1, 2, 3, 4], map: [["a", 1]] },
    kept: { value: 1, list: [1, 2, 3], map: [["a", 1]] },
  });
});

test("no source of randomness repeats in siblings, in nested children or in the parent", async () => {
  assert.deepEqual(await run("random"), { draws: 39, repeats: [] });
});

test("the generators of a child keep the runtime's contract", async () => {
  const { mean, ...rest } = await run<{ mean: number }>("random range");
  assert.ok(Math.abs(mean - 0.5) < 0.02, `mean of 20,000 numbers is ${mean}`);
  assert.deepEqual(rest, { inside: true, uuid: true, distinct: 1000, sameArray: true, floats: "TypeMismatchError", tooMany: true, parents: true });
});

test("the runtime's event loop is closed in the child, the program's descriptors stay", async () => {
  const got = await run<{ loopBefore: number; runtimeBefore: number }>("descriptors", "close");
  assert.ok(got.loopBefore >= 2, "the runtime has an event loop to close");
  const { loopBefore, runtimeBefore, ...rest } = got;
  assert.deepEqual(rest, { loopInChild: runtime === "deno" ? 1 : 0, pipesKept: true, stdioKept: true, sockets: 0, parentKeeps: true });
  assert.ok(runtimeBefore >= loopBefore);
});

test("descriptors: \"keep\" leaves the event loop", async () => {
  const got = await run<{ loopBefore: number; loopInChild: number; parentKeeps: boolean }>("descriptors", "keep");
  assert.equal(got.loopInChild, got.loopBefore);
});

test("a file opened by node:fs stays open in the child", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-test-"));
  try {
    writeFileSync(join(folder, "file"), "hello");
    const flags = runtime === "deno" ? [`--allow-read=${folder}`] : [];
    assert.equal(await runForJson("process_fork", ["user file", join(folder, "file")], { flags }), "hello");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a child that does not end is ended by its deadline, and wait says so", async () => assert.deepEqual(await run("deadline"), KILLED_BY_ALARM));

test("deadline(seconds) in the child", async () => assert.deepEqual(await run("deadline by call"), KILLED_BY_ALARM));

test("the deadline is 60 s unless told otherwise, none for 0, and the child's alone", async () => {
  assert.deepEqual(await run("deadline left"), { usual: 60, standard: 60, none: 0, parent: 0, own: 0 });
});

test("forks nest six deep", async () => assert.equal(await run("nested"), 6));

test("thirty children at once", async () => assert.deepEqual(await run("many at once"), { distinct: 30, pids: 30 }));

test("forkRun: the result is the exit status; what is no status is refused", async () => {
  const ran = await runFixture("process_fork", ["fork run"]);
  const statuses = JSON.parse(ran.stdout) as { code?: number; signal?: number }[];
  assert.deepEqual(statuses.map(({ code, signal }) => code ?? -(signal ?? 0)), [7, 0, 1, 1, 1, 9, -9]);
  assert.match(ran.stderr, /Cannot forkRun: the function's result is 256, must be an integer from 0 to 255/);
  assert.match(ran.stderr, /Cannot forkRun: the function's result is "text", must be an integer/);
  assert.match(ran.stderr, /Cannot forkRun: the function's result is an object, must be an integer/); // a promise
});

test("every line is written once, in order", async () => {
  const ran = await runFixture("process_fork", ["output"]);
  assert.deepEqual(ran.stdout.trim().split("\n"), ["before", "log", "stream", "after", '"done"']);
  assert.deepEqual(ran.stderr.trim().split("\n"), ["error stream", "error log"]);
});

test("a child may use parts of the runtime the parent never used", async () => {
  assert.deepEqual(await run("new module"), { kind: "exited", code: 7, raw: 0x700 });
});

test("a child may name itself", async () => assert.equal(await run("program name"), "a child"));

for (const [where, code] of [["await after", 6], ["from a microtask", 1], ["from a timer", 0]] as const) {
  test(`fork and its end, ${where}`, async () => assert.deepEqual(await run(where), { kind: "exited", code, raw: code << 8 }));
}

test("a program that exec starts does not inherit the runtime's ignored SIGPIPE", async () => {
  assert.deepEqual(await run("signal default"), { kind: "signaled", signal: 13, core: false, raw: 13 });
});

test("forking leaves no descriptor behind", async () => assert.equal(await run("no leak"), 0));

test("started with the safe flags, the process knows", async () => assert.equal(await run("safe"), true));

test("without the safe flags fork works on or fails with EAGAIN, and says once what the hazard is", async () => {
  const ran = await runFixture("process_fork", ["unsafe"], { safe: false });
  assert.deepEqual(JSON.parse(ran.stdout), { safe: false, bad: [] });
  assert.equal(ran.stderr.split("forkscope/ready").length - 1, 1, ran.stderr);
});

test("without the safe flags and beside a thread that never rests fork fails with EAGAIN, unless forced", async () => {
  const got = await runForJson<{ refused: { code: string; message: string }; forced: boolean }>("process_fork", ["busy"], { safe: false });
  assert.equal(got.refused.code, "EAGAIN");
  assert.match(got.refused.message, /did not rest within 20 ms; import "forkscope\/ready" first, or pass \{ force: true \}/);
  assert.equal(got.forced, true);
});

test("with the safe flags a thread that never rests is no hindrance", async () => {
  const got = await runForJson<{ refused?: unknown; forced: boolean }>("process_fork_beside_worker");
  assert.deepEqual(got, { works: 20 });
});

test("fork from a Worker: results, a throw, a fork in the child, the end of the run, and wait", async () => {
  const flags = runtime === "deno" ? ["--allow-read"] : [];
  const { statuses, worker } = await runForJson<{ statuses: { code: number }[]; worker: boolean }>("process_fork_from_worker", [], { flags });
  assert.equal(worker, true);
  assert.deepEqual(statuses.map(({ code }) => code), [7, 1, 3, 0, 9]);
});
