/** Which signals a thread holds back. @module */
import { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK } from "../../ffi/constants/process.ts";
import { check, errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { SIGSET } from "../../ffi/layout/process.ts";
import { safePoint, safePointAfter } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFunction, checkInteger } from "../validate.ts";
import { ownMask, withoutNotes } from "./handlers.ts";
import { keepNoMore, keptSignals } from "./kept.ts";
import { signalNumbers, type SignalSet, signalsIn, sigset } from "./set.ts";

/**
 * `sigprocmask(how, set, oldset)`: changes which signals the calling thread holds back, and gives those it held back before. Never fails.
 *
 * A blocked signal stays pending until it is unblocked or taken by {@linkcode sigtimedwait}. The mask is the calling thread's, as with
 * pthread_sigmask: the runtime's other threads keep theirs, and one of them may take a signal sent to the process. A forked child has one
 * thread and inherits this mask; exec keeps it; spawn takes its `sigmask`. Blocking SIGKILL or SIGSTOP has no effect and is no error.
 * Blocking SIGALRM takes a forked child its deadline. Bun's event loop blocks no signal while it sleeps; in a forked child there is none.
 *
 * @param how SIG_BLOCK adds, SIG_UNBLOCK takes away, SIG_SETMASK replaces; SIG_BLOCK with `[]` only asks
 * @returns numbers of the signals blocked before, ascending
 * @see https://man7.org/linux/man-pages/man2/sigprocmask.2.html
 * @example
 * ```ts
 * import { SIG_BLOCK, SIG_SETMASK, sigprocmask } from "forkscope";
 * const before = sigprocmask(SIG_BLOCK, ["SIGUSR1", "SIGUSR2"]);
 * console.log(sigprocmask(SIG_SETMASK, before).join()); // "10,12"
 * ```
 */
export function sigprocmask(how: number, signals: SignalSet): number[] {
  entering("sigprocmask");
  checkInteger("sigprocmask", "how", how, SIG_BLOCK, SIG_SETMASK);
  const before = changeMask("sigprocmask", how, signals);
  safePoint();
  return before;
}

/**
 * Runs a function with signals blocked in the calling thread, and puts the mask back, also when the function throws. What was sent
 * meanwhile is delivered then.
 *
 * @throws {Error} what the function throws
 * @see https://man7.org/linux/man-pages/man2/sigprocmask.2.html
 * @example
 * ```ts
 * import { raise, sigpending, withBlocked } from "forkscope";
 * const seen = withBlocked(["SIGWINCH"], () => {
 *   raise("SIGWINCH");
 *   return sigpending();
 * });
 * console.log(seen.join()); // "28"
 * ```
 */
export function withBlocked<T>(signals: SignalSet, run: () => T): T {
  entering("withBlocked");
  checkFunction("withBlocked", run, "run");
  const before = changeMask("withBlocked", SIG_BLOCK, signals);
  try {
    return run();
  } finally {
    changeMask("withBlocked", SIG_SETMASK, before);
    safePointAfter();
  }
}

/**
 * `sigpending(set)`: signals that were sent and are blocked: those of the calling thread and those of the process. Never fails.
 *
 * @returns their numbers, ascending
 * @see https://man7.org/linux/man-pages/man2/sigpending.2.html
 * @example
 * ```ts
 * import { raise, SIG_BLOCK, sigpending, sigprocmask } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGUSR2"]);
 * raise("SIGUSR2");
 * console.log(sigpending().includes(12)); // true
 * ```
 */
export function sigpending(): number[] {
  entering("sigpending");
  using room = scratch();
  const set = sigset(room);
  check(libc().sigpending(set.address), "sigpending");
  return signalsIn(set);
}

/**
 * `sigsuspend(mask)`: replaces the calling thread's mask and sleeps until a signal outside it runs a handler, then puts the mask back; the
 * two in one step, so that a signal sent before the call is not missed. A signal whose action is to end the process ends it. Never fails.
 *
 * A handler set by {@linkcode sigaction} has run when the call returns, with the mask put back. A listener of the runtime's
 * (`process.on`) runs later, from the event loop, which sleeps too and does not exist in a forked child; and while the process has threads
 * that do not block such a signal, one of them may take it before the call: send it to the thread ({@linkcode tgkill}).
 *
 * @param signals blocked during the sleep, all others not
 * @see https://man7.org/linux/man-pages/man2/sigsuspend.2.html
 * @example
 * ```ts
 * import { raise, SIG_BLOCK, sigaction, sigprocmask, sigsuspend } from "forkscope";
 * let came = 0;
 * sigaction("SIGUSR2", { handler: () => came++ });
 * const before = sigprocmask(SIG_BLOCK, ["SIGUSR2"]);
 * raise("SIGUSR2");
 * console.log(came); // 0
 * sigsuspend(before);
 * console.log(came); // 1
 * ```
 */
export function sigsuspend(signals: SignalSet): void {
  entering("sigsuspend");
  const numbers = signalNumbers("sigsuspend", signals);
  using room = scratch();
  const mask = sigset(room, numbers);
  asleep(() => libc().sigsuspend(mask.address), "sigsuspend", [signals]);
}

/**
 * `pause()`: sleeps until a signal runs a handler, or ends the process. Never fails.
 *
 * A signal that comes just before the call has run its handler by then, and the sleep goes on: block it and use {@linkcode sigsuspend}
 * where that matters.
 *
 * @see https://man7.org/linux/man-pages/man2/pause.2.html
 * @example
 * ```ts
 * import { ITIMER_REAL, pause, setitimer, sigaction } from "forkscope";
 * sigaction("SIGALRM", { handler: () => console.log("woken") });
 * setitimer(ITIMER_REAL, { value: 20, interval: 20 });
 * pause();
 * setitimer(ITIMER_REAL, { value: 0 });
 * ```
 */
export function pause(): void {
  entering("pause");
  using room = scratch();
  const mask = room.take(SIGSET.size);
  check(libc().sigprocmask(SIG_BLOCK, sigset(room).address, mask.address), "sigprocmask");
  asleep(() => libc().sigsuspend(mask.address), "pause", []);
}

/** A call that always fails: with EINTR, when a handler ran. */
function asleep(sleep: () => number, call: string, args: readonly unknown[]): void {
  const failed = withoutNotes(() => (sleep() === 0 ? 0 : errno()));
  if (failed !== ERRNO.EINTR) throw new SystemError(call, failed, args);
  safePoint();
}

function changeMask(call: string, how: number, signals: SignalSet): number[] {
  const numbers = signalNumbers(call, signals);
  if (how === SIG_UNBLOCK) keepNoMore(numbers);
  else if (how === SIG_SETMASK) keepNoMore(keptSignals().filter((number) => !numbers.includes(number)));
  using room = scratch();
  const before = sigset(room);
  check(libc().sigprocmask(how, sigset(room, numbers).address, before.address), "sigprocmask", [how, signals]);
  return ownMask(signalsIn(before), numbers);
}
