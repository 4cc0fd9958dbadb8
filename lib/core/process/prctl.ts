/** prctl(2): what a process says about itself to the kernel. @module */
import * as integerOperations from "../../ffi/constants/prctl.ts";
import {
  PR_GET_CHILD_SUBREAPER, PR_GET_NAME, PR_GET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_NAME, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG,
} from "../../ffi/constants/process.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkString, outOfRange } from "../validate.ts";

/** A thread name has 16 bytes with its NUL. */
const MAX_NAME = 15;
/** Operations of integers. The others take an address, which a program here cannot have. */
const OPERATIONS: readonly number[] = [
  ...Object.values(integerOperations), PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS,
];

/**
 * `prctl(PR_SET_CHILD_SUBREAPER, on)`: makes the process the one that adopts the orphans below it, in place of init.
 * It must then wait for them: see {@linkcode wait}. Not inherited by fork, kept over exec. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
 * @since Linux 3.4
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
 * `prctl(PR_GET_CHILD_SUBREAPER)`: true when the process adopts the orphans below it. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
 * @since Linux 3.4
 * @example
 * ```ts
 * import { isSubreaper, setSubreaper } from "forkscope";
 * setSubreaper(true);
 * console.log(isSubreaper()); // true
 * ```
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
 * @throws {RangeError} ERR_OUT_OF_RANGE: more than 15 bytes
 * @see https://man7.org/linux/man-pages/man2/PR_SET_NAME.2const.html
 * @example
 * ```ts
 * import { getName, setName } from "forkscope";
 * setName("worker");
 * console.log(getName()); // "worker"
 * ```
 */
export function setName(name: string): void {
  entering("prctl");
  checkString("prctl(PR_SET_NAME)", name, "name", MAX_NAME);
  using room = scratch();
  check(libc().prctl(PR_SET_NAME, room.string(name), 0, 0, 0), "prctl", ["PR_SET_NAME", name]);
}

/**
 * `prctl(PR_GET_NAME)`: the name of the calling thread. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_NAME.2const.html
 * @example
 * ```ts
 * import { getName, setName } from "forkscope";
 * setName("worker");
 * console.log(getName()); // "worker"
 * ```
 */
export function getName(): string {
  entering("prctl");
  using room = scratch();
  const name = room.take(MAX_NAME + 1);
  check(libc().prctl(PR_GET_NAME, name.address, 0, 0, 0), "prctl", ["PR_GET_NAME"]);
  return name.text(0, MAX_NAME + 1);
}

/**
 * `prctl(PR_SET_NO_NEW_PRIVS, 1)`: exec gives no privileges from now on: set-user-id, set-group-id and file capabilities have no effect.
 * It cannot be undone; fork and exec keep it. It is the calling thread's: call it in a forked child, or before exec. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_NO_NEW_PRIVS.2const.html
 * @since Linux 3.5
 * @example
 * ```ts
 * import { hasNoNewPrivileges, setNoNewPrivileges } from "forkscope";
 * setNoNewPrivileges();
 * console.log(hasNoNewPrivileges()); // true
 * ```
 */
export function setNoNewPrivileges(): void {
  entering("prctl");
  check(libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", ["PR_SET_NO_NEW_PRIVS", 1]);
}

/**
 * `prctl(PR_GET_NO_NEW_PRIVS)`: true when exec gives the calling thread no privileges. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_NO_NEW_PRIVS.2const.html
 * @since Linux 3.5
 * @example
 * ```ts
 * import { hasNoNewPrivileges } from "forkscope";
 * console.log(typeof hasNoNewPrivileges()); // "boolean"
 * ```
 */
export function hasNoNewPrivileges(): boolean {
  entering("prctl");
  return check(libc().prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), "prctl", ["PR_GET_NO_NEW_PRIVS"]) === 1;
}

/**
 * `prctl(op, arg2, arg3, arg4, arg5)`: the operations whose arguments and result are integers; others take an address and are refused.
 * Most are about the calling thread.
 *
 * @throws {SystemError} EINVAL: the kernel does not know it, or refuses an argument. EPERM.
 * @see https://man7.org/linux/man-pages/man2/prctl.2.html
 * @example
 * ```ts
 * import { PR_GET_TIMERSLACK, PR_SET_TIMERSLACK, prctl } from "forkscope";
 * prctl(PR_SET_TIMERSLACK, 70_000);
 * console.log(prctl(PR_GET_TIMERSLACK)); // 70000
 * ```
 */
export function prctl(op: number, arg2 = 0, arg3 = 0, arg4 = 0, arg5 = 0): number {
  entering("prctl");
  checkInteger("prctl", "op", op, 0, 0x7fffffff);
  if (!OPERATIONS.includes(op)) throw outOfRange("prctl", "op", op, "an operation whose arguments are integers");
  const args = [arg2, arg3, arg4, arg5].map((value, i) => checkInteger("prctl", `arg${i + 2}`, value, 0, Number.MAX_SAFE_INTEGER));
  const [a = 0, b = 0, c = 0, d = 0] = args;
  return check(libc().prctl(op, a, b, c, d), "prctl", [op, ...args]);
}
