/**
 * The oracle: the same steps by a C program and by the library, told in the same lines.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, NATIVE, type Target } from "./compile.ts";
import { runFixture, runtime } from "./run_fixture.ts";

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), "conformance", "oracle");
const DEADLINE = 120_000;
/** This machine's compiler, with what the families share. */
const WITH_HEADERS: Target = { ...NATIVE, compiler: [...NATIVE.compiler, "-iquote", FOLDER, "-include", join(FOLDER, "oracle.h")] };

/** What was seen in one case, in order; or the raw status of a case that died. */
export interface Told {
  case: string;
  seen?: [name: string, value: number | string | boolean][];
  died?: number;
}

/** Both sides of one family: what C saw, and what the library saw. */
export interface Sides {
  c: readonly Told[];
  library: readonly Told[];
  /** What both said on standard error: nothing, if all is well. */
  complaints: string;
}

/** Compiles `<family>.c`, runs it and the fixture `oracle/<family>`, each in a new folder of its own. */
export async function bothSides(family: string): Promise<Sides> {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-oracle-"));
  chmodSync(folder, 0o755); // some cases give up their rights
  try {
    for (const side of ["c", "library"]) mkdirSync(join(folder, side));
    const program = compile(WITH_HEADERS, [readFileSync(join(FOLDER, `${family}.c`), "utf8")], folder);
    const c = spawnSync(program, { cwd: join(folder, "c"), encoding: "utf8", timeout: DEADLINE });
    const library = await runFixture(`oracle/${family}`, [join(folder, "library")], { deadline: DEADLINE, flags: runtime === "deno" ? ["--allow-env=PATH"] : [] });
    return { c: told(c.stdout), library: told(library.stdout), complaints: c.stderr + library.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function told(output: string): Told[] {
  return output.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Told);
}
