/**
 * Is it safe to fork this process, and if not, what is the best that can be done?
 *
 * A runtime's helper threads (compiler, garbage collector) do not exist in a forked child. A child that has to wait for one waits for
 * ever. `forkscope/ready` starts the program without such threads. Without it, fork waits until they all sleep: most often right,
 * never sure.
 *
 * @module
 */
import { ERRNO, libc, SystemError, usable } from "../../ffi/mod.ts";
import { isCallThread } from "../async/threads.ts";
import { otherThreads, startEnvironment, threadNames, threadState } from "./self.ts";
import { say } from "./say.ts";

/** How long to wait for all other threads to sleep, in ms, and the nap between two looks, in microseconds. */
const PATIENCE = 20;
const NAP = 50;
/** So many looks in a row must find every thread asleep. */
const LOOKS = 2;

let safe: boolean | undefined;
let warned = false;

/**
 * True when the runtime runs without the threads a forked child would miss; read off the process once, before its first fork. Never fails.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { isForkSafe } from "forkscope";
 * console.log(isForkSafe()); // true
 * ```
 */
export function isForkSafe(): boolean {
  return (safe ??= usable().host.isSafe({ environment: startEnvironment(), threads: threadNames() }));
}

/** Does what can be done before a fork. `force`: fork even when a thread does not come to rest. */
export function beforeFork(force: boolean): void {
  if (isForkSafe()) return;
  warn();
  if (!allAsleep() && !force) {
    throw new SystemError("fork", ERRNO.EAGAIN, [], `a thread of the runtime did not rest within ${PATIENCE} ms; import "forkscope/ready" first, or pass { force: true }`);
  }
}

function warn(): void {
  if (warned) return;
  warned = true;
  say('forkscope: fork() copies one thread, and this runtime runs with helper threads: a child that needs one may hang until its deadline. Put import "forkscope/ready" first in the program to start it without them.');
}

function allAsleep(): boolean {
  const giveUp = performance.now() + PATIENCE;
  for (let good = 0; good < LOOKS; ) {
    const asleep = otherThreads().every((thread) => isCallThread(thread) || (threadState(thread) ?? "S") === "S");
    good = asleep ? good + 1 : 0;
    if (asleep) continue;
    if (performance.now() > giveUp) return false;
    libc().usleep(NAP);
  }
  return true;
}
