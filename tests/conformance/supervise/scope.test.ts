/** ProcessScope and killTree: whatever descendants do to get away, nothing is left; what is not the scope's is let alone. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, test } from "node:test";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const nobody = asNobody();
after(() => nobody.remove());

/** One case starts children by the runtime. */
const options = { deadline: 60_000, flags: runtime === "deno" ? ["--allow-run", "--allow-env", "--allow-read"] : [] };
const NOTHING = { sleepers: 0, children: 0, subreaper: false };
const ENDED = { ...NOTHING, pidfds: 0 };

/** What is started in the scope, what must be seen afterwards, and why it is tried. */
const CASES: readonly (readonly [string, unknown, string])[] = [
  ["one child", ENDED, "it ends by SIGTERM"],
  ["a child's children", ENDED, "they are in nobody's group of their own"],
  ["an orphan", ENDED, "its parent has ended: this process adopts it"],
  ["an orphan in a session of its own, without environment", ENDED, "neither session nor environment tell whose it is"],
  ["orphans of orphans", ENDED, "a chain of daemons"],
  ["deaf to SIGTERM", ENDED, "SIGKILL follows"],
  ["another first signal", ENDED, "it ends by SIGHUP and would not by SIGTERM"],
  ["stopped", NOTHING, "a stopped process handles no SIGTERM"],
  ["forks without end", ENDED, "there is a new one at every look"],
  ["forks without end, at once", NOTHING, "the same without an event loop"],
  ["at once", NOTHING, "by using"],
  ["an exception", { ...NOTHING, message: "on the way" }, "the block is left by a throw"],
  ["forked", NOTHING, "a forked child's children"],
  ["in a forked child", { status: { kind: "exited", code: 0, raw: 0 } }, "a scope where there is no event loop"],
  ["a scope of the parent's", { status: { kind: "exited", code: 0, raw: 0 }, lives: true, ...NOTHING }, "a forked child has a copy of the object"],
  ["added", { ...NOTHING, kind: "exited" }, "a child that was there before, and an orphan it left later"],
  ["waited for by number", { ended: 0, ...NOTHING }, "waitpid took it past its object"],
  ["a subreaper before", { ...NOTHING, subreaper: true }, "the program's own attribute stays"],
  ["no mark is left on this process", { same: true, marked: true, hard: true }, "the mark is the children's"],
  ["the runtime's children", { survivors: 2, code: 5 }, "they and what they left behind are not the scope's, orphaned before or during it"],
  ["nested in a child", NOTHING, "the inner scope was never left"],
  ["overlapping", { between: { sleepers: 1, children: 2, subreaper: true, pids: 1 }, after: NOTHING }, "each ends its own; the other's child is a zombie that nobody has waited for"],
  ["statuses", { codes: [0, 3], trapped: { kind: "exited", code: 3, raw: 768 }, again: true, refused: "ERR_SCOPE_ENDED", pids: [] }, "end tells how each ended, once"],
  ["aborted", { refused: "enough", kind: "signaled", early: "enough", ...NOTHING }, "an AbortSignal ends it"],
  ["orphans are reaped meanwhile", { ...NOTHING, subreaper: true }, "a long-lived scope collects no zombies"],
  ["kill tree", { asked: 3, told: 3, first: true, kind: "signaled", gone: "ESRCH", self: "ERR_INVALID_ARG_VALUE" }, "each once, and never the caller"],
  ["kill tree that forks", "ended", "the tree is stopped first"],
];

for (const [name, expected, why] of CASES) {
  test(`scope: ${name}: ${why}`, async () => assert.deepEqual(await runForJson("supervise_scope", [name], options), expected));
}

for (const [name, expected] of CASES.filter(([one]) => ["orphans of orphans", "deaf to SIGTERM", "forks without end", "forked", "the runtime's children", "nested in a child"].includes(one))) {
  test(`scope, as an ordinary user: ${name}`, async (t) => {
    if (nobody.whyNot) return skip(t, nobody.whyNot);
    assert.deepEqual(await runForJson("supervise_scope", [name], { ...options, ...nobody.options }), expected);
  });
}

test("scope: one that may not be signalled is named, and the attribute is put back", async (t) => {
  if (process.getuid?.() !== 0) return skip(t, "needs root, to give it up");
  const { pid, ...seen } = await runForJson<{ pid: number }>("supervise_scope", ["survivors"], options);
  process.kill(pid, "SIGKILL");
  assert.deepEqual(seen, { code: "ERR_SCOPE_SURVIVORS", named: true, status: "exited", subreaper: false });
});
