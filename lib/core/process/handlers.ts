/** Signal handlers of the runtime in a forked child. @module */
import { libc } from "../../ffi/mod.ts";
import { SIGNALS } from "../signal/signals.ts";

const SIG_DFL = 0;
const SIG_IGN = 1;

/** Signals that runtimes catch for their event loop. Not those their engines need: SIGSEGV, SIGUSR1 and the like. */
const OF_EVENT_LOOP = [SIGNALS.SIGHUP, SIGNALS.SIGINT, SIGNALS.SIGQUIT, SIGNALS.SIGTERM, SIGNALS.SIGCHLD, SIGNALS.SIGWINCH];

/**
 * Lets these signals do again what they do by default. A runtime's handler writes to a descriptor of its event loop, which
 * the child has closed, or by now has given to something else; and SIGTERM would end nothing. Ignored ones stay ignored.
 */
export function dropLoopHandlers(): void {
  for (const signal of OF_EVENT_LOOP) if (libc().signal(signal, SIG_DFL) === SIG_IGN) libc().signal(signal, SIG_IGN);
}
