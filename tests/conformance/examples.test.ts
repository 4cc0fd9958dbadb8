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
import { type Example, examplesIn, unkept } from "../helpers/examples.ts";
import { skip } from "../helpers/skip.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const isDeno = backend?.runtime === "deno";

/** Programs that run at the same time. Each forks, so each has a process of its own. */
const AT_ONCE = 2;

const examples = [...below("lib/core"), ...below("lib/ffi"), ...examplesIn("lib/ready.ts", readFileSync(join(root, "lib/ready.ts"), "utf8"))];
const runs = inTurn(examples.map((example) => () => run(example)));

examples.forEach((example, i) => {
  test(`the example of ${example.name} runs`, async (t) => {
    const { stdout, failure } = (await runs[i]) ?? { stdout: "", failure: "it was not run" };
    if (failure && /\bENOSYS\b/.test(failure)) return skip(t, "the kernel lacks a call it makes");
    assert.equal(failure, undefined);
    assert.deepEqual(unkept(example.code, stdout), [], `printed ${JSON.stringify(stdout)}`);
  });
});

function below(folder: string): Example[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).sort();
  return files.flatMap((file) => examplesIn(relative(root, join(root, folder, file)), readFileSync(join(root, folder, file), "utf8")));
}

interface Run {
  stdout: string;
  /** What went wrong, if anything did. */
  failure?: string;
}

/** Starts a task when fewer than AT_ONCE run; gives a promise for each. */
function inTurn(tasks: readonly (() => Promise<Run>)[]): Promise<Run>[] {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return tasks.map((task, i) => {
    const done = (lanes[i % AT_ONCE] ?? Promise.resolve()).then(task);
    lanes[i % AT_ONCE] = done.then(() => {});
    return done;
  });
}

/** Runs a program inside the checkout, where "forkscope" resolves, under the runtime's flags for fork. */
async function run({ code }: Example): Promise<Run> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "example-"));
  const file = join(folder, "example.ts");
  try {
    writeFileSync(file, code);
    const args = isDeno ? ["run", "--quiet", "--no-check", "--allow-ffi", file] : [file];
    const env = { ...process.env, NO_COLOR: "1", ...backend?.host.safeEnvironment };
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000, env });
    return { stdout };
  } catch (error) {
    const { stdout = "", stderr = "", message = "" } = error as { stdout?: string; stderr?: string; message?: string };
    return { stdout, failure: `${message}\n${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
