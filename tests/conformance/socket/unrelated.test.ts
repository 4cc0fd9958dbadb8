/** A descriptor between two programs that share nothing but the one that started them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";

interface Given {
  pid: number;
  parent: number;
  fd: number;
}

interface Taken {
  pid: number;
  parent: number;
  from: number;
}

for (const kind of ["a named", "an abstract"]) {
  test(`a descriptor travels over ${kind} socket between unrelated processes and outlives its sender`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "forkscope-test-"));
    try {
      const file = join(folder, "report");
      writeFileSync(file, "0123456789");
      const address = kind === "a named" ? join(folder, "door.sock") : `@${folder}`;
      const [taken, given] = await Promise.all([runForJson<Taken>("socket_roles", ["take", address]), runForJson<Given>("socket_roles", ["give", address, file])]);
      const { pid, parent, from, ...seen } = taken;
      assert.deepEqual(seen, { offset: 4, next: "4567", append: true, written: 30, cloexec: true });
      assert.equal(from, given.pid);
      assert.notEqual(pid, given.pid);
      assert.ok(parent !== given.pid && given.parent !== pid, "neither is the other's parent");
      assert.equal(readFileSync(file, "utf8"), "0123456789appended after the giver's end");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
