/** Signals as values without blocking the event loop, in a runtime that was started with them blocked. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { fixtureArguments, runForJson } from "../../helpers/run_fixture.ts";

const rows: [title: string, name: string, expected: unknown][] = [
  ["a signal is waited for, with what came with it", "waits", { signal: 12, value: 77, mine: true }],
  ["signals one after the other; what a loop that is left has not taken stays; closing ends it", "stream", { seen: ["34:1", "34:2"], value: 3, end: { done: true } }],
  ["an abort ends every kind of wait and takes no signal", "abort", ["RangeError", "RangeError", "RangeError", 12]],
  ["what was sent to this thread alone is read at once, or with the next for the process", "to this thread", [12, 12, 34]],
  ["signals that another process sends while the event loop sleeps are all taken, and end nothing", "from outside", "12,34,12,34,12,34,12,34,12,34"],
  ["several are read at once", "several", [[34], [1, 2, 3]]],
  ["sigwaitinfo and sigtimedwait: taken, or the time is over", "info", { signal: 15, value: -5, mine: true, over: null, timed: 12 }],
  ["refused: a signal that a thread does not block, no time, no signal, no descriptor", "refused", [
    "ERR_SIGNAL_NOT_BLOCKED", "ERR_SIGNAL_NOT_BLOCKED", "ERR_OUT_OF_RANGE", "ERR_INVALID_ARG_VALUE", "ERR_OUT_OF_RANGE", "EBADF",
  ]],
];

for (const [title, name, expected] of rows) {
  test(title, async () => {
    const ran = await runForJson("async_signals", ["blocked", process.execPath, ...fixtureArguments("async_signals", [name])], { deadline: 50_000 });
    assert.deepEqual(ran, { told: expected, kind: "exited" });
  });
}

test("a signal stays blocked while the event loop sleeps, also after its descriptor is closed; unblocked it does what it does", async () => {
  const ran = await runForJson("async_signals", ["blocked", process.execPath, ...fixtureArguments("async_signals", ["kept while blocked"])], { deadline: 50_000 });
  assert.deepEqual(ran, { told: 12, kind: "signaled" });
});
