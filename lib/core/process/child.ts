/** A child process to wait for. @module */
import { check, libc } from "../../ffi/mod.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { gone, made } from "../fd/registry.ts";
import { kill } from "../signal/kill.ts";
import type { SignalName } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import type { WaitStatus } from "./status.ts";
import { waitpid } from "./wait.ts";
import { ended, untilTaken } from "./wait_async.ts";
import { WNOHANG } from "./waitid_call.ts";

/**
 * A child made by forkRun or spawn. It stays a zombie after its end until {@linkcode Child.wait} or {@linkcode Child.poll} reaps it.
 *
 * @example
 * ```ts
 * import { spawn } from "forkscope";
 * using child = spawn("/bin/true", ["true"]);
 * child.wait(); // { kind: "exited", code: 0, raw: 0 }
 * ```
 */
export class Child {
  /** The process. */
  readonly pid: number;
  #status: WaitStatus | undefined;
  #pidfd: number | undefined;

  constructor(pid: number, pidfd?: number) {
    this.pid = pid;
    this.#pidfd = pidfd;
    if (pidfd !== undefined) made(pidfd);
  }

  /** How it ended; undefined before it was reaped. */
  get status(): WaitStatus | undefined {
    return this.#status;
  }

  /**
   * A descriptor of the process, readable for poll(2) when it has ended; opened at first use, close-on-exec, closed by dispose.
   *
   * @throws {SystemError} ESRCH: it was reaped. ENOSYS: the kernel is older than 5.3.
   * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
   */
  get pidfd(): number {
    if (this.#pidfd === undefined) {
      this.#refuseReaped("pidfd_open");
      this.#pidfd = check(libc().syscall(syscallNumber("pidfd_open"), this.pid, 0, 0, 0, 0, 0), "pidfd_open", [this.pid]);
      made(this.#pidfd);
    }
    return this.#pidfd;
  }

  /** Waits until it ends and reaps it; a second call gives the same status. */
  wait(): WaitStatus {
    return (this.#status ??= waitpid(this.pid).status);
  }

  /**
   * {@linkcode Child.wait} without blocking the event loop. Several waits, and one that comes after another form has reaped it, give the
   * same status.
   *
   * @throws {SystemError} ECHILD: it was reaped past this object
   */
  async waitAsync(options?: AsyncOptions): Promise<WaitStatus> {
    entering("Child.waitAsync");
    const asker = { call: "waitpid", args: [this.pid], signal: asyncSignal("wait for a child", options) };
    return untilTaken(() => this.poll(), () => ended(this.pid, asker), asker);
  }

  /** Reaps it when it has ended already; undefined while it lives. */
  poll(): WaitStatus | undefined {
    return (this.#status ??= waitpid(this.pid, WNOHANG).status);
  }

  /**
   * Sends it a signal. Refused once it was reaped, when its pid may be another process's.
   *
   * @throws {SystemError} ESRCH: it was reaped. EPERM.
   */
  kill(signal: SignalName | number = "SIGTERM"): void {
    this.#refuseReaped("kill");
    kill(this.pid, signal);
  }

  /** Closes the pidfd. The process is left alone. */
  [Symbol.dispose](): void {
    if (this.#pidfd === undefined) return;
    gone(this.#pidfd);
    libc().close(this.#pidfd);
    this.#pidfd = undefined;
  }

  #refuseReaped(call: string): void {
    if (this.#status) throw new SystemError(call, ERRNO.ESRCH, [this.pid], "the child was reaped before");
  }
}
