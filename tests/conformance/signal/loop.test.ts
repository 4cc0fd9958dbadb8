/** Handlers in the main process: beside the runtime's threads, handlers and children, from its event loop and in calls that sleep. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runFixture, runForJson, runtime } from "../../helpers/run_fixture.ts";

const flags = runtime === "deno" ? ["--allow-run", "--allow-env", "--allow-read"] : [];
const uid = process.getuid?.();

/** A case of the fixture, what it must give, and why. */
const ROWS: readonly (readonly [string, readonly string[], unknown])[] = [
  ["an idle event loop runs the handler, with what came with the signal", ["idle"], { signal: 10, code: -1, pid: true, uid, value: 5 }],
  ["it does so again and again", ["idle, again and again"], 50],
  ["10,000 real-time signals come once each, whatever threads the runtime has", ["storm"], { came: 10_000, once: true, hardlyLate: true, others: true }],
  ["the same while the program computes and makes no call: more than can be noted wait in the kernel", ["storm while it computes"],
    { came: 10_000, once: true, hardlyLate: true, computed: true, mask: [] }],
  ["a read that sleeps is interrupted each time, and reads on", ["asleep in a call"], { handled: 20, last: "read 4" }],
  ["what a handler throws from the event loop is an uncaught error; other handlers run", ["throws"], { message: "from a handler", others: 1 }],
  ["a program with nothing but handlers ends", ["keeps nothing alive"], "ended"],
  ["children that the runtime started keep their exit codes beside a handler for SIGCHLD that waits for any", ["beside the runtime's children"],
    { codes: [3, 4, 5], came: true }],
  ["a listener of process.on is put back, and hears again", ["beside process.on"], { before: "handler", native: true, ours: 1, theirs: 1 }],
  ["handlers stay when the runtime sets its own, some time after its start; each signal comes, whichever thread took it", ["after a while", "SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCHLD"],
    { all: true, set: true }],
  ["so does an ignored signal", ["ignored after a while"], "ignore"],
  ["signals to each thread by itself come too", ["another thread blocks what it took"], true],
  ["SIGRTMAX is the program's, also when a call that waits is aborted", ["beside a call that is aborted"], { given: "AbortError", heard: 1 }],
  ["a signal that was blocked comes when it is unblocked", ["blocked, then unblocked"], 8],
];

for (const [what, args, expected] of ROWS) {
  test(what, async () => assert.deepEqual(await runForJson("signal_loop", args, { flags, deadline: 40_000 }), expected));
}

/** Cases that fork once: with all its threads, a runtime makes a child that is tried out, which takes time. */
const WITH_THREADS = ["idle", "storm", "asleep in a call", "after a while", "beside process.on"];

for (const [what, args, expected] of ROWS.filter(([, [name = ""]]) => WITH_THREADS.includes(name))) {
  test(`${what}; the same with all the runtime's threads`, async () => {
    assert.deepEqual(await runForJson("signal_loop", args, { safe: false, flags, deadline: 40_000 }), expected);
  });
}

test("an error that a handler throws from the event loop ends a program that does not hear of it", async () => {
  const { code, stderr } = await runFixture("signal_loop", ["uncaught"]);
  assert.equal(code, 1);
  assert.match(stderr, /nobody hears this/);
});

test("onSignal with ref keeps the program alive until the handler is removed", async () => {
  const { code, stdout } = await runFixture("signal_loop", ["keeps alive when asked"]);
  assert.deepEqual({ code, lines: stdout.trim().split("\n") }, { code: 0, lines: ['"goes on"', '"ended by its handler"'] });
});

test("a Worker can set no handler", async () => {
  const { code, message } = await runForJson<{ code: string; message: string }>("signal_loop", ["refused in a Worker"], { flags });
  assert.equal(code, "ERR_NOT_MAIN_THREAD");
  assert.match(message, /^Cannot onSignal: this thread is a Worker's, must be the main thread, where handlers run$/);
});

test("a signal by which the runtime's threads speak can have no handler", async () => {
  for (const message of await runForJson<string[]>("signal_loop", ["refused for the runtime"])) assert.match(message, /^Cannot sigaction: signal is "SIG\w+", must be one that the runtime does not use/);
});
