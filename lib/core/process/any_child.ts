/**
 * Waiting for "any child" beside a runtime that has children of its own.
 *
 * The kernel's P_ALL takes whichever child ended, also one that the runtime is waiting for, which then fails with ECHILD.
 * So: look without taking (WNOWAIT), and take by pid only what is ours. A foreign child that ended and was not yet reaped
 * hides the others from that look; then each of our own children is asked, and slept on by pidfd and poll(2).
 *
 * @module
 */
import { libc, scratch, SystemError, ERRNO } from "../../ffi/mod.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { interruptible, safePoint } from "../safe_point.ts";
import { announceQuiet, isAnnouncing } from "../marker.ts";
import { isOwn, ownChildren, reaped } from "./children.ts";
import { adoptsOrphans } from "./prctl.ts";
import { livingChildren, pidsOfRuntime } from "./self.ts";
import { P_ALL, P_PGID, type Peeked, waitidCall, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED } from "./waitid_call.ts";

const POLLIN = 1;
const POLLFD_SIZE = 8;
/** How long, in ms, a sleep on pidfds may last when something that no pidfd tells may happen: a stop, a new orphan. */
const LOOK_AGAIN = 20;

/** Waits for one child by pid, with WNOHANG or 0. */
type Reap<T> = (pid: number, nohang: number) => T | undefined;

/**
 * Finds a child of ours that changed state as `flags` (waitid's) say and takes it by `reap`, which is given its pid and WNOHANG or 0.
 * `idtype` is P_ALL or P_PGID. Undefined when WNOHANG is set and none has.
 *
 * @throws {SystemError} ECHILD, in the name of `call`: no child of ours to wait for.
 */
export function takeAny<T>(call: string, args: readonly unknown[], idtype: number, id: number, flags: number, reap: Reap<T>): T | undefined {
  const peekFlags = (flags & (WEXITED | WSTOPPED | WCONTINUED)) | WNOWAIT;
  for (;;) {
    const ours = aside(() => candidates(idtype, id));
    if (ours.length === 0) throw new SystemError(call, ERRNO.ECHILD, args);
    const only = ours.length === 1 && !aside(mayAdopt) ? ours[0] : undefined;
    if (only !== undefined) return takeOnly(call, args, only, flags & WNOHANG, reap);
    const peeked = look(call, args, idtype, id, peekFlags | (flags & WNOHANG), ours);
    if (!peeked) return undefined;
    const own = aside(() => isOurs(peeked.pid));
    const taken = own ? take(peeked.pid, reap) : sweep(ours, reap);
    if (taken !== undefined) return taken;
    if (flags & WNOHANG) return undefined;
    if (!own) sleepOn(ours, (flags & (WSTOPPED | WCONTINUED)) !== 0 || aside(mayAdopt));
  }
}

/** Looking around is the library's own business: a tracer is told so. */
function aside<T>(look: () => T): T {
  if (!isAnnouncing()) return look();
  announceQuiet(true);
  try {
    return look();
  } finally {
    announceQuiet(false);
  }
}

/** One child of ours and nothing else to come: it is waited for by its pid, which no other child's end can disturb. */
function takeOnly<T>(call: string, args: readonly unknown[], pid: number, nohang: number, reap: Reap<T>): T | undefined {
  return echild(() => reap(pid, nohang), () => {
    reaped(pid);
    throw new SystemError(call, ERRNO.ECHILD, args);
  });
}

/** Looks at the first child that changed, and leaves it. */
function look(call: string, args: readonly unknown[], idtype: number, id: number, flags: number, ours: readonly number[]): Peeked | undefined {
  return echild(() => waitidCall("waitid", idtype, id, flags), () => {
    ours.forEach(reaped);
    throw new SystemError(call, ERRNO.ECHILD, args);
  });
}

/** Takes one child; one that somebody else reaped meanwhile is forgotten. */
function take<T>(pid: number, reap: Reap<T>): T | undefined {
  return echild(() => reap(pid, WNOHANG), () => {
    reaped(pid);
    return undefined;
  });
}

/** Makes a wait; `gone` is for the child having been reaped by somebody else. */
function echild<T>(wait: () => T, gone: () => T): T {
  try {
    return wait();
  } catch (error) {
    if (error instanceof SystemError && error.is("ECHILD")) return gone();
    throw error;
  }
}

function sweep<T>(pids: readonly number[], reap: Reap<T>): T | undefined {
  for (const pid of pids) {
    const taken = take(pid, reap);
    if (taken !== undefined) return taken;
  }
  return undefined;
}

/** Children of ours that `idtype` and `id` name: made by the library, or adopted. */
function candidates(idtype: number, id: number): number[] {
  const all = mayAdopt() ? [...new Set([...ownChildren(), ...adopted()])] : ownChildren();
  if (idtype === P_ALL) return all;
  const group = idtype === P_PGID && id === 0 ? libc().getpgid(0) : id;
  return all.filter((pid) => libc().getpgid(pid) === group);
}

function adopted(): number[] {
  const foreign = pidsOfRuntime();
  return livingChildren().filter((pid) => !foreign.has(pid));
}

/** Ours: made by the library, or adopted. A child is the runtime's when the runtime holds a pidfd of it. */
function isOurs(pid: number): boolean {
  return isOwn(pid) || (mayAdopt() && !pidsOfRuntime().has(pid));
}

function mayAdopt(): boolean {
  return libc().getpid() === 1 || adoptsOrphans();
}

/** Sleeps until one of `pids` ends, or a while when something else may happen. */
function sleepOn(pids: readonly number[], lookAgain: boolean): void {
  using room = scratch();
  const polled = room.take(POLLFD_SIZE * pids.length);
  const pidfdOpen = syscallNumber("pidfd_open");
  const opened = pids.map((pid) => libc().syscall(pidfdOpen, pid, 0, 0, 0, 0, 0));
  opened.forEach((fd, i) => {
    polled.setI32(POLLFD_SIZE * i, fd);
    polled.setU16(POLLFD_SIZE * i + 4, POLLIN);
  });
  const anyMissing = opened.some((fd) => fd < 0);
  try {
    interruptible(() => libc().poll(polled.address, pids.length, lookAgain || anyMissing ? LOOK_AGAIN : -1));
  } finally {
    for (const fd of opened) if (fd >= 0) libc().close(fd);
  }
  safePoint();
}
