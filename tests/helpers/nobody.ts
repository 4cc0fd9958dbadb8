/**
 * Running a fixture as a user without rights.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { RunOptions } from "./run_fixture.ts";

/** Its number, as user and as group. */
export const NOBODY = 65_534;

/** How to run a fixture as nobody, or why that cannot be done here. */
export interface Nobody {
  readonly options: RunOptions;
  readonly whyNot: string | undefined;
  /** Removes the folder that nobody writes to. */
  remove(): void;
}

/** Makes a program that runs the runtime as nobody, and a home for it. */
export function asNobody(): Nobody {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-nobody-"));
  chmodSync(folder, 0o777);
  const executable = join(folder, "runtime");
  writeFileSync(executable, `#!/bin/sh\nexec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups ${process.execPath} "$@"\n`, { mode: 0o755 });
  const env = { HOME: folder, DENO_DIR: folder };
  return { options: { executable, env }, whyNot: reason(executable, env), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function reason(executable: string, env: Readonly<Record<string, string>>): string | undefined {
  if (process.getuid?.() !== 0) return "needs root to become another user";
  const { error, status } = spawnSync(executable, ["--version"], { env });
  return error || status !== 0 ? "needs setpriv, and a runtime that another user may execute" : undefined;
}
