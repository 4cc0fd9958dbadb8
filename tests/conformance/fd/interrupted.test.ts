/** A call that a signal interrupts goes on by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";

test("the kernel interrupts such a call with EINTR", async () => {
  assert.equal(await runForJson("fd_interrupted", ["by itself"]), "EINTR");
});

for (const [call, result] of [["read", 5], ["recvmsg", 4], ["accept", 7]] as const) {
  test(`${call}() is made again after EINTR`, async () => {
    assert.equal(await runForJson("fd_interrupted", [call]), result);
  });
}
