/** Taking signals as values without blocking the event loop. @module */
import { EPOLLIN } from "../../ffi/constants/event.ts";
import { SFD_CLOEXEC } from "../../ffi/constants/signal.ts";
import { usable } from "../../ffi/mod.ts";
import { SIGNALFD_SIGINFO } from "../../ffi/layout/signal.ts";
import type { Asker } from "../async/call.ts";
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { readyAgain, within } from "../async/wait.ts";
import { close } from "../fd/open.ts";
import { HERE, readInto } from "../fd/transfer.ts";
import { descriptorInfo } from "../process/self.ts";
import { safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { keep, takeKept, takeWhenKept } from "./kept.ts";
import { fromSignalfd, type SignalInfo } from "./info.ts";
import { signalNumbers, type SignalSet } from "./set.ts";
import { SIGRTMAX } from "./signals.ts";
import { MAX_SIGNALS, signalfd } from "./signalfd.ts";
import { MAX_MS, takeOne } from "./wait.ts";

const NEW = -1;

/**
 * {@linkcode readSignals} without blocking the event loop.
 *
 * What was sent to the calling thread alone ({@linkcode raise}, {@linkcode tgkill}) is read when it came before the call, and else noticed
 * with the next signal that is sent to the process.
 *
 * @param most 1 to 1024; may be left out
 * @throws {SystemError} EBADF: not open, or closed meanwhile. EINVAL: no signalfd
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 * @example
 * ```ts
 * import { readSignalsAsync, SIG_BLOCK, signalfd, sigprocmask } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGUSR1"]);
 * try {
 *   console.log(await readSignalsAsync(signalfd(-1, ["SIGUSR1"])));
 * } catch (error) {
 *   console.log((error as { code?: string }).code); // "ERR_SIGNAL_NOT_BLOCKED": the program was not started with it blocked
 * }
 * ```
 */
export async function readSignalsAsync(fd: number, options?: AsyncOptions): Promise<SignalInfo[]>;
export async function readSignalsAsync(fd: number, most?: number, options?: AsyncOptions): Promise<SignalInfo[]>;
export async function readSignalsAsync(fd: number, most?: number | AsyncOptions, options?: AsyncOptions): Promise<SignalInfo[]> {
  entering("readSignalsAsync");
  checkFd("readSignalsAsync", fd);
  const [wanted = 1, last] = valueAndOptions(most, options);
  checkInteger("readSignalsAsync", "most", wanted, 1, MAX_SIGNALS);
  const signal = asyncSignal("readSignalsAsync", last);
  const numbers = usable().host.unblocksSignals ? signalsOf(fd) : [];
  keep(numbers);
  const came = await takeWhenKept(numbers, signal, (inner) => readBlocks(fd, wanted, { call: "read", args: [fd, wanted], signal: inner }));
  return Array.isArray(came) ? came : [came, ...restOfKept(numbers, wanted - 1)];
}

async function readBlocks(fd: number, most: number, asker: Asker): Promise<SignalInfo[]> {
  const bytes = new Uint8Array(new ArrayBuffer(SIGNALFD_SIGINFO.size * most));
  const room = (): Uint8Array[] => {
    safePoint(); // what was kept came before what is pending
    asker.signal?.throwIfAborted();
    return [bytes];
  };
  const length = await readInto(fd, HERE, room, asker);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.floor(length / SIGNALFD_SIGINFO.size) }, (_, i) => fromSignalfd(view, SIGNALFD_SIGINFO.size * i));
}

function restOfKept(numbers: readonly number[], most: number): SignalInfo[] {
  const rest: SignalInfo[] = [];
  for (let info = most > 0 ? takeKept(numbers) : undefined; info; info = rest.length < most ? takeKept(numbers) : undefined) rest.push(info);
  return rest;
}

/** The set of a signalfd, none of what is no such. */
function signalsOf(fd: number): number[] {
  const told = descriptorInfo(fd) ?? "";
  const mask = BigInt(`0x${/^sigmask:\s*([0-9a-f]+)$/m.exec(told)?.[1] ?? "0"}`);
  return Array.from({ length: SIGRTMAX }, (_, i) => i + 1).filter((number) => (mask >> BigInt(number - 1)) & 1n);
}

/**
 * {@linkcode sigwaitinfo} without blocking the event loop: by a signalfd, and refused as that is while a thread does not block the signals.
 *
 * What is sent to the calling thread alone: as for {@linkcode readSignalsAsync}.
 *
 * @throws {Error} ERR_SIGNAL_NOT_BLOCKED: a thread does not block one of the signals
 * @throws {SystemError} EMFILE, ENFILE
 * @see https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html
 * @example
 * ```ts
 * import { sigwaitinfoAsync } from "forkscope";
 * // Beside a runtime's threads, which do not block it unless the program was started so:
 * console.log(await sigwaitinfoAsync(["SIGUSR2"]).catch((error) => error.code)); // "ERR_SIGNAL_NOT_BLOCKED"
 * ```
 */
export async function sigwaitinfoAsync(signals: SignalSet, options?: AsyncOptions): Promise<SignalInfo> {
  entering("sigwaitinfoAsync");
  const numbers = signalNumbers("sigwaitinfoAsync", signals);
  return takeWhenSent(numbers, { call: "sigwaitinfo", args: [signals], signal: asyncSignal("sigwaitinfoAsync", options) });
}

/**
 * {@linkcode sigtimedwait} without blocking the event loop; see {@linkcode sigwaitinfoAsync}.
 *
 * @param timeout milliseconds, 0 to 2147483647
 * @returns undefined when none came in time
 * @throws {Error} ERR_SIGNAL_NOT_BLOCKED: a thread does not block one of the signals
 * @see https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html
 * @example
 * ```ts
 * import { sigtimedwaitAsync } from "forkscope";
 * console.log((await sigtimedwaitAsync(["SIGUSR2"], 0)) === undefined); // true
 * ```
 */
export async function sigtimedwaitAsync(signals: SignalSet, timeout: number, options?: AsyncOptions): Promise<SignalInfo | undefined> {
  entering("sigtimedwaitAsync");
  const numbers = signalNumbers("sigtimedwaitAsync", signals);
  checkInteger("sigtimedwaitAsync", "timeout", timeout, 0, MAX_MS);
  const asker = { call: "sigtimedwait", args: [signals, timeout], signal: asyncSignal("sigtimedwaitAsync", options) };
  return takeOne(asker.call, numbers, asker.args, 0) ?? (timeout === 0 ? undefined : within(timeout, asker, (inner) => takeWhenSent(numbers, inner)));
}

/** Takes the next of them, told by a descriptor that there is one. */
async function takeWhenSent(numbers: readonly number[], asker: Asker): Promise<SignalInfo> {
  const fd = signalfd(NEW, numbers, SFD_CLOEXEC);
  keep(numbers);
  try {
    return await takeWhenKept(numbers, asker.signal, async (signal) => {
      for (let tries = 0; ; tries++) {
        const info = takeOne(asker.call, numbers, asker.args, 0);
        if (info) return info;
        await readyAgain(fd, EPOLLIN, tries, { ...asker, signal });
      }
    });
  } finally {
    close(fd);
  }
}
