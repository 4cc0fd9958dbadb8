/** Bad input to the supervision calls is refused before anything is done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Child, forwardSignals, isSubreaper, killTree, ProcessScope, reaper, runAsInit } from "../../../lib/core/mod.ts";
import { testRefused } from "../../helpers/refusal.ts";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

/** A value of the wrong type on purpose. */
const wrong = <T>(value: unknown): T => value as T;

const ROWS: readonly (readonly [string, () => unknown, string])[] = [
  ["ProcessScope: options as number", () => new ProcessScope(wrong(1)), TYPE],
  ["ProcessScope: graceful -1", () => new ProcessScope({ graceful: -1 }), RANGE],
  ["ProcessScope: graceful NaN", () => new ProcessScope({ graceful: NaN }), RANGE],
  ["ProcessScope: graceful Infinity", () => new ProcessScope({ graceful: Infinity }), RANGE],
  ["ProcessScope: graceful as bigint", () => new ProcessScope({ graceful: wrong(5n) }), TYPE],
  ["ProcessScope: first unknown", () => new ProcessScope({ first: wrong("SIGNONE") }), VALUE],
  ["ProcessScope: first 0", () => new ProcessScope({ first: 0 }), RANGE],
  ["ProcessScope: signal an object", () => new ProcessScope({ signal: wrong({ aborted: false }) }), TYPE],
  ["ProcessScope: reaped no function", () => new ProcessScope({ reaped: wrong("log") }), TYPE],
  ["killTree: pid 0", () => killTree(0), RANGE],
  ["killTree: pid -1", () => killTree(-1), RANGE],
  ["killTree: pid as text", () => killTree(wrong("1")), TYPE],
  ["killTree: nothing", () => killTree(wrong(undefined)), TYPE],
  ["killTree: signal 65", () => killTree(2 ** 22 + 1, 65), RANGE],
  ["killTree: init, whose descendant the caller is", () => killTree(1), VALUE],
  ["reaper: signal a function", () => reaper({ signal: wrong(() => {}) }), TYPE],
  ["reaper: reaped a number", () => reaper({ reaped: wrong(1) }), TYPE],
  ["reaper: options null", () => reaper(wrong(null)), TYPE],
  ["forwardSignals: to a pid", () => forwardSignals(wrong(1)), TYPE],
  ["forwardSignals: to a list of pids", () => forwardSignals([wrong(1)]), TYPE],
  ["forwardSignals: an unknown signal", () => forwardSignals([], [wrong("SIGNONE")]), VALUE],
  ["forwardSignals: a fault, which no handler can hear of", () => forwardSignals([], ["SIGSEGV"]), VALUE],
  ["forwardSignals: signals as text", () => forwardSignals([], wrong("SIGTERM")), TYPE],
  ["forwardSignals: group as number", () => forwardSignals([], [], { group: wrong(1) }), TYPE],
];

for (const [title, call, code] of ROWS) testRefused(title, call, code);

for (const [title, call, code] of [
  ["graceful", () => runAsInit("/bin/true", ["true"], { graceful: -1 }), RANGE],
  ["signal", () => runAsInit("/bin/true", ["true"], { signal: wrong(1) }), TYPE],
  ["no argv[0]", () => runAsInit("/bin/true", []), RANGE],
  ["an option of spawn", () => runAsInit("/bin/true", ["true"], { umask: -1 }), RANGE],
  ["forward", () => runAsInit("/bin/true", ["true"], { forward: [wrong("SIGNONE")] }), VALUE],
  ["group", () => runAsInit("/bin/true", ["true"], { group: wrong("yes") }), TYPE],
  ["reaped", () => runAsInit("/bin/true", ["true"], { reaped: wrong(1) }), TYPE],
] as const) {
  test(`runAsInit: ${title} is refused with ${code}, and no orphan is adopted afterwards`, async () => {
    await assert.rejects(call, { code });
    assert.equal(isSubreaper(), false);
  });
}

test("a scope takes only a Child", () => {
  using scope = new ProcessScope();
  assert.throws(() => scope.add(wrong({ pid: 1 })), { code: TYPE });
  assert.throws(() => scope.kill(65), { code: RANGE });
  assert.throws(() => scope.spawn("/bin/true", ["true"], wrong([])), { code: TYPE });
  assert.throws(() => scope.forkRun(wrong(1)), { code: TYPE });
});

test("killTree of what is not there is ESRCH", () => {
  assert.throws(() => killTree(2 ** 31 - 1), { code: "ESRCH" });
  assert.throws(() => killTree(new Child(2 ** 31 - 1)), { code: "ESRCH" });
});
