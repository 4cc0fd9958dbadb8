/**
 * Running a fixture where it can do no harm: as nobody, with processes, IPC objects, mounts and network of its own, where that can be had.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { NOBODY } from "./nobody.ts";
import type { RunOptions } from "./run_fixture.ts";

const UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--ipc", "--net"];
/** Places of its own for objects with names; that of the queues shows them, and is a folder of its own since not every machine has /dev/mqueue. */
const MOUNTS = '#!/bin/sh\nmount -t tmpfs -o mode=1777 none /dev/shm && mount -t mqueue none "$1" && shift && exec "$@"\n';
const SETPRIV = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

/** How to run a fixture apart, and the folder that it may write to. */
export interface Apart {
  readonly options: RunOptions;
  readonly folder: string;
  /** True when it sees no process and no IPC object but its own. */
  readonly alone: boolean;
  remove(): void;
}

/** Makes the folder and a program that runs the runtime apart; an ordinary user gets the runtime as it is. */
export function apart(): Apart {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-apart-"));
  chmodSync(folder, 0o777);
  const executable = join(folder, "runtime");
  const mounts = join(folder, "mounts");
  writeFileSync(mounts, MOUNTS, { mode: 0o755 });
  mkdirSync(join(folder, "mqueue"));
  const unshare = [...UNSHARE, mounts, join(folder, "mqueue")];
  const prefix = process.getuid?.() === 0 ? [...(works(unshare) ? unshare : []), ...(works(SETPRIV) ? SETPRIV : [])] : [];
  writeFileSync(executable, `#!/bin/sh\nexec ${prefix.join(" ")} ${process.execPath} "$@"\n`, { mode: 0o755 });
  const options = { executable, env: { HOME: folder, DENO_DIR: folder } };
  return { options, folder, alone: prefix.includes("unshare"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function works([program = "", ...args]: readonly string[]): boolean {
  return spawnSync(program, [...args, "true"]).status === 0;
}
