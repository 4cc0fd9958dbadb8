/** Taking a signal as a value. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { SIGINFO, TIMESPEC } from "../../ffi/layout/process.ts";
import { done } from "../retry.ts";
import { interruptible, safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { takeKept } from "./kept.ts";
import { fromSiginfo, type SignalInfo } from "./info.ts";
import { KERNEL_SET, signalNumbers, type SignalSet, sigset } from "./set.ts";

/** The longest time to wait. */
export const MAX_MS = 0x7fffffff;

/**
 * `sigwaitinfo(set, info)`: sleeps until one of the signals is pending, takes it and tells where it came from. No handler runs.
 *
 * Block the signals first ({@linkcode sigprocmask}), in every thread of the process: one that comes before the call is then kept, and no
 * other thread takes it. A forked child has one thread, which makes it the place for this; see {@linkcode signalReceivers}. The calling
 * thread sleeps, and so does the runtime's event loop.
 *
 * Several pending: the lowest number first; real-time signals of one number in the order sent. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html
 * @example
 * ```ts
 * import { raise, SIG_BLOCK, sigprocmask, sigwaitinfo } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGUSR2"]);
 * raise("SIGUSR2");
 * console.log(sigwaitinfo(["SIGUSR2"]).signal); // 12
 * ```
 */
export function sigwaitinfo(signals: SignalSet): SignalInfo {
  entering("sigwaitinfo");
  const numbers = signalNumbers("sigwaitinfo", signals);
  for (;;) {
    const info = takeOne("sigwaitinfo", numbers, [signals]);
    if (info) return info;
  }
}

/**
 * `sigtimedwait(set, info, timeout)`: as {@linkcode sigwaitinfo}, for at most so many milliseconds; 0 only looks.
 *
 * A call that another signal's handler interrupts goes on for the time left. Never fails.
 *
 * @param timeout milliseconds, 0 to 2147483647
 * @returns undefined when none came in time
 * @see https://man7.org/linux/man-pages/man2/sigwaitinfo.2.html
 * @example
 * ```ts
 * import { raise, SIG_BLOCK, sigprocmask, sigtimedwait } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGRTMIN"]);
 * console.log(sigtimedwait(["SIGRTMIN"], 0) === undefined); // true
 * raise("SIGRTMIN");
 * console.log(sigtimedwait(["SIGRTMIN"], 1000)?.signal); // 34
 * ```
 */
export function sigtimedwait(signals: SignalSet, timeout: number): SignalInfo | undefined {
  entering("sigtimedwait");
  const numbers = signalNumbers("sigtimedwait", signals);
  checkInteger("sigtimedwait", "timeout", timeout, 0, MAX_MS);
  return takeOne("sigtimedwait", numbers, [signals, timeout], timeout);
}

/** The call itself: libc's form tells of tgkill as if it were kill. */
export function takeOne(call: string, numbers: readonly number[], args: readonly unknown[], timeout?: number): SignalInfo | undefined {
  const kept = takeKept(numbers);
  if (kept) return kept;
  using room = scratch();
  const set = sigset(room, numbers);
  const info = room.take(SIGINFO.size);
  const time = room.take(TIMESPEC.size);
  const end = performance.now() + (timeout ?? 0);
  const wait = syscallNumber("rt_sigtimedwait");
  for (let left = timeout ?? 0; ; left = Math.max(0, end - performance.now())) {
    time.setU64(TIMESPEC.at.tv_sec, Math.floor(left / 1000));
    time.setU64(TIMESPEC.at.tv_nsec, Math.floor((left % 1000) * 1e6));
    const taken = interruptible(() => libc().syscall(wait, set.address, info.address, timeout === undefined ? 0 : time.address, KERNEL_SET, 0, 0));
    if (taken > 0) return done(fromSiginfo(info));
    if (errno() === ERRNO.EAGAIN) return undefined;
    if (errno() !== ERRNO.EINTR) throw new SystemError(call, errno(), args);
    safePoint();
  }
}
