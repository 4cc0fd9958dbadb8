/**
 * Garbage is collected, and what was let go is written over, while the kernel holds addresses: of arguments of calls on threads, of futex words,
 * of the robust list, of the handler's page. Each call gives what it would have given. The chapter "Lifetimes" in lib/README.md says where they lie.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runForJson, runtime } from "../../helpers/run_fixture.ts";

test("what the kernel holds an address of stays where it is, whatever is collected", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-lifetimes-"));
  try {
    const told = await runForJson("lifetimes", [folder], { flags: runtime === "deno" ? ["--v8-flags=--expose-gc"] : [], deadline: 60_000 });
    assert.deepEqual(told, {
      msgrcv: 3000, msgsnd: "a".repeat(150), semop: "taken", futex: "ok", lock: "locked", open: "number", connect: "connected", poll: 1, read: "fresh", handler: 12, mq_notify: 77, "robust list": true,
      spawn: "3 3 3 3 3",
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
