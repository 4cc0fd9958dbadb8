/**
 * Files a story works on: made in a folder of its own under /tmp before it begins, removed when it ends.
 *
 * @module
 */
import { close, getpid, mkdir, O_CREAT, O_EXCL, O_WRONLY, open, rmdir, SystemError, unlink, write } from "../lib/core/mod.ts";

const made = new Set<string>();
let folder = "";

/** Makes the folder, and in it files of these sizes in bytes. */
export function makeWorkshop(files: Record<string, number>): void {
  folder = newFolder(`/tmp/forkscope-story-${getpid()}`);
  for (const [name, size] of Object.entries(files)) make(inWorkshop(name), size);
}

/** Path of a name in the folder; what is there is removed with it. */
export function inWorkshop(name: string): string {
  const path = `${folder}/${name}`;
  made.add(path);
  return path;
}

/** Removes what was made; what is already gone is no matter. */
export function clearWorkshop(): void {
  for (const path of made) attempt(() => { unlink(path); });
  if (folder) attempt(() => { rmdir(folder); });
  folder = "";
}

/** A killed story leaves its folder; one that gets its pid later takes the next free name. */
function newFolder(name: string): string {
  for (let i = 0; ; i++) {
    const path = i === 0 ? name : `${name}-${i}`;
    try {
      mkdir(path, 0o700);
      return path;
    } catch (error) {
      if (!(error instanceof SystemError && error.is("EEXIST"))) throw error;
    }
  }
}

function make(path: string, size: number): void {
  const fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  write(fd, "forkscope\n".repeat(Math.ceil(size / 10)).slice(0, size));
  close(fd);
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // Gone already: the story may have removed it itself.
  }
}
