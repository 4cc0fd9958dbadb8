/** Ending all processes of a pid namespace, as its PID 1. @module */
import { libc, SystemError } from "../../ffi/mod.ts";
import { isOwn, reaped } from "../process/children.ts";
import { pidsOfRuntime } from "../process/self.ts";
import { P_ALL, waitidCall, WEXITED, WNOHANG, WNOWAIT } from "../process/waitid_call.ts";
import { SIGNALS } from "../signal/signals.ts";
import { onChildEnd } from "./child_ends.ts";
import { type Reaped, reap } from "./orphans.ts";

const EVERYONE = -1;
const LOOK_AGAIN = 200; // ms

/**
 * Sends SIGTERM to all but this process, after so many ms SIGKILL, and reaps them until none is left, those too that its own objects
 * could wait for. `told` hears of orphans.
 */
export async function endNamespace(graceful: number, told: ((ended: Reaped) => void) | undefined): Promise<void> {
  const giveUp = performance.now() + graceful;
  if (graceful > 0) toAll(SIGNALS.SIGTERM);
  toAll(SIGNALS.SIGCONT);
  while (someAreLeft(told)) {
    const left = giveUp - performance.now();
    if (left <= 0) toAll(SIGNALS.SIGKILL);
    await someEnd(left > 0 ? Math.min(left, LOOK_AGAIN) : LOOK_AGAIN);
  }
}

function toAll(signal: number): void {
  libc().kill(EVERYONE, signal);
}

/** Reaps all that have ended, but for the runtime's own; true when there are others. */
function someAreLeft(told: ((ended: Reaped) => void) | undefined): boolean {
  const foreign = pidsOfRuntime();
  try {
    for (;;) {
      const ended = waitidCall("waitid", P_ALL, 0, WEXITED | WNOHANG | WNOWAIT);
      if (!ended || foreign.has(ended.pid)) return true;
      const orphan = isOwn(ended.pid) ? undefined : told;
      const gone = reap(ended.pid);
      reaped(ended.pid);
      if (gone) orphan?.(gone);
    }
  } catch (error) {
    if (error instanceof SystemError && error.is("ECHILD")) return false;
    throw error;
  }
}

/** Until a child ends, for so many ms at most. */
async function someEnd(ms: number): Promise<void> {
  let stop = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve) => {
    stop = onChildEnd(resolve);
    timer = setTimeout(resolve, ms);
  });
  clearTimeout(timer);
  stop();
}
