/** A fork inside a callback of the event loop: the child ends as anywhere else, and no timer of the parent runs in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runFixture } from "../../helpers/run_fixture.ts";

const CALLBACKS = ["timer", "interval", "immediate", "tick", "microtask", "signal", "message"];

interface End {
  code: number;
  says: RegExp;
}

const ENDS: Record<string, End> = {
  "fall off": { code: 7, says: /^$/ },
  "rejection": { code: 1, says: /boom/ },
  "late rejection": { code: 1, says: /boom/ },
  "throw": { code: 1, says: /boom/ },
  "throw nothing with a text": { code: 1, says: /Uncaught/ },
};

for (const callback of CALLBACKS) {
  for (const [end, expected] of Object.entries(ENDS)) test(`fork in ${callback}, then ${end}`, () => forksIn(callback, end, expected));
}

async function forksIn(callback: string, end: string, { code, says }: End): Promise<void> {
  const ran = await runFixture("process_fork_in_callback", [callback, end]);
  assert.deepEqual(ran.stdout.split("\n").filter((line) => line.startsWith("stray")), [], "timers of the parent ran in the child");
  assert.deepEqual(JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? ""), { kind: "exited", code, raw: code << 8 }, ran.stderr);
  assert.match(ran.stderr, says);
}
