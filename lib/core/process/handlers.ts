/** Signal handlers of the runtime in a forked child. @module */
import { check, libc, scratch } from "../../ffi/mod.ts";
import { SIGACTION } from "../../ffi/layout/process.ts";
import { isOurHandler } from "../signal/inbox.ts";
import { SIGNALS } from "../signal/signals.ts";

const SIG_DFL = 0;
const SIG_IGN = 1;

/** Signals that a runtime's engine catches for itself: crashes, and how its threads stop each other. */
const OF_ENGINE: readonly number[] = [
  SIGNALS.SIGILL, SIGNALS.SIGTRAP, SIGNALS.SIGABRT, SIGNALS.SIGBUS, SIGNALS.SIGFPE, SIGNALS.SIGSEGV, SIGNALS.SIGPWR, SIGNALS.SIGSYS,
];
/** All others may be caught for the event loop. */
const OF_EVENT_LOOP = Object.values(SIGNALS).filter((signal) => signal !== SIGNALS.SIGKILL && signal !== SIGNALS.SIGSTOP && !OF_ENGINE.includes(signal));

/** Those of them that the runtime catches now: not by a handler that the program set through this library. */
export function loopSignals(): number[] {
  using room = scratch();
  const action = room.take(SIGACTION.size);
  return OF_EVENT_LOOP.filter((signal) => {
    check(libc().sigaction(signal, 0, action.address), "sigaction", [signal]);
    const handler = action.u64(SIGACTION.at.sa_handler);
    return handler !== SIG_DFL && handler !== SIG_IGN && !isOurHandler(handler);
  });
}

/**
 * Lets these signals do again what they do by default. A runtime's handler writes to a descriptor of its event loop, which
 * the child has closed, or by now has given to something else; and SIGTERM would end nothing.
 */
export function dropHandlers(signals: readonly number[]): void {
  for (const signal of signals) libc().signal(signal, SIG_DFL);
}
