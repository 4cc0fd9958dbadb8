/** Job control: which process group has the foreground of a terminal, and what that means. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { tcgetpgrp, tcsetpgrp } from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const cases: readonly (readonly [name: string, shows: string, answer: unknown])[] = [
  ["foreground", "the session's leader has it, gives it to another group, and takes it back from the background", { first: true, second: true, shown: true, third: true }],
  ["stopped in the background", "a background process that takes it is stopped by SIGTTOU", { kind: "stopped", signal: 22, raw: (22 << 8) | 0x7f }],
  ["the keyboard", "Ctrl-C ends the group that has it", { kind: "signaled", signal: 2, core: false, raw: 2 }],
  ["errors", "no terminal, not open, a group of another session, no group", ["ENOTTY", "ENOTTY", "EBADF", "EPERM", "ESRCH"]],
];
for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async (t) => {
    if (!existsSync("/dev/ptmx")) return skip(t, "needs /dev/ptmx");
    assert.deepEqual(await runForJson("process_jobs", [name]), answer);
  });
}

const wrong = (value: unknown): never => value as never;
const REFUSED: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["a negative descriptor", () => tcgetpgrp(-1), /^Cannot tcgetpgrp: fd is -1/],
  ["a descriptor as text", () => tcsetpgrp(wrong("0"), 1), /^Cannot tcsetpgrp: fd is "0"/],
  ["group 0", () => tcsetpgrp(0, 0), /pgrp is 0/],
];
for (const [what, call, message] of REFUSED) test(`refused: ${what}`, () => assert.throws(call, { message }));
