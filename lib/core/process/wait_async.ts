/** Waiting for children without blocking the event loop. @module */
import { EPOLLIN } from "../../ffi/constants/event.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { errno, ERRNO, libc, SystemError } from "../../ffi/mod.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { type AsyncOptions, asyncSignal, valueAndOptions } from "../async/pending.ts";
import { ready } from "../async/ready.ts";
import { pauseAfter } from "../async/wait.ts";
import { gone, made } from "../fd/registry.ts";
import { entering } from "../tap.ts";
import { anyChanged } from "./any_child_async.ts";
import { checkWaitid, checkWaitpid, takeWaitid, takeWaitpid, type Waited, type WaitidInfo } from "./wait.ts";
import { P_ALL, P_PGID, P_PID, P_PIDFD, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED } from "./waitid_call.ts";

/**
 * {@linkcode wait} without blocking the event loop. Children of the runtime's own stay the runtime's. Several waits are served in turn.
 *
 * @throws {SystemError} ECHILD: there is no child to wait for
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { spawn, waitAsync } from "forkscope";
 * const child = spawn("/bin/true", ["true"]);
 * console.log((await waitAsync()).pid === child.pid); // true
 * ```
 */
export async function waitAsync(options?: AsyncOptions): Promise<Waited> {
  entering("waitAsync");
  const asker = { call: "wait", args: [], signal: asyncSignal("waitAsync", options) };
  return untilTaken(() => takeWaitpid(-1, WNOHANG, "wait"), () => anyChanged(P_ALL, 0, WEXITED, asker), asker);
}

/**
 * {@linkcode waitpid} without blocking the event loop.
 *
 * @param flags WUNTRACED, WCONTINUED; may be left out. WNOHANG does not belong here: {@linkcode waitpid} does not wait with it
 * @throws {SystemError} ECHILD: no such child, or it was reaped by another
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { spawn, waitpidAsync } from "forkscope";
 * const { pid } = spawn("/bin/sh", ["sh", "-c", "exit 7"]);
 * const { status } = await waitpidAsync(pid, { signal: AbortSignal.timeout(10_000) });
 * console.log(status.kind === "exited" && status.code); // 7
 * ```
 */
export async function waitpidAsync(pid: number, options?: AsyncOptions): Promise<Waited>;
export async function waitpidAsync(pid: number, flags?: number, options?: AsyncOptions): Promise<Waited>;
export async function waitpidAsync(pid: number, flags?: number | AsyncOptions, options?: AsyncOptions): Promise<Waited> {
  entering("waitpidAsync");
  const [bits = 0, last] = valueAndOptions(flags, options);
  checkWaitpid("waitpidAsync", pid, bits, WUNTRACED | WCONTINUED);
  const asker = { call: "waitpid", args: [pid, bits], signal: asyncSignal("waitpidAsync", last) };
  const [type, id] = pid > 0 ? [P_PID, pid] : pid === -1 ? [P_ALL, 0] : [P_PGID, -pid + 0];
  return untilTaken(() => takeWaitpid(pid, bits | WNOHANG), () => changed(type, id, WEXITED | bits, asker), asker);
}

/**
 * {@linkcode waitid} without blocking the event loop.
 *
 * @param flags of WEXITED, WSTOPPED, WCONTINUED at least one, and WNOWAIT
 * @throws {SystemError} ECHILD: no such child; EBADF: not a pidfd
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { P_PID, spawn, waitidAsync, WEXITED, WNOWAIT } from "forkscope";
 * const { pid } = spawn("/bin/true", ["true"]);
 * const seen = await waitidAsync(P_PID, pid, WEXITED | WNOWAIT);
 * const taken = await waitidAsync(P_PID, pid, WEXITED);
 * console.log(seen.code === taken.code); // true
 * ```
 */
export async function waitidAsync(idtype: number, id: number, flags: number, options?: AsyncOptions): Promise<WaitidInfo> {
  entering("waitidAsync");
  checkWaitid("waitidAsync", idtype, id, flags, WEXITED | WSTOPPED | WCONTINUED | WNOWAIT);
  const asker = { call: "waitid", args: [idtype, id, flags], signal: asyncSignal("waitidAsync", options) };
  return untilTaken(() => takeWaitid(idtype, id, flags | WNOHANG), () => changed(idtype, id, flags, asker), asker);
}

/** Waits until a child has ended and can be reaped: by a pidfd, or where there is none on a thread. */
export async function ended(pid: number, asker: Asker): Promise<void> {
  const pidfd = libc().syscall(syscallNumber("pidfd_open"), pid, 0, 0, 0, 0, 0);
  if (pidfd === -1) {
    if (errno() !== ERRNO.ESRCH) await changeOnThread(P_PID, pid, WEXITED, asker);
    return;
  }
  made(pidfd);
  try {
    await ready(pidfd, EPOLLIN, asker);
  } finally {
    gone(pidfd);
    libc().close(pidfd);
  }
}

/** Looks, and again after each change, until there is a child to take. A change that a tracer of the child has not seen yet gives none. */
export async function untilTaken<T>(take: () => T | undefined, changes: () => Promise<unknown>, asker: Asker): Promise<T> {
  for (let tries = 0; ; tries++) {
    const taken = take();
    if (taken !== undefined) return taken;
    await pauseAfter(tries, asker);
    await changes();
  }
}

/** Waits until a child that is named so has changed in one of these ways. It takes nothing. */
async function changed(idtype: number, id: number, flags: number, asker: Asker): Promise<void> {
  const endOnly = (flags & (WSTOPPED | WCONTINUED)) === 0;
  if (idtype === P_PID && endOnly) await ended(id, asker);
  else if (idtype === P_PIDFD && endOnly) await ready(id, EPOLLIN, asker);
  else if (idtype === P_PID || idtype === P_PIDFD || (flags & WNOWAIT) !== 0) await changeOnThread(idtype, id, flags, asker);
  else await anyChanged(idtype, id, flags, asker);
}

/** waitid with WNOWAIT. A pidfd that does not block answers EAGAIN; then its end is waited for, and nothing else can be. */
async function changeOnThread(idtype: number, id: number, flags: number, asker: Asker): Promise<void> {
  try {
    await callAsync("waitid", [idtype, id, 0, (flags & (WEXITED | WSTOPPED | WCONTINUED)) | WNOWAIT, 0], asker);
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ERRNO.EAGAIN)) throw error;
    await ready(id, EPOLLIN, asker);
  }
}
