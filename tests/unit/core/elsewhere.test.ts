/** Where there is no FFI the library can be imported, and says at the first call why it cannot be used. */
import { describe, expect, it } from "vitest";
import * as forkscope from "../../../lib/core/mod.ts";

describe("without FFI", () => {
  it("imports, and names what is missing at the first call", () => {
    expect(() => forkscope.getpid()).toThrow("Cannot call libc: this runtime has no FFI; run the program under Bun or Deno");
    expect(() => forkscope.fork()).toThrow(/no FFI/);
  });

  it("still refuses bad input first", () => {
    expect(() => forkscope.kill(1.5, 0)).toThrow("Cannot kill: pid is 1.5, must be an integer from -2147483647 to 2147483647");
  });

  it("decodes statuses, which needs no call", () => {
    expect(forkscope.waitStatus(0x700)).toEqual({ kind: "exited", code: 7, raw: 0x700 });
    expect(forkscope.WIFSIGNALED(0x7f)).toBe(false);
    expect(forkscope.WIFSTOPPED(0x137f)).toBe(true);
  });
});
