/** Which threads would take a signal. @module */
import { SystemError } from "../../ffi/mod.ts";
import { numbers as numbersIn, ROOT, text } from "../proc/file.ts";
import { parseStatus } from "../proc/status.ts";
import { entering } from "../tap.ts";
import { signalNumbers, type SignalSet } from "./set.ts";
import { signalName } from "./signals.ts";

/** A thread that does not block a signal. */
export interface SignalReceiver {
  /** The thread, as {@linkcode gettid} gives it. */
  tid: number;
  /** Its name, at most 15 bytes. */
  name: string;
  /** Those of the signals it does not block. */
  signals: number[];
}

/**
 * The threads of this process that do not block one of the signals. Such a thread takes a signal that is sent to the process, with the
 * signal's action, which mostly is the end of the process; so a signal can be taken as a value only while this list is empty. Never fails.
 *
 * In a forked child it is empty after {@linkcode sigprocmask}. A runtime has further threads: they inherit a mask that its process
 * was started with, as by {@linkcode reexecWithMask} or `spawn(file, argv, { sigmask })`.
 *
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 * @example
 * ```ts
 * import { SIG_BLOCK, signalReceivers, sigprocmask } from "forkscope";
 * const before = signalReceivers(["SIGUSR2"]).length;
 * sigprocmask(SIG_BLOCK, ["SIGUSR2"]);
 * console.log(before - signalReceivers(["SIGUSR2"]).length); // 1
 * ```
 */
export function signalReceivers(signals: SignalSet): SignalReceiver[] {
  entering("signalReceivers");
  return receivers(signalNumbers("signalReceivers", signals));
}

/** As {@linkcode signalReceivers}. SIGKILL and SIGSTOP cannot be blocked and do not count. */
export function receivers(numbers: readonly number[]): SignalReceiver[] {
  const blockable = numbers.filter((number) => number !== 9 && number !== 19);
  return numbersIn(ROOT, "/proc/self/task").flatMap((tid) => {
    const status = statusOf(tid);
    if (!status) return [];
    const open = blockable.filter((number) => !status.signals.blocked.includes(number));
    return open.length > 0 ? [{ tid, name: status.name, signals: open }] : [];
  });
}

/** What helps where threads are there that the program has not made. */
const WAY_OUT = "; reexecWithMask, first in the program, starts it so";

/** Refuses when a thread would take a signal: the message says which thread and which signal, and what helps. */
export function refuseReceivers(call: string, numbers: readonly number[], wayOut = WAY_OUT): void {
  const [first, ...others] = receivers(numbers);
  if (!first) return;
  const more = others.length > 0 ? ` and ${others.length} other threads do not` : " does not";
  const names = first.signals.map(signalName).join(", ");
  const why = `Cannot ${call}: thread ${first.tid} (${first.name})${more} block ${names}, must be blocked in every thread${wayOut}`;
  throw Object.assign(new Error(why), { code: "ERR_SIGNAL_NOT_BLOCKED", tid: first.tid });
}

function statusOf(tid: number): ReturnType<typeof parseStatus> | undefined {
  try {
    return parseStatus(text(ROOT, `/proc/self/task/${tid}/status`));
  } catch (error) {
    if (error instanceof SystemError) return undefined; // the thread has ended
    throw error;
  }
}
