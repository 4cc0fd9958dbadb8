/** The README's examples print what their comments say, on either runtime. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const isDeno = "Deno" in globalThis;
const examples = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "");

test("README has an example for each runtime", () => assert.equal(examples.length, 2));

for (const [i, code] of examples.entries()) {
  test(`README example ${i + 1} prints what it says`, async () => {
    const expected = [...code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);
    assert.ok(expected.length > 0, "the example prints nothing");
    assert.deepEqual((await printed(code)).trim().split("\n"), expected);
  });
}

/** Runs a program inside the checkout, where "forkscope" resolves, with nothing but FFI allowed on Deno. */
async function printed(code: string): Promise<string> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "readme-"));
  const file = join(folder, "hello.ts");
  try {
    writeFileSync(file, code);
    const args = isDeno ? ["run", "--quiet", "--no-check", "--allow-ffi", file] : [file];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
