/**
 * Where things are: the project's own files, and where recordings of this user are kept.
 *
 * @module
 */
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const KEPT = 20;

/** How a recording's file name ends. */
const EXTENSION = ".fsr";

/** Root of the project. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The built explorer. */
export const rendererFolder = join(root, "out", "renderer");

/** A new recording's path in the user's state folder (XDG), or under the temporary one where that cannot be written. */
export function newRecording(name: string, now = new Date()): string {
  const folder = recordingFolder();
  prune(folder, KEPT - 1);
  const stamp = now.toISOString().replace(/[:.]/g, "-");
  return join(folder, `${stamp}-${name.replace(/[^a-zA-Z0-9_.-]+/g, "_").slice(0, 40)}-${process.pid}${EXTENSION}`);
}

function recordingFolder(): string {
  const state = process.env["XDG_STATE_HOME"] || (process.env["HOME"] ? join(homedir(), ".local", "state") : "");
  const wanted = state ? [join(state, "forkscope", "recordings")] : [];
  for (const folder of [...wanted, join(tmpdir(), `forkscope-${process.getuid?.() ?? 0}`, "recordings")]) {
    if (usable(folder)) return folder;
  }
  return tmpdir();
}

function usable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return statSync(folder).uid === process.getuid?.();
  } catch {
    return false;
  }
}

/** Removes the folder of a story that was killed before it could clean up: /tmp/forkscope-story-PID, see scenarios/workshop.ts. */
export function clearStoryFolder(pid: number): void {
  rmSync(`/tmp/forkscope-story-${pid}`, { recursive: true, force: true });
}

/** Names begin with their date, so the oldest come first. */
function prune(folder: string, keep: number): void {
  const recordings = readdirSync(folder).filter((name) => name.endsWith(EXTENSION)).sort();
  for (const name of recordings.slice(0, Math.max(0, recordings.length - keep))) rmSync(join(folder, name), { force: true });
}
