/** bin/forkscope: which runtime it starts, what it refuses, and what it leaves out of a traced command's environment. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = mkdtempSync(join(tmpdir(), "forkscope-launcher-"));
const link = join(folder, "forkscope");
const runtime = "Deno" in globalThis ? "deno" : "bun";
symlinkSync(join(root, "bin", "forkscope"), link);
after(() => rmSync(folder, { recursive: true }));

/** Runs it through the link, from another folder, with only PATH in the environment: env(1), as Deno adds its own to the one it is given. */
function forkscope(args: string[], env: Record<string, string> = {}) {
  const settings = Object.entries({ PATH: process.env["PATH"] ?? "/usr/bin:/bin", ...env }).map(([name, value]) => `${name}=${value}`);
  const done = spawnSync("env", ["-i", ...settings, link, ...args], { cwd: folder, encoding: "utf8", timeout: 30_000 });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

test("forkscope --version answers silently, through a link and without a home", () => {
  const { status, stdout, stderr } = forkscope(["--version", "--runtime", runtime]);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  assert.match(stdout, /\d+\.\d+\.\d+/);
});

for (const args of [["--runtime", "node"], ["--runtime=python"], ["--runtime"]]) {
  test(`forkscope ${args.join(" ")} is refused with what it would take`, () => {
    const { status, stderr } = forkscope(args);
    assert.equal(status, 2);
    assert.match(stderr, /bun.*deno/);
  });
}

test("forkscope trace leaves what the launcher added out of the command's environment", () => {
  const { status, stdout } = forkscope(["trace", "--runtime", runtime, "--", "env"], { KEPT: "yes" });
  assert.equal(status, 0);
  assert.match(stdout, /^KEPT=yes$/m);
  assert.doesNotMatch(stdout, /^(BUN_JSC_|MIMALLOC_|DENO_|FORKSCOPE_)/m);
});

test("forkscope trace keeps a setting that the user made", () => {
  const { stdout } = forkscope(["trace", "--runtime", runtime, "--", "env"], { MIMALLOC_SCAVENGER: "0", DENO_NO_UPDATE_CHECK: "1" });
  assert.match(stdout, /^MIMALLOC_SCAVENGER=0$/m);
  assert.match(stdout, /^DENO_NO_UPDATE_CHECK=1$/m);
});
