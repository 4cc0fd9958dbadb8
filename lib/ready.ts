/**
 * `import "forkscope/ready"`, on the first line of a program that forks.
 *
 * Makes sure that the runtime runs without the helper threads a forked child would miss, by one execve of the program itself with the
 * runtime's flags for that in the environment: same pid, same process name, same arguments, directory and descriptors 0 to 2.
 * A runtime that was started in that way already is left alone. The flags are taken out of the environment again before the program
 * proper begins, so that the programs it starts do not see them. Deno needs `--allow-ffi` for it and nothing else.
 *
 * Costs a second start of the runtime: some 20 ms in Bun, 40 ms in Deno. What stood above this import runs twice.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { isForkSafe } from "forkscope";
 * console.log(isForkSafe()); // true
 * ```
 *
 * @module
 */
import { makeReady } from "./core/process/reexec.ts";

makeReady();
