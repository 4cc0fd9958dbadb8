/** Handlers of signals run from the event loop of the main process, soon after the signal came. @module */
import { FUTEX_WAIT_PRIVATE } from "../../ffi/constants/memory.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { count } from "../async/pending.ts";
import { startCall } from "../async/threads.ts";
import type { Job } from "../async/job.ts";
import { isForkedChild } from "../process/forked.ts";
import { safePoint } from "../safe_point.ts";
import { hasHandlers, theInbox } from "./handlers.ts";
import { AT, setLoop } from "./inbox.ts";

let waits: Job | undefined;

/**
 * Has the event loop run handlers while any is set. It is not kept alive by that. The thread that waits is not called off with the last
 * handler: its answer might come when the runtime is going down.
 */
export function watchFromLoop(): void {
  if (isForkedChild()) return;
  const on = hasHandlers();
  if (on || waits) setLoop(theInbox(), on);
  if (!on || waits) return;
  const address = theInbox().block.address + AT.woken;
  // Answers at once when a signal was noted already.
  waits = startCall("sigaction", syscallNumber("futex"), [address, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0], () => {
    waits = undefined;
    runAll();
    watchFromLoop();
  });
}

/** One handler more, or less, for which the event loop is to live; a forked child has none. */
export function keepLoopFor(by: 1 | -1): void {
  if (!isForkedChild()) count(by);
}

/** In a forked child, which has no event loop. */
export function forgetLoop(): void {
  waits = undefined;
}

/** What a handler throws here is an uncaught error of the program; the others run all the same. */
function runAll(): void {
  for (;;) {
    try {
      return safePoint();
    } catch (error) {
      setTimeout(() => { throw error; }, 0); // past this callback, whose errors a runtime may only print
    }
  }
}
