/** Processes by descriptor: the number cannot come to mean another process. @module */
import { POLLIN } from "../../ffi/constants/file.ts";
import { SI_QUEUE } from "../../ffi/constants/process.ts";
import { PIDFD_NONBLOCK } from "../../ffi/constants/signal.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, libc, type Scratch, scratch } from "../../ffi/mod.ts";
import { POLLFD } from "../../ffi/layout/file.ts";
import { SIGINFO } from "../../ffi/layout/process.ts";
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { ready } from "../async/ready.ts";
import { within } from "../async/wait.ts";
import { Fd, ownNew } from "../fd/fd.ts";
import { made } from "../fd/registry.ts";
import { ROOT, text } from "../proc/file.ts";
import { type SignalName, signalNumber } from "../signal/signals.ts";
import { retrying } from "../retry.ts";
import { safePoint } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, checkPid, wrongType, wrongValue } from "../validate.ts";

const FOR_EVER = -1;
const MAX_MS = 0x7fffffff;

/**
 * `pidfd_open(pid, flags)`: a descriptor of a process, readable for poll once the process has ended. Always close-on-exec. Linux 5.3.
 *
 * It keeps meaning this process after the pid was given to another. A process that is not a child may end and be reaped before the call.
 *
 * @param flags 0 or PIDFD_NONBLOCK (Linux 5.10), for which waitid(P_PIDFD) fails with EAGAIN instead of sleeping
 * @throws {SystemError} ESRCH: no such process. EMFILE, ENFILE. EINVAL: a thread that is not its process's first. ENOSYS: an older kernel.
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 * @since Linux 5.3
 * @example
 * ```ts
 * import { close, getpid, pidfd_open } from "forkscope";
 * const fd = pidfd_open(getpid());
 * close(fd);
 * ```
 */
export function pidfd_open(pid: number, flags = 0): number {
  entering("pidfd_open");
  checkPid("pidfd_open", pid);
  checkFlags("pidfd_open", "flags", flags, PIDFD_NONBLOCK);
  return madeBy(check(libc().syscall(syscallNumber("pidfd_open"), pid, flags, 0, 0, 0, 0), "pidfd_open", [pid, flags]));
}

/**
 * `pidfd_send_signal(pidfd, sig, info, 0)`: as {@linkcode kill} for the process of the descriptor, and never for another that got its pid;
 * with a value as {@linkcode sigqueue}. Signal 0 only asks whether the process exists; a zombie does.
 *
 * @param value -2147483648 to 2147483647; a signal without one unless given
 * @throws {SystemError} ESRCH: it was reaped. EPERM: not allowed. EBADF: no pidfd. EINVAL. ENOSYS: an older kernel.
 * @see https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html
 * @since Linux 5.1
 * @example
 * ```ts
 * import { getpid, pidfd_open, pidfd_send_signal } from "forkscope";
 * pidfd_send_signal(pidfd_open(getpid()), 0);
 * ```
 */
export function pidfd_send_signal(pidfd: number, signal: number | SignalName, value?: number): void {
  entering("pidfd_send_signal");
  checkFd("pidfd_send_signal", pidfd, "pidfd");
  const number = signalNumber("pidfd_send_signal", signal, 0);
  const sent = value === undefined ? undefined : checkInteger("pidfd_send_signal", "value", value, -0x80000000, 0x7fffffff);
  using room = scratch();
  const info = sent === undefined ? 0 : queued(room, number, sent);
  check(libc().syscall(syscallNumber("pidfd_send_signal"), pidfd, number, info, 0, 0, 0), "pidfd_send_signal", sent === undefined ? [pidfd, signal] : [pidfd, signal, sent]);
  safePoint();
}

/** A siginfo_t as sigqueue(3) fills it; its address. */
function queued(room: Scratch, signal: number, value: number): number {
  const info = room.take(SIGINFO.size);
  info.setI32(SIGINFO.at.si_signo, signal);
  info.setI32(SIGINFO.at.si_code, SI_QUEUE);
  info.setI32(SIGINFO.at.si_pid, libc().getpid());
  info.setU32(SIGINFO.at.si_uid, libc().getuid());
  info.setI32(SIGINFO.at.si_value, value);
  return info.address;
}

/**
 * `pidfd_getfd(pidfd, targetfd, 0)`: a duplicate of another process's descriptor, for the same open file description, close-on-exec. The
 * caller needs the right to trace that process (ptrace(2), PTRACE_MODE_ATTACH_REALCREDS). Linux 5.6.
 *
 * @param targetfd its number in that process
 * @throws {SystemError} EBADF: not open there, or no pidfd. EPERM: may not trace it. ESRCH: it has ended. EMFILE. ENOSYS: an older kernel.
 * @see https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html
 * @since Linux 5.6
 * @example
 * ```ts
 * import { getpid, pidfd_getfd, pidfd_open, sameDescription } from "forkscope";
 * const pid = getpid();
 * const fd = pidfd_getfd(pidfd_open(pid), 1);
 * console.log(sameDescription({ pid, fd }, { pid, fd: 1 })); // true
 * ```
 */
export function pidfd_getfd(pidfd: number, targetfd: number): number {
  entering("pidfd_getfd");
  checkFd("pidfd_getfd", pidfd, "pidfd");
  checkFd("pidfd_getfd", targetfd, "targetfd");
  return madeBy(check(libc().syscall(syscallNumber("pidfd_getfd"), pidfd, targetfd, 0, 0, 0, 0), "pidfd_getfd", [pidfd, targetfd]));
}

/**
 * A process, child or not, held by an owned descriptor: asked, signalled and waited for without the danger that its pid was given to
 * another. It reaps nothing: for a child, use {@linkcode Child}.
 *
 * @since Linux 5.3
 * @example
 * ```ts
 * import { ProcessHandle, spawn } from "forkscope";
 * using child = spawn("/bin/sleep", ["sleep", "30"]);
 * using handle = ProcessHandle.open(child.pid);
 * console.log(handle.hasEnded()); // false
 * handle.kill("SIGKILL");
 * console.log(handle.waitEnd()); // true
 * child.wait();
 * ```
 */
export class ProcessHandle {
  /** The process. */
  readonly pid: number;
  /** Its pidfd. */
  readonly fd: Fd;

  private constructor(pid: number, fd: Fd) {
    this.pid = pid;
    this.fd = fd;
  }

  /** Takes hold of a process; see {@linkcode pidfd_open}. */
  static open(pid: number): ProcessHandle {
    return new ProcessHandle(pid, ownNew(pidfd_open(pid)));
  }

  /** Takes over a pidfd that came from elsewhere, such as a message. Its pid is -1 when the process has ended and was reaped. */
  static of(pidfd: Fd): ProcessHandle {
    if (!(pidfd instanceof Fd)) throw wrongType("take over a pidfd", "pidfd", pidfd, "an Fd");
    return new ProcessHandle(pidOf(pidfd.number), pidfd);
  }

  /** True once it has ended, reaped or not. */
  hasEnded(): boolean {
    return readable(this.fd.number, 0);
  }

  /**
   * Sleeps until it has ended, for at most so many milliseconds where given; the runtime's event loop sleeps too.
   *
   * @returns false when it still lives
   */
  waitEnd(timeout?: number): boolean {
    if (timeout !== undefined) checkInteger("wait for a process's end", "timeout", timeout, 0, MAX_MS);
    return readable(this.fd.number, timeout ?? FOR_EVER);
  }

  /**
   * {@linkcode ProcessHandle.waitEnd} without blocking the event loop.
   *
   * @param timeout in whole milliseconds; may be left out
   * @returns false when it still lives
   */
  async waitEndAsync(options?: AsyncOptions): Promise<boolean>;
  async waitEndAsync(timeout?: number, options?: AsyncOptions): Promise<boolean>;
  async waitEndAsync(timeout?: number | AsyncOptions, options?: AsyncOptions): Promise<boolean> {
    entering("ProcessHandle.waitEndAsync");
    const [limit, last] = valueAndOptions(timeout, options);
    if (limit !== undefined) checkInteger("wait for a process's end", "timeout", limit, 0, MAX_MS);
    const { number } = this.fd;
    const asker = { call: "poll", args: [number], signal: asyncSignal("wait for a process's end", last) };
    if (this.hasEnded()) return true;
    return (await within(limit ?? FOR_EVER, asker, (inner) => ready(number, POLLIN, inner))) !== undefined || this.hasEnded();
  }

  /** Sends it a signal; see {@linkcode pidfd_send_signal}. */
  kill(signal: number | SignalName = "SIGTERM"): void {
    pidfd_send_signal(this.fd.number, signal);
  }

  /** An owned duplicate of one of its descriptors; see {@linkcode pidfd_getfd}. */
  descriptor(targetfd: number): Fd {
    return ownNew(pidfd_getfd(this.fd.number, targetfd));
  }

  /** Lets go of it. The process is left alone. */
  close(): void {
    this.fd.close();
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The kernel tells in fdinfo which process a pidfd is of. */
function pidOf(pidfd: number): number {
  const [, pid] = /^Pid:\s*(-?\d+)$/m.exec(text(ROOT, `/proc/self/fdinfo/${pidfd}`)) ?? [];
  if (pid === undefined) throw wrongValue("hold a process", "pidfd", pidfd, "a descriptor of a process");
  return Number(pid);
}

function readable(fd: number, timeout: number): boolean {
  using room = scratch();
  const polled = room.take(POLLFD.size);
  polled.setI32(POLLFD.at.fd, fd);
  polled.setU16(POLLFD.at.events, POLLIN);
  const end = performance.now() + timeout;
  const left = (): number => (timeout < 0 ? FOR_EVER : Math.max(0, Math.ceil(end - performance.now())));
  return retrying(() => libc().poll(polled.address, 1, left()), "poll", [fd, timeout]) > 0;
}

function madeBy(fd: number): number {
  made(fd);
  return fd;
}
