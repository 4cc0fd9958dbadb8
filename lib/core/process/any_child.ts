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
import { announceQuiet, isAnnouncing } from "../marker.ts";
import { isOwn, ownChildren, reaped } from "./children.ts";
import { adoptsOrphans } from "./prctl.ts";
import { livingChildren, pidsOfRuntime } from "./self.ts";
import { P_ALL, P_PGID, P_PID, type Peeked, waitidCall, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED } from "./waitid_call.ts";

const POLLIN = 1;
const POLLFD_SIZE = 8;
const SYS_PIDFD_OPEN = 434;
/** How long, in ms, a sleep on pidfds may last when something that no pidfd tells may happen: a stop, a new orphan. */
const LOOK_AGAIN = 20;

/**
 * Finds a child of ours that changed state as `flags` (waitid's) say and takes it by `reap`.
 * `idtype` is P_ALL or P_PGID. Undefined when WNOHANG is set and none has.
 *
 * @throws SystemError ECHILD, in the name of `call`: no child of ours to wait for.
 */
export function takeAny<T>(call: string, args: readonly unknown[], idtype: number, id: number, flags: number, reap: (pid: number) => T | undefined): T | undefined {
  const peekFlags = (flags & (WEXITED | WSTOPPED | WCONTINUED)) | WNOWAIT;
  for (;;) {
    const ours = aside(() => candidates(idtype, id));
    if (ours.length === 0) throw new SystemError(call, ERRNO.ECHILD, args);
    const peeked = look(idtype, id, peekFlags | (flags & WNOHANG), ours);
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

/** Looks at the first child that changed. One child of ours and nothing else to come: it is asked for by its pid. */
function look(idtype: number, id: number, flags: number, ours: readonly number[]): Peeked | undefined {
  const only = ours.length === 1 && !aside(mayAdopt) ? ours[0] : undefined;
  try {
    return only === undefined ? waitidCall("waitid", idtype, id, flags) : waitidCall("waitid", P_PID, only, flags);
  } catch (error) {
    if (!(error instanceof SystemError && error.is("ECHILD"))) throw error;
    ours.forEach(reaped);
    throw error;
  }
}

/** Takes one child; one that somebody else reaped meanwhile is forgotten. */
function take<T>(pid: number, reap: (pid: number) => T | undefined): T | undefined {
  try {
    return reap(pid);
  } catch (error) {
    if (!(error instanceof SystemError && error.is("ECHILD"))) throw error;
    reaped(pid);
    return undefined;
  }
}

function sweep<T>(pids: readonly number[], reap: (pid: number) => T | undefined): T | undefined {
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
  const opened = pids.map((pid) => libc().syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0, 0));
  opened.forEach((fd, i) => {
    polled.setI32(POLLFD_SIZE * i, fd);
    polled.setU16(POLLFD_SIZE * i + 4, POLLIN);
  });
  const anyMissing = opened.some((fd) => fd < 0);
  libc().poll(polled.address, pids.length, lookAgain || anyMissing ? LOOK_AGAIN : -1);
  for (const fd of opened) if (fd >= 0) libc().close(fd);
}
