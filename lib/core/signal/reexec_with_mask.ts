/** The program started anew with signals blocked, so that every thread of its runtime has them blocked. @module */
import { SIG_BLOCK, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { libc, SystemError, usable } from "../../ffi/mod.ts";
import { BLOCKED, forgetStart, startAnew } from "../process/reexec.ts";
import { startEnvironment } from "../process/self.ts";
import { entering } from "../tap.ts";
import { wrongValue } from "../validate.ts";
import { keep } from "./kept.ts";
import { sigprocmask } from "./mask.ts";
import { receivers, refuseReceivers } from "./receivers.ts";
import { signalNumbers, type SignalSet } from "./set.ts";
import { signalName } from "./signals.ts";

/**
 * Makes sure that the signals are blocked in every thread of this process, those of the runtime too: by one execve of the program itself with
 * the signals blocked, which all its threads inherit. Then {@linkcode SignalFd}, {@linkcode sigwaitinfo} and their kin take them as values
 * in the main process, and nothing else does.
 *
 * First in the program, after `import "forkscope/ready"` if that is there: what stood above it runs twice. Where every thread has
 * them blocked it returns; a second call blocks further ones. The new start has the same pid, name, arguments, directory, descriptors that are
 * not close-on-exec, and the environment as this one was started with; the mask is added to, and a signal that came meanwhile stays pending. It
 * costs a start of the runtime. The mask is inherited by what this process starts, but for programs to which a runtime gives an empty one:
 * {@linkcode spawn} takes `sigmask`. In a forked child, which has one thread, it only blocks. In Bun, whose event loop sleeps with no signal
 * blocked, one that comes before this call has returned still does what it does.
 *
 * @param signals SIGKILL and SIGSTOP, which cannot be blocked, make no difference
 * @throws {TypeError} a signal that the runtime uses for its own threads
 * @throws {Error} ERR_SIGNAL_NOT_BLOCKED: started so, a thread unblocked one all the same. ERR_NOT_MAIN_THREAD: this is a Worker.
 *   ERR_SCRIPT_ON_STDIN: the program came on standard input, which cannot be read again
 * @throws {SystemError} as execve
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 * @example
 * ```ts
 * import { getpid, kill, reexecWithMask, SignalFd } from "forkscope";
 * reexecWithMask(["SIGTERM", "SIGCHLD"]);
 * using signals = SignalFd.open(["SIGTERM", "SIGCHLD"]);
 * kill(getpid(), "SIGTERM");
 * console.log((await signals.readAsync()).signal); // 15
 * ```
 */
export function reexecWithMask(signals: SignalSet): void {
  entering("reexecWithMask");
  const numbers = signalNumbers("reexecWithMask", signals);
  refuseOwn(numbers);
  const started = startEnvironment();
  const isAgain = blockedAtStart(started, numbers);
  forgetStart(started);
  const before = sigprocmask(SIG_BLOCK, numbers);
  try {
    if (receivers(numbers).length > 0) startBlocking(numbers, started, isAgain);
    keep(numbers);
  } catch (error) {
    sigprocmask(SIG_SETMASK, before);
    throw error;
  }
}

/** True when this very process was started anew for these signals. */
function blockedAtStart(started: ReadonlyMap<string, string>, numbers: readonly number[]): boolean {
  const [pid, ...blocked] = (started.get(BLOCKED) ?? "").split(" ").map(Number);
  return pid === libc().getpid() && numbers.every((number) => blocked.includes(number));
}

/** Does not come back but to throw. */
function startBlocking(numbers: readonly number[], started: ReadonlyMap<string, string>, isAgain: boolean): void {
  if (isAgain) refuseReceivers("reexecWithMask", numbers, "; the program was started so, and the thread unblocked it");
  if (libc().gettid() !== libc().getpid()) refuse("this thread is a Worker's, must be the main thread", "ERR_NOT_MAIN_THREAD");
  if (usable().host.isScriptOnStdin()) refuse("the program came on standard input, which cannot be read again, must be a file", "ERR_SCRIPT_ON_STDIN");
  const failure = startAnew(new Map(started).set(BLOCKED, `${libc().getpid()} ${numbers.join(" ")}`));
  throw new SystemError("execve", failure, [], "the program could not be started anew with signals blocked");
}

function refuseOwn(numbers: readonly number[]): void {
  for (const name of numbers.map(signalName)) {
    if (usable().host.ownSignals.includes(name)) throw wrongValue("reexecWithMask", "signals", name, "none that the runtime uses for its own threads");
  }
}

function refuse(why: string, code: string): never {
  throw Object.assign(new Error(`Cannot reexecWithMask: ${why}`), { code });
}
