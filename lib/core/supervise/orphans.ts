/**
 * Orphans: descendants whose parents have ended, adopted by this process as a subreaper or as PID 1.
 *
 * A child is an orphan when the library did not make it and the runtime holds no pidfd of it. The kernel gives orphans to a process's
 * first thread, so what another thread (a Worker) started and waits for in its own way is none either.
 *
 * @module
 */
import { PR_SET_CHILD_SUBREAPER } from "../../ffi/constants/process.ts";
import { check, libc, SystemError } from "../../ffi/mod.ts";
import { isOwn } from "../process/children.ts";
import { adoptsOrphans } from "../process/prctl.ts";
import { pidsOfRuntime } from "../process/self.ts";
import { rawStatus, waitStatus, type WaitStatus } from "../process/status.ts";
import { P_ALL, P_PID, type Peeked, waitidCall, WEXITED, WNOHANG, WNOWAIT } from "../process/waitid_call.ts";
import { childrenOfThread, isOwnProc } from "./tree.ts";

/** A process that ended and was reaped. */
export interface Reaped {
  pid: number;
  status: WaitStatus;
}

/** Who in this process wants orphans adopted. A forked child begins anew: the kernel does not hand the attribute on. */
let state = { pid: 0, users: 0, before: false };

/** Has orphans adopted until as many calls of {@linkcode stopAdopting}. */
export function startAdopting(): void {
  const now = current();
  if (now.users++ > 0) return;
  now.before = adoptsOrphans();
  if (!now.before) subreaper(true);
}

/** The last of them puts the attribute back as it was. */
export function stopAdopting(): void {
  const now = current();
  if (now.users === 0 || --now.users > 0) return;
  if (!now.before) subreaper(false);
}

/** True when the program itself, and no scope or reaper, has orphans adopted: they are its to wait for. */
export function programAdopts(): boolean {
  const { users, before } = current();
  return users === 0 ? adoptsOrphans() : before;
}

/** Orphans of this process, zombies included; none where /proc is another namespace's. */
export function orphans(): number[] {
  if (!isOwnProc()) return [];
  const first = libc().getpid();
  const unknown = childrenOfThread(first, first).filter((pid) => !isOwn(pid));
  if (unknown.length === 0) return [];
  const foreign = pidsOfRuntime();
  return unknown.filter((pid) => !foreign.has(pid));
}

/** Reaps orphans that have ended and that `wanted` says are wanted. */
export function reapEnded(wanted: (pid: number) => boolean): Reaped[] {
  if (!isOwnProc()) return reapFirst(wanted);
  return orphans().filter(wanted).flatMap((pid) => reap(pid) ?? []);
}

/** Without /proc: who ended first is looked at, and taken unless the library made it; behind one of those nobody can be seen. */
function reapFirst(wanted: (pid: number) => boolean): Reaped[] {
  const found: Reaped[] = [];
  for (;;) {
    const ended = look(P_ALL, 0, WNOWAIT);
    const taken = ended && !isOwn(ended.pid) && wanted(ended.pid) ? reap(ended.pid) : undefined;
    if (!taken) return found;
    found.push(taken);
  }
}

/** Reaps a child that has ended; undefined while it lives, or when somebody else was quicker. */
export function reap(pid: number): Reaped | undefined {
  const ended = look(P_PID, pid, 0);
  return ended && { pid, status: waitStatus(rawStatus(ended.code, ended.value)) };
}

function look(idtype: number, id: number, flags: number): Peeked | undefined {
  try {
    return waitidCall("waitid", idtype, id, WEXITED | WNOHANG | flags);
  } catch (error) {
    if (error instanceof SystemError && error.is("ECHILD")) return undefined;
    throw error;
  }
}

function current(): typeof state {
  const pid = libc().getpid();
  if (state.pid !== pid) state = { pid, users: 0, before: false };
  return state;
}

function subreaper(on: boolean): void {
  check(libc().prctl(PR_SET_CHILD_SUBREAPER, on ? 1 : 0, 0, 0, 0), "prctl", ["PR_SET_CHILD_SUBREAPER", on]);
}
