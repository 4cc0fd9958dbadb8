/** What a refused argument looks like, in one place. @module */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutLeak } from "./descriptors.ts";

/** A test that `call` is refused before the system is asked: right class, right code, a message that names the limit, nothing left open. */
export function testRefused(title: string, call: () => unknown, code: string): void {
  test(`${title} is refused with ${code}`, () => {
    withoutLeak(() => {
      assert.throws(call, (error: unknown) => {
        assert.ok(error instanceof (code === "ERR_OUT_OF_RANGE" ? RangeError : TypeError), String(error));
        assert.equal((error as Error & { code?: string }).code, code);
        assert.match(error.message, /^Cannot [\w. ]+: .+ (is|has) .+, must (be|have) .*[^.]$/u);
        return true;
      });
    });
  });
}
