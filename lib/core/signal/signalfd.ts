/** Signals read from a descriptor. @module */
import { SIG_BLOCK, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { SFD_CLOEXEC, SFD_NONBLOCK } from "../../ffi/constants/signal.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { SIGNALFD_SIGINFO } from "../../ffi/layout/signal.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { type Fd, ownNew } from "../fd/fd.ts";
import { made } from "../fd/registry.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger } from "../validate.ts";
import { fromSignalfd, type SignalInfo } from "./info.ts";
import { sigprocmask } from "./mask.ts";
import { refuseReceivers } from "./receivers.ts";
import { KERNEL_SET, signalNumbers, type SignalSet, sigset } from "./set.ts";
import { readSignalsAsync } from "./wait_async.ts";
import { keep, takeKept } from "./kept.ts";

const NEW = -1;
const MAX_FD = 0x7fffffff;
/** So many are read at once at most. */
export const MAX_SIGNALS = 1024;

/**
 * `signalfd(fd, mask, flags)`: a descriptor from which the signals are read, and which poll and epoll show as readable while one is pending.
 *
 * Every thread of the process must block the signals, or one that does not takes them, with their action: this is looked at first and
 * refused with ERR_SIGNAL_NOT_BLOCKED, naming the thread ({@linkcode signalReceivers}). The way out in the main process is
 * {@linkcode reexecWithMask}; in a forked child {@linkcode sigprocmask} is enough. Who reads gets the signals of the reader, not of the maker: after fork, each process its own.
 *
 * @param fd -1 for a new descriptor, or a signalfd whose set is replaced
 * @param flags of SFD_CLOEXEC, SFD_NONBLOCK
 * @returns the descriptor
 * @throws {Error} ERR_SIGNAL_NOT_BLOCKED: a thread does not block one of the signals; `tid` says which
 * @throws {SystemError} EBADF, EINVAL: fd is no signalfd. EMFILE, ENFILE: no descriptor left
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, raise, readSignals, SIG_BLOCK, signalfd, sigprocmask } from "forkscope";
 * forkRun(() => {
 *   sigprocmask(SIG_BLOCK, ["SIGUSR1"]);
 *   const fd = signalfd(-1, ["SIGUSR1"]);
 *   raise("SIGUSR1");
 *   console.log(readSignals(fd).map(({ signal }) => signal).join()); // "10"
 * }).wait();
 * ```
 */
export function signalfd(fd: number, signals: SignalSet, flags = 0): number {
  entering("signalfd");
  checkInteger("signalfd", "fd", fd, NEW, MAX_FD);
  const numbers = signalNumbers("signalfd", signals);
  checkFlags("signalfd", "flags", flags, SFD_CLOEXEC | SFD_NONBLOCK);
  refuseReceivers("signalfd", numbers);
  using room = scratch();
  const set = sigset(room, numbers);
  const result = check(libc().syscall(syscallNumber("signalfd4"), fd, set.address, KERNEL_SET, flags, 0, 0), "signalfd", [fd, signals, flags]);
  if (fd === NEW) made(result);
  return result;
}

/**
 * `read(fd, buf, count)` of a signalfd: the pending signals of its set, at most `most` of them. Sleeps until there is one.
 *
 * @param most 1 to 1024
 * @throws {SystemError} EAGAIN: none is pending, and the descriptor is SFD_NONBLOCK. EBADF. EINVAL: no signalfd
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpid, readSignals, SIG_BLOCK, signalfd, sigprocmask, sigqueue } from "forkscope";
 * forkRun(() => {
 *   sigprocmask(SIG_BLOCK, ["SIGRTMIN"]);
 *   for (const value of [1, 2, 3]) sigqueue(getpid(), "SIGRTMIN", value);
 *   const all = readSignals(signalfd(-1, ["SIGRTMIN"]), 8);
 *   console.log(all.map(({ value }) => value).join()); // "1,2,3"
 * }).wait();
 * ```
 */
export function readSignals(fd: number, most = 1): SignalInfo[] {
  entering("readSignals");
  checkFd("readSignals", fd);
  checkInteger("readSignals", "most", most, 1, MAX_SIGNALS);
  using room = scratch();
  const { size } = SIGNALFD_SIGINFO;
  const block = room.take(size * most);
  const length = retrying(() => libc().read(fd, block.bytes, size * most), "read", [fd, most]);
  return Array.from({ length: Math.floor(length / size) }, (_, i) => fromSignalfd(block.view, size * i));
}

/**
 * Signals that a process takes as values: blocked in the calling thread, and read from an owned descriptor, close-on-exec.
 *
 * For a forked child, or a process started with the signals blocked ({@linkcode reexecWithMask}): see {@linkcode signalfd}. The signals stay blocked after the end
 * of this object; what is pending then stays pending.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, kill, SignalFd } from "forkscope";
 * const child = forkRun(() => {
 *   using signals = SignalFd.open(["SIGTERM"]);
 *   kill(process.pid, "SIGTERM");
 *   return signals.read().signal;
 * });
 * const status = child.wait();
 * console.log(status.kind === "exited" && status.code); // 15
 * ```
 */
export class SignalFd {
  /** Its descriptor. */
  readonly fd: Fd;
  readonly #numbers: readonly number[];

  private constructor(fd: Fd, numbers: readonly number[]) {
    this.fd = fd;
    this.#numbers = numbers;
  }

  /**
   * Blocks the signals in the calling thread and opens the descriptor.
   *
   * @throws {Error} ERR_SIGNAL_NOT_BLOCKED: another thread does not block them; the calling thread's mask is then as before
   */
  static open(signals: SignalSet): SignalFd {
    const numbers = signalNumbers("open a SignalFd", signals);
    const before = sigprocmask(SIG_BLOCK, numbers);
    try {
      const fd = ownNew(signalfd(NEW, numbers, SFD_CLOEXEC));
      keep(numbers);
      return new SignalFd(fd, numbers);
    } catch (error) {
      sigprocmask(SIG_SETMASK, before);
      throw error;
    }
  }

  /** The next signal; sleeps until there is one. */
  read(): SignalInfo {
    for (;;) {
      const { number } = this.fd;
      const info = takeKept(this.#numbers) ?? readSignals(number)[0];
      if (info) return info;
    }
  }

  /** {@linkcode SignalFd.read} without blocking the event loop; see {@linkcode readSignalsAsync}. */
  async readAsync(options?: AsyncOptions): Promise<SignalInfo> {
    for (;;) {
      const [info] = await readSignalsAsync(this.fd.number, options);
      if (info) return info;
    }
  }

  /** Signal after signal, until it is closed: `for await (const { signal } of signals.each({ signal: controller.signal }))`. */
  async *each(options?: AsyncOptions): AsyncGenerator<SignalInfo, void, undefined> {
    for (let info = await this.#next(options); info; info = await this.#next(options)) yield info;
  }
  [Symbol.asyncIterator](): AsyncGenerator<SignalInfo, void, undefined> {
    return this.each();
  }

  /** Closes the descriptor. */
  close(): void {
    this.fd.close();
  }
  [Symbol.dispose](): void {
    this.close();
  }

  /** The next one; nothing when it was closed. Never more than one, which a loop that is left would lose. */
  async #next(options: AsyncOptions | undefined): Promise<SignalInfo | undefined> {
    try {
      return this.fd.isOpen ? await this.readAsync(options) : undefined;
    } catch (error) {
      if (this.fd.isOpen || options?.signal?.aborted) throw error;
      return undefined;
    }
  }
}
