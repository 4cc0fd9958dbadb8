/** A program that starts itself anew with signals blocked: every thread of its runtime has them blocked, and they are taken as values. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { basename } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fixtureArguments, type Ran, runFixture, type RunOptions, runtime } from "../../helpers/run_fixture.ts";

const UNSAFE: RunOptions = { safe: false };

/** What a case printed, and how often the program was started. */
async function ran<T>(args: readonly string[], options: RunOptions = UNSAFE): Promise<{ told: T; starts: number } & Ran> {
  const got = await runFixture("signal_reexec", args, { deadline: 40_000, ...options });
  assert.equal(got.code, 0, `${got.signal ?? ""} ${got.stdout}${got.stderr}`);
  return { ...got, told: JSON.parse(got.stdout) as T, starts: got.stderr.split("\n").filter((line) => line === "started").length };
}

interface Look {
  pid: number;
  name: string;
  args: string[];
  receivers: number;
  mask: number[];
  left: string[];
  runtimeSees: string[];
  own: string;
  threads: boolean;
}

test("one start more, with the same pid, name, arguments and environment; every thread has the signals blocked; nothing is left of it", async () => {
  const { told, starts, pid } = await ran<Look>(["look", "one", "two words", ""], { ...UNSAFE, env: { OWN: "kept" } });
  const { threads, ...rest } = told;
  assert.deepEqual(rest, {
    pid, name: basename(process.execPath).slice(0, 15), args: ["one", "two words", ""], receivers: 0, mask: [15, 17], left: [], runtimeSees: [], own: "kept",
  });
  assert.deepEqual({ starts, threads }, { starts: 2, threads: true }, "a runtime with threads");
});

test("beside forkscope/ready: the flags of the start before serve, so there is one start for each of the two", async () => {
  const { told, starts } = await ran<Look>(["look"], { ...UNSAFE, env: { READY: "1" } });
  assert.deepEqual({ receivers: told.receivers, mask: told.mask, left: told.left, starts }, { receivers: 0, mask: [15, 17], left: [], starts: 3 });
});

test("a program that was started with them blocked is left alone", async () => {
  const { told } = await ran(["started blocked", process.execPath, ...fixtureArguments("signal_reexec", ["look"])]);
  assert.deepEqual(told, { receivers: 0, starts: 1 });
});

/** Signals that another process sends to this one, one after the other, with SIGCHLD for each sender: all taken, and none has ended the process. */
for (const [what, name, times] of [
  ["by a SignalFd, asleep in a read", "asleep", 40],
  ["by a SignalFd from the event loop, beside busy threads", "from the event loop", 40],
  ["by sigwaitinfo and its Async form", "by sigwaitinfo", 30],
] as const) {
  test(`SIGTERM and SIGCHLD, ${times} times each, are taken ${what}`, async () => {
    assert.deepEqual((await ran([name])).told, { right: times, others: 0 });
  });
}

test("what comes while the event loop sleeps is there afterwards, in Bun too, whose loop blocks nothing", async () => assert.equal((await ran(["while the loop sleeps"])).told, true));

test("a second call blocks further signals", async () => {
  const { told, starts } = await ran(["two calls"]);
  assert.deepEqual({ told, starts }, { told: { mask: [10, 12], receivers: 0 }, starts: 3 });
});

test("without it signalfd and SignalFd are refused, and the refusal names it", async (t) => {
  const { told } = await ran<{ call: string; object: string; threads: number }>(["without it"]);
  assert.equal(told.object, told.threads > 1 ? "ERR_SIGNAL_NOT_BLOCKED" : undefined);
  if (told.threads === 1) return t.diagnostic("the runtime has one thread");
  assert.match(told.call, /must be blocked in every thread; reexecWithMask, first in the program, starts it so$/);
});

test("in a forked child it blocks, and starts nothing", async () => {
  const { told, starts } = await ran<{ kind: string; code: number }>(["in a forked child"], { safe: true });
  assert.deepEqual([told.kind, told.code, starts], ["exited", 15, 1]);
});

test("a signal that was unblocked again is blocked again", async () => {
  const { told, starts } = await ran(["a thread that unblocks"]);
  assert.deepEqual({ told, starts }, { told: { mask: [15] }, starts: 2 });
});

test("it never loops: started so, and a thread has it unblocked, it refuses and puts the mask back", async () => {
  const command = 'FORKSCOPE_BLOCKED="$$ 15" exec "$0" "$@"';
  const told = await new Promise<{ code: string; message: string; mask: number[] }>((resolve, reject) => {
    execFile("/bin/sh", ["-c", command, process.execPath, ...fixtureArguments("signal_reexec", ["marked and not blocked"])], (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout));
    });
  });
  assert.deepEqual({ code: told.code, mask: told.mask }, { code: "ERR_SIGNAL_NOT_BLOCKED", mask: [] });
  assert.match(told.message, /^Cannot reexecWithMask: thread \d+ \(.+\).* not block SIGTERM, must be blocked in every thread; the program was started so, and the thread unblocked it$/);
});

test("a signal by which the runtime's threads stop each other is refused", async () => {
  const { told } = await ran<{ code?: string }>(["the runtime's own"]);
  if (runtime === "bun") assert.equal(told.code, "ERR_INVALID_ARG_VALUE");
  else assert.deepEqual(told, "taken");
});
