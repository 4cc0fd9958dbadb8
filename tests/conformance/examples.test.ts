/** Every example in the library's documentation runs, with FFI allowed and nothing else, and prints what its comments say. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { backend } from "../../lib/ffi/mod.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const isDeno = backend?.runtime === "deno";

/** Lines of a file that show a value which both runtimes print alike. */
const SHOWN = /console\.log\(.*\); \/\/ (true|false|\[\]|-?\d+|"[^"]*")$/gm;

for (const { name, code } of examplesBelow(join(root, "lib", "core"))) {
  test(`the example of ${name} runs`, async () => {
    const expected = [...code.matchAll(SHOWN)].map(([, text = ""]) => text.replace(/^"|"$/g, ""));
    const lines = (await printed(code)).split("\n");
    for (const line of expected) assert.ok(lines.includes(line), `${JSON.stringify(line)} is not among ${JSON.stringify(lines)}`);
  });
}

/** The examples in the comments of every file, by file and line. */
function examplesBelow(folder: string): { name: string; code: string }[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map((match) => ({
      name: `${relative(root, join(folder, file))}:${text.slice(0, match.index).split("\n").length}`,
      code: (match[1] ?? "").replace(/^ *\* ?/gm, ""),
    }));
  });
}

/** Runs a program inside the checkout, where "forkscope" resolves, under the runtime's flags for fork. */
async function printed(code: string): Promise<string> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "example-"));
  const file = join(folder, "example.ts");
  try {
    writeFileSync(file, code);
    const args = isDeno ? ["run", "--quiet", "--no-check", "--allow-ffi", file] : [file];
    const env = { ...process.env, ...backend?.host.safeEnvironment };
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000, env });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
