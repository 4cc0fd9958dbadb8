/** prctl(2): what a process says about itself to the kernel. @module */
import { PR_GET_CHILD_SUBREAPER, PR_GET_NAME, PR_SET_CHILD_SUBREAPER, PR_SET_NAME } from "../../ffi/constants/process.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkString } from "../validate.ts";


/** A thread name has 16 bytes with its NUL. */
const MAX_NAME = 15;

/**
 * `prctl(PR_SET_CHILD_SUBREAPER, on)`: makes the process the one that adopts the orphans below it, in place of init.
 * It must then wait for them: see {@linkcode wait}. Not inherited by fork, kept over exec.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
 * @example
 * ```ts
 * import { isSubreaper, setSubreaper } from "forkscope";
 * setSubreaper(true);
 * console.log(isSubreaper()); // true
 * ```
 */
export function setSubreaper(on: boolean): void {
  entering("prctl");
  check(libc().prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0), "prctl", ["PR_SET_CHILD_SUBREAPER", on]);
}

/**
 * `prctl(PR_GET_CHILD_SUBREAPER)`: true when the process adopts the orphans below it.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
 */
export function isSubreaper(): boolean {
  entering("prctl");
  return adoptsOrphans();
}

/** As {@linkcode isSubreaper}, for the library itself. */
export function adoptsOrphans(): boolean {
  using room = scratch();
  const answer = room.take(4);
  check(libc().prctl(PR_GET_CHILD_SUBREAPER, answer.address, 0, 0, 0), "prctl", ["PR_GET_CHILD_SUBREAPER"]);
  return answer.i32(0) !== 0;
}

/**
 * `prctl(PR_SET_NAME, name)`: names the calling thread; in the main thread this is the name ps shows. At most 15 bytes, longer ones are refused.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_NAME.2const.html
 */
export function setName(name: string): void {
  entering("prctl");
  checkString("prctl(PR_SET_NAME)", name, "name", MAX_NAME);
  using room = scratch();
  check(libc().prctl(PR_SET_NAME, room.string(name), 0, 0, 0), "prctl", ["PR_SET_NAME", name]);
}

/**
 * `prctl(PR_GET_NAME)`: the name of the calling thread.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_NAME.2const.html
 */
export function getName(): string {
  entering("prctl");
  using room = scratch();
  const name = room.take(MAX_NAME + 1);
  check(libc().prctl(PR_GET_NAME, name.address, 0, 0, 0), "prctl", ["PR_GET_NAME"]);
  return name.text(0, MAX_NAME + 1);
}
