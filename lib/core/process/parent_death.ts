/** Ending with the parent. @module */
import { PR_GET_PDEATHSIG, PR_SET_PDEATHSIG } from "../../ffi/constants/process.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { type SignalName, signalNumber } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { checkPid } from "../validate.ts";

/**
 * `prctl(PR_SET_PDEATHSIG, sig)`: asks for a signal when the parent ends; 0 for none any more.
 *
 * "The parent" is the thread that made the process: a child forked or spawned by a Worker gets the signal when that Worker ends. Not
 * inherited by fork, kept over exec, but taken away by exec of a set-user-id program and by a change of user or group. A parent that
 * ended before the call sends nothing: {@linkcode dieWithParent} looks. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
 * @example
 * ```ts
 * import { getParentDeathSignal, setParentDeathSignal } from "forkscope";
 * setParentDeathSignal("SIGTERM");
 * console.log(getParentDeathSignal()); // 15
 * setParentDeathSignal(0);
 * ```
 */
export function setParentDeathSignal(signal: number | SignalName): void {
  entering("prctl");
  const number = signalNumber("setParentDeathSignal", signal, 0);
  check(libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0), "prctl", ["PR_SET_PDEATHSIG", signal]);
}

/**
 * `prctl(PR_GET_PDEATHSIG, sig)`: the signal asked for when the parent ends; 0 for none. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
 * @example
 * ```ts
 * import { getParentDeathSignal } from "forkscope";
 * console.log(getParentDeathSignal()); // 0
 * ```
 */
export function getParentDeathSignal(): number {
  entering("prctl");
  using room = scratch();
  const answer = room.take(4);
  check(libc().prctl(PR_GET_PDEATHSIG, answer.address, 0, 0, 0), "prctl", ["PR_GET_PDEATHSIG"]);
  return answer.i32(0);
}

/**
 * Ends the calling process with its parent, by this signal, also when the parent has ended already. To be called first in a child, with
 * the parent's pid as the parent knew it before the fork. Never fails.
 *
 * @param parent what getpid() gave in the parent
 * @see https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { dieWithParent, forkRun, getpid } from "forkscope";
 * const parent = getpid();
 * const status = forkRun(() => dieWithParent(parent)).wait();
 * console.log(status.kind); // "exited"
 * ```
 */
export function dieWithParent(parent: number, signal: number | SignalName = "SIGKILL"): void {
  entering("dieWithParent");
  checkPid("dieWithParent", parent, "parent");
  const number = signalNumber("dieWithParent", signal);
  check(libc().prctl(PR_SET_PDEATHSIG, number, 0, 0, 0), "prctl", ["PR_SET_PDEATHSIG", signal]);
  if (libc().getppid() !== parent) check(libc().kill(libc().getpid(), number), "kill", [libc().getpid(), signal]);
}
