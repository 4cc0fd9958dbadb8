/**
 * The folder a story works in: made under /tmp before it begins, its working directory while it runs, removed when it ends.
 *
 * @module
 */
import { chdir, close, getpid, mkdir, O_CREAT, O_EXCL, O_WRONLY, open, rmdir, SystemError, unlink, write } from "../lib/core/mod.ts";

/** Makes the folder and in it files of these sizes in bytes, goes there, and gives back its path. */
export function makeWorkshop(files: Record<string, number>): string {
  const folder = newFolder(`/tmp/forkscope-story-${getpid()}`);
  chdir(folder);
  for (const [name, size] of Object.entries(files)) make(name, size);
  return folder;
}

/** Removes the files and the folder; what the story made besides it has removed itself. */
export function clearWorkshop(folder: string, names: readonly string[]): void {
  for (const name of names) remove(() => { unlink(`${folder}/${name}`); });
  chdir("/");
  remove(() => { rmdir(folder); });
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

function make(name: string, size: number): void {
  const fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  write(fd, "forkscope\n".repeat(Math.ceil(size / 10)).slice(0, size));
  close(fd);
}

function remove(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
}
