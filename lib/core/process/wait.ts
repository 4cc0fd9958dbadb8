/** Waiting for children. @module */
import { check, errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { interruptible, safePoint, safePointAfter } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, wrongValue } from "../validate.ts";
import { takeAny } from "./any_child.ts";
import { reaped } from "./children.ts";
import { P_ALL, P_PGID, P_PID, P_PIDFD, type Peeked, waitidCall, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED } from "./waitid_call.ts";
import { rawStatus, waitStatus, type WaitStatus } from "./status.ts";

const MAX_PID = 0x7fffffff;
const WAITPID_FLAGS = WNOHANG | WUNTRACED | WCONTINUED;
const WAITID_FLAGS = WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED;

/** A child that changed state, and how. */
export interface Waited {
  pid: number;
  status: WaitStatus;
}

/** What waitpid gives with WNOHANG when no child has changed state. */
export interface NothingYet {
  pid: 0;
  status: undefined;
}

/** What waitid tells of a child. */
export interface WaitidInfo extends Waited {
  /** Real user id of the child. */
  uid: number;
  /** si_code: CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3, CLD_TRAPPED 4, CLD_STOPPED 5, CLD_CONTINUED 6. */
  code: number;
}

/**
 * `pid_t wait(int *wstatus)`: waits until a child ends and reaps it.
 *
 * "A child" is one made by this library, or an orphan this process adopted. Children that the runtime's own API
 * started are never taken away from it.
 *
 * @throws {SystemError} ECHILD: there is no child to wait for.
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { _exit, fork, wait } from "forkscope";
 * if (fork() === 0) _exit(7);
 * console.log(wait().status); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function wait(): Waited {
  entering("wait");
  const found = takeWaitpid(-1, 0, "wait");
  if (!found) throw new SystemError("wait", ERRNO.ECHILD);
  return found;
}

/**
 * `pid_t waitpid(pid_t pid, int *wstatus, int options)`: waits for a child to end (with WUNTRACED to stop, with WCONTINUED to go on).
 *
 * `pid` > 0 names the child, whoever started it; -1 any child; 0 any of the caller's group; < -1 any of the group `-pid`. "Any"
 * reads as for {@linkcode wait}. `options`: WNOHANG (1), WUNTRACED (2), WCONTINUED (8). An interrupted wait goes on.
 *
 * @returns the child and its status; with WNOHANG `{ pid: 0, status: undefined }` while no child has changed state.
 * @throws {SystemError} ECHILD: no such child, or it was reaped before.
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { _exit, fork, waitpid } from "forkscope";
 * const pid = fork();
 * if (pid === 0) _exit(0);
 * const { status } = waitpid(pid);
 * ```
 */
export function waitpid(pid: number): Waited;
export function waitpid(pid: number, options: number): Waited | NothingYet;
export function waitpid(pid: number, options = 0): Waited | NothingYet {
  entering("waitpid");
  checkWaitpid("waitpid", pid, options, WAITPID_FLAGS);
  return takeWaitpid(pid, options) ?? { pid: 0, status: undefined };
}

/** Refuses what can be no argument of waitpid. */
export function checkWaitpid(call: string, pid: number, options: number, flags: number): void {
  checkInteger(call, "pid", pid, -MAX_PID, MAX_PID);
  checkFlags(call, "options", options, flags);
}

/** The call itself; undefined when WNOHANG found no change. */
export function takeWaitpid(pid: number, options: number, call = "waitpid"): Waited | undefined {
  if (pid > 0) return reapByPid(pid, options);
  const flags = WEXITED | options;
  const args = call === "wait" ? [] : [pid, options];
  const reap = (child: number, nohang: number): Waited | undefined => reapByPid(child, options | nohang);
  // -0 is no u32 for every runtime
  return pid === -1 ? takeAny(call, args, P_ALL, 0, flags, reap) : takeAny(call, args, P_PGID, -pid + 0, flags, reap);
}

/**
 * `int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options)`: waits for a child, and with WNOWAIT leaves it as it is.
 *
 * `idtype`: P_PID, P_PGID (id 0: the caller's), P_ALL (id ignored), P_PIDFD (id is a pidfd). `options`: at least one of WEXITED (4),
 * WSTOPPED (2), WCONTINUED (8), plus WNOHANG (1), WNOWAIT (0x1000000). P_ALL and P_PGID reap as {@linkcode wait} does; with WNOWAIT they see every child.
 *
 * @returns undefined with WNOHANG while no child has changed state.
 * @throws {SystemError} ECHILD: no such child. EBADF: not a pidfd. EAGAIN: a non-blocking pidfd, and the child lives.
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, P_PID, waitid, WEXITED, WNOWAIT } from "forkscope";
 * const child = forkRun(() => 7);
 * console.log(waitid(P_PID, child.pid, WEXITED | WNOWAIT)?.pid === child.pid); // true
 * child.wait(); // it was only looked at
 * ```
 */
export function waitid(idtype: number, id: number, options: number): WaitidInfo | undefined {
  entering("waitid");
  checkWaitid("waitid", idtype, id, options, WAITID_FLAGS);
  return takeWaitid(idtype, id, options);
}

/** Refuses what can be no argument of waitid. */
export function checkWaitid(call: string, idtype: number, id: number, options: number, flags: number): void {
  checkInteger(call, "idtype", idtype, P_ALL, P_PIDFD);
  if (idtype === P_PIDFD) checkFd(call, id, "id");
  else checkInteger(call, "id", id, 0, MAX_PID);
  checkFlags(call, "options", options, flags);
  if ((options & (WEXITED | WSTOPPED | WCONTINUED)) === 0) throw wrongValue(call, "options", options, "with WEXITED, WSTOPPED or WCONTINUED");
}

/** The call itself; undefined when WNOHANG found no change. */
export function takeWaitid(idtype: number, id: number, options: number): WaitidInfo | undefined {
  const exact = idtype === P_PID || idtype === P_PIDFD || (options & WNOWAIT) !== 0;
  if (exact) return decoded(waitidCall("waitid", idtype, id, options), options);
  return takeAny("waitid", [idtype, id, options], idtype, id, options, (pid, nohang) => decoded(waitidCall("waitid", P_PID, pid, options | nohang), options));
}

/** waitpid on one child; undefined when WNOHANG found it unchanged. */
function reapByPid(pid: number, options: number): Waited | undefined {
  using room = scratch();
  const raw = room.take(4);
  for (;;) {
    const found = interruptible(() => libc().waitpid(pid, raw.address, options));
    if (found === 0) return undefined;
    if (found > 0) return noted({ pid: found, status: waitStatus(raw.i32(0)) });
    if (errno() === ERRNO.ECHILD) reaped(pid);
    if (errno() !== ERRNO.EINTR) check(-1, "waitpid", [pid, options]);
    safePoint();
  }
}

function noted(found: Waited): Waited {
  if (found.status.kind === "exited" || found.status.kind === "signaled") reaped(found.pid);
  safePointAfter();
  return found;
}

function decoded(peeked: Peeked | undefined, options: number): WaitidInfo | undefined {
  if (!peeked) return undefined;
  const info = { pid: peeked.pid, uid: peeked.uid, code: peeked.code, status: waitStatus(rawStatus(peeked.code, peeked.value)) };
  if ((options & WNOWAIT) === 0) noted(info);
  return info;
}
