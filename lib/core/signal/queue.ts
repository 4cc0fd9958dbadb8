/** Signals with a value, and to one thread. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, libc } from "../../ffi/mod.ts";
import { safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkPid } from "../validate.ts";
import { type SignalName, signalNumber } from "./signals.ts";

/**
 * `sigqueue(pid, sig, value)`: sends a signal with a number to a process; the receiver finds it as `value` ({@linkcode sigaction}, {@linkcode sigtimedwait}).
 *
 * Real-time signals (SIGRTMIN to SIGRTMAX) are queued, each with its value, up to RLIMIT_SIGPENDING; of a standard signal that is already
 * pending the second is lost. Signal 0 only asks whether the process exists.
 *
 * @param value -2147483648 to 2147483647
 * @throws {SystemError} EAGAIN: the queue is full. ESRCH: no such process. EPERM: not allowed.
 * @see https://man7.org/linux/man-pages/man3/sigqueue.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { fork, SIG_BLOCK, sigprocmask, sigqueue, sigwaitinfo, waitpid } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGRTMIN+1"]);
 * const pid = fork();
 * if (pid === 0) {
 *   console.log(sigwaitinfo(["SIGRTMIN+1"]).value); // 42
 *   process.exit(0);
 * }
 * sigqueue(pid, "SIGRTMIN+1", 42);
 * waitpid(pid);
 * ```
 */
export function sigqueue(pid: number, signal: number | SignalName, value = 0): void {
  entering("sigqueue");
  checkPid("sigqueue", pid);
  const number = signalNumber("sigqueue", signal, 0);
  const sent = checkInteger("sigqueue", "value", value, -0x80000000, 0x7fffffff);
  check(libc().sigqueue(pid, number, sent), "sigqueue", [pid, signal, value]);
  safePoint();
}

/**
 * `tgkill(tgid, tid, sig)`: sends a signal to one thread of a process. What the signal does, it does to the whole process: only its handler,
 * or {@linkcode sigtimedwait}, is that thread's.
 *
 * @param tgid the process
 * @param tid the thread, as {@linkcode gettid} gives it
 * @throws {SystemError} ESRCH: no such thread in that process. EPERM: not allowed. EAGAIN: a real-time signal, and the queue is full.
 * @see https://man7.org/linux/man-pages/man2/tgkill.2.html
 * @example
 * ```ts
 * import { getpid, gettid, SI_TKILL, SIG_BLOCK, sigprocmask, sigwaitinfo, tgkill } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGUSR2"]);
 * tgkill(getpid(), gettid(), "SIGUSR2");
 * console.log(sigwaitinfo(["SIGUSR2"]).code === SI_TKILL); // true
 * ```
 */
export function tgkill(tgid: number, tid: number, signal: number | SignalName): void {
  entering("tgkill");
  checkPid("tgkill", tgid, "tgid");
  checkPid("tgkill", tid, "tid");
  const number = signalNumber("tgkill", signal, 0);
  check(libc().syscall(syscallNumber("tgkill"), tgid, tid, number, 0, 0, 0), "tgkill", [tgid, tid, signal]);
  safePoint();
}
