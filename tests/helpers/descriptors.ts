/**
 * Counting descriptors, and places to work in.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMade } from "../../lib/core/fd/registry.ts";
import { getpid, proc } from "../../lib/core/mod.ts";

/**
 * Runs a synchronous body and demands that it leaves no descriptor open and closes none that the library made before.
 * What is the runtime's own may go meanwhile: its threads close what earlier tests were done with.
 */
export function withoutLeak(body: () => void): void {
  const before = proc.fds(getpid());
  const made = before.filter(isMade);
  body();
  const after = proc.fds(getpid());
  assert.deepEqual(after.filter((fd) => !before.includes(fd)), [], "descriptors left open by the test");
  assert.deepEqual(made.filter((fd) => !after.includes(fd)), [], "descriptors lost by the test");
}

/** Runs a body with a new folder, removed afterwards. */
export function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-test-"));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file with this content in a folder; gives its path. */
export function fileIn(folder: string, content: string): string {
  const path = join(folder, "file");
  writeFileSync(path, content);
  return path;
}

/** The code of the error a call throws; "" when it throws none. */
export function codeOf(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
