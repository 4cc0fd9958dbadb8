/** Signals for which there was no room. @module */
import { entering } from "../tap.ts";
import { lostSoFar } from "./handlers.ts";

/**
 * How many signals that have a handler in JavaScript were lost in this process, for want of room, since its start. Never fails.
 *
 * It is 0 as long as the kernel has room: when more than a thousand signals have come before a safe point, further ones wait in the kernel,
 * as signals that are blocked do. One is lost only when it was on its way from another thread to the one that runs JavaScript, or the
 * program unblocked it meanwhile, and RLIMIT_SIGPENDING lets the kernel queue no more. The handler that runs next is told by `lost` in what it is
 * given. A forked child begins at 0.
 *
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 * @example
 * ```ts
 * import { lostSignals, onSignal, raise } from "forkscope";
 * using handler = onSignal("SIGRTMIN", ({ lost = 0 }) => console.log(lost));
 * raise("SIGRTMIN"); // the handler prints 0
 * console.log(lostSignals()); // 0
 * ```
 */
export function lostSignals(): number {
  entering("lostSignals");
  return lostSoFar();
}
