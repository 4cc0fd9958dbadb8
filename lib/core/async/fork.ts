/**
 * Call threads and fork(2).
 *
 * A fork copies memory as it stands: a thread that is inside the runtime's callback just then may leave a lock held in the copy. So a gate
 * is closed first, which no call thread passes with its result, and those that passed before are waited for. What sleeps in a call holds
 * nothing. The child has none of these threads and nothing to wait for.
 *
 * @module
 */
import { libc } from "../../ffi/mod.ts";
import { threadState } from "../process/self.ts";
import { GATE, gateWord } from "./job.ts";
import { forgetPending } from "./pending.ts";
import { forgetReactor, hasReactor } from "./ready.ts";
import { busyThreads, forgetThreads, hasThreads } from "./threads.ts";

/** A callback takes microseconds: a thread that runs for so many ms runs in the kernel. */
const PATIENCE = 5;
const NAP = 20; // microseconds

/** Closes the gate and waits until no call thread runs. */
export function holdCallThreads(): void {
  const busy = busyThreads();
  if (busy.length === 0) return;
  gateWord().value = GATE.closed;
  const giveUp = performance.now() + PATIENCE;
  for (const thread of busy) {
    while (threadState(thread) === "R" && performance.now() < giveUp) libc().usleep(NAP);
  }
}

/** Opens the gate; in a child, whose copy of the gate nobody waits at, this does nothing. */
export function letCallThreadsGo(): void {
  if (busyThreads().length === 0) return;
  gateWord().value = GATE.open;
  gateWord().wake();
}

/** True once something waited without blocking: a child has something to forget. */
export function wasUsed(): boolean {
  return hasThreads() || hasReactor();
}

/** In a forked child, before the program's next line. */
export function forgetAsync(): void {
  forgetThreads();
  forgetReactor();
  forgetPending();
}
