/**
 * Counting descriptors, and places to work in.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getpid, proc } from "../../lib/core/mod.ts";

/** Runs a synchronous body and demands that it leaves exactly the descriptors it found. */
export function withoutLeak(body: () => void): void {
  const before = proc.fds(getpid());
  body();
  assert.deepEqual(proc.fds(getpid()), before, "descriptors after the test");
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
