/** What the tracer's tests run: the C programs of tests/fixtures/trace_programs.c, and runs of the tracer over commands. @module */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { RunRequest, RunResult } from "../../fixtures/trace_run.ts";
import { runForJson, type RunOptions, runtime } from "../../helpers/run_fixture.ts";

/** The engine that traces needs to read its own worker and the environment, beside FFI. */
export const TRACER: RunOptions = { flags: runtime === "deno" ? ["--allow-read", "--allow-env"] : [], deadline: 60_000 };

const FOLDER = mkdtempSync(join(tmpdir(), "forkscope-trace-"));
process.on("exit", () => { rmSync(FOLDER, { recursive: true, force: true }); });
const made = new Map<string, string>();

/** A folder that is removed at the end. */
export function temporary(): string {
  return mkdtempSync(join(FOLDER, "t-"));
}

/** Path of a program of tests/fixtures, compiled; undefined without a compiler. */
export function programs(name = "trace_programs"): string | undefined {
  const known = made.get(name);
  if (known !== undefined) return known;
  const source = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "fixtures", `${name}.c`);
  const path = join(FOLDER, name);
  if (spawnSync("cc", ["-w", "-pthread", "-o", path, source]).status !== 0) return undefined;
  made.set(name, path);
  return path;
}

/** Traces a command. */
export function traced(request: RunRequest, ...command: string[]): Promise<RunResult> {
  return runForJson<RunResult>("trace_run", [JSON.stringify(request), ...command], TRACER);
}

/** True when this program can be started. */
export function has(name: string, ...args: string[]): boolean {
  return spawnSync(name, args, { stdio: "ignore" }).error === undefined;
}
