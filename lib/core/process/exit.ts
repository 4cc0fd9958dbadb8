/** Ending the process. @module */
import { libc } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";

/**
 * `void _exit(int status)`: ends the process at once. No exit handler runs and nothing is flushed. Never fails.
 *
 * @param status 0 to 255
 * @see https://man7.org/linux/man-pages/man2/_exit.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { _exit, fork, waitpid } from "forkscope";
 * const pid = fork();
 * if (pid === 0) _exit(7);
 * console.log(waitpid(pid).status); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function _exit(status: number): never {
  entering("_exit");
  return leave(checkInteger("_exit", "status", status, 0, 255));
}

/** As {@linkcode _exit}, unchecked: the low eight bits count. `by` is what ends the process. */
export function leave(status: number, by: { _exit(status: number): void } = libc()): never {
  by._exit(status & 0xff);
  throw new Error("_exit returned");
}
