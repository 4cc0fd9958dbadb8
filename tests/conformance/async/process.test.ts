/** Waiting for children without blocking the event loop. Every case runs in a program of its own, which forks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";

const SIGKILL = 9;

const rows: [title: string, name: string, expected: unknown][] = [
  ["a child is waited for while timers go on", "loop goes on", { ours: true, status: SIGKILL, turns: true }],
  ["one that ended before is there at once", "ended before", 7],
  ["an abort before or during gives the reason, and leaves the child to be waited for", "abort", { ends: ["RangeError", "AbortError", "AbortError", "AbortError", "AbortError"], then: SIGKILL }],
  ["stops and continuations are told of, which no descriptor tells", "stops", ["stopped", "continued", SIGKILL]],
  ["waitid: looked at and left, by pidfd, by group, any", "waitid kinds", [3, 3, 4, SIGKILL, 5, true]],
  ["no child, or somebody else's: ECHILD at once", "none to wait for", ["ECHILD", "ECHILD", "ECHILD", "ECHILD", "ECHILD"]],
  ["a child that another call has reaped meanwhile: ECHILD", "taken by another", [SIGKILL, "ECHILD", "ECHILD"]],
  ["a Child gives one status to all who wait for it", "one status for all", [9, 9, 9, 9]],
  ["fifty waits for any child get fifty children, each once", "in turn", { codes: Array.from({ length: 50 }, (_, i) => i), pids: 50, ours: true, then: "ECHILD" }],
  ["a child that is born while any child is waited for counts", "born while waiting", { second: true, status: 8, then: SIGKILL }],
  ["children of the runtime's own stay the runtime's, and hide none of ours", "runtime's own", { codes: [1, 2, 3], own: SIGKILL }],
  ["a subreaper's orphans are waited for", "orphan", { codes: [0, 23], child: true, then: "ECHILD" }],
  ["a process handle: time over, aborted, ended; nothing is reaped", "handle", { over: false, given: "AbortError", ended: true, again: true, left: SIGKILL }],
  ["two hundred at once, none missed, no descriptor left open", "thousand", { killed: 200, left: "ECHILD", pidfds: 0 }],
];

for (const [title, name, expected] of rows) {
  test(title, async () => {
    const flags = name === "runtime's own" && runtime === "deno" ? ["--allow-run", "--allow-env", "--allow-read"] : [];
    assert.deepEqual(await runForJson("async_process", [name], { deadline: 50_000, flags }), expected);
  });
}
