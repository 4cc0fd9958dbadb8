/** The processes below a process, and signals to them that reach nobody else. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { errno, ERRNO, libc, SystemError } from "../../ffi/mod.ts";
import { isGone, link, numbers, ROOT, text } from "../proc/file.ts";
import { parseStat } from "../proc/stat.ts";
import { SIGNALS } from "../signal/signals.ts";

/** A process as it was seen. The number alone may come to mean another one; with the time of its start it does not. */
export interface Member {
  readonly pid: number;
  readonly ppid: number;
  readonly start: number;
  /** R, S, D, T, t, Z... */
  readonly state: string;
}

const NAP = 200; // microseconds
/** How long the processes that were told to stop may take, in ms, before they are told to end as they are. */
const PATIENCE = 100;
/** A tree that grows so often between two looks is not waited for either. */
const ROUNDS = 50;

/** True when /proc shows the pid namespace that this process lives in; else its numbers mean others. */
export function isOwnProc(): boolean {
  try {
    return link(ROOT, "/proc/self") === String(libc().getpid());
  } catch {
    return false;
  }
}

/** Pids of the children of a process, zombies included; none when it is gone. */
export function childrenOf(pid: number): number[] {
  return whileThere(() => numbers(ROOT, `/proc/${pid}/task`).flatMap((tid) => childrenOfThread(pid, tid))) ?? [];
}

/** Children of one thread of a process. */
export function childrenOfThread(pid: number, tid: number): number[] {
  return (whileThere(() => text(ROOT, `/proc/${pid}/task/${tid}/children`)) ?? "").split(" ").filter(Boolean).map(Number);
}

/** A process as it is; undefined when it is gone. */
export function memberOf(pid: number): Member | undefined {
  return whileThere(() => parseStat(text(ROOT, `/proc/${pid}/stat`)));
}

/** These processes and all below them, parents first. */
export function walk(roots: readonly number[]): Member[] {
  const found = roots.flatMap((pid) => memberOf(pid) ?? []);
  const seen = new Set(found.map(({ pid }) => pid));
  for (const { pid: parent } of found) {
    for (const pid of childrenOf(parent)) {
      const member = seen.has(pid) ? undefined : memberOf(pid);
      if (member?.ppid !== parent) continue; // another process by now, or another's child, under whom it is found
      seen.add(pid);
      found.push(member);
    }
  }
  return found;
}

/** True while it runs; a zombie has ended. */
export function isLiving({ state }: Member): boolean {
  return state !== "Z" && state !== "X";
}

/**
 * Sends a signal to this very process: its pidfd is opened, then it is looked at again.
 *
 * @returns false when it is gone
 * @throws {SystemError} EPERM
 */
export function signalMember(member: Member, signal: number): boolean {
  return withPidfd(member, (pidfd) => {
    const result = pidfd === undefined ? libc().kill(member.pid, signal) : libc().syscall(syscallNumber("pidfd_send_signal"), pidfd, signal, 0, 0, 0, 0);
    if (result === 0) return true;
    if (errno() === ERRNO.ESRCH) return false;
    throw new SystemError("pidfd_send_signal", errno(), [member.pid, signal]);
  }) ?? false;
}

/** A pidfd of this very process, to be closed by the caller; undefined when it is gone. */
export function openMember(member: Member): number | undefined {
  const pidfd = libc().syscall(syscallNumber("pidfd_open"), member.pid, 0, 0, 0, 0, 0);
  if (pidfd < 0) return undefined;
  if (memberOf(member.pid)?.start === member.start) return pidfd;
  libc().close(pidfd);
  return undefined;
}

/** Runs `use` with a pidfd of this very process, or without where the kernel has none; undefined when the process is gone. */
function withPidfd<T>(member: Member, use: (pidfd: number | undefined) => T): T | undefined {
  const pidfd = libc().syscall(syscallNumber("pidfd_open"), member.pid, 0, 0, 0, 0, 0);
  const failed = pidfd < 0 ? errno() : 0;
  if (failed === ERRNO.ESRCH) return undefined;
  try {
    return memberOf(member.pid)?.start === member.start ? use(failed === 0 ? pidfd : undefined) : undefined;
  } finally {
    if (failed === 0) libc().close(pidfd);
  }
}

/**
 * Ends every process of a tree by SIGKILL. All are stopped first, and looked for again until no new one is found: what is stopped makes no
 * children, so none escapes. `find` gives the tree as it is. Those that may not be signalled are left.
 *
 * @returns whom it was sent to, and who may not be signalled
 */
export function killAll(find: () => readonly Member[]): { killed: Member[]; refused: Member[] } {
  const stopped = new Map<number, Member>();
  const refused = new Map<number, Member>();
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = find().filter((member) => isLiving(member) && stopped.get(member.pid)?.start !== member.start && !refused.has(member.pid));
    if (fresh.length === 0) break;
    for (const member of fresh) {
      if (isRefused(() => signalMember(member, SIGNALS.SIGSTOP))) refused.set(member.pid, member);
      else stopped.set(member.pid, member);
    }
    waitStopped(fresh.filter(({ pid }) => !refused.has(pid)));
  }
  const killed = [...stopped.values()].filter((member) => signalMember(member, SIGNALS.SIGKILL));
  return { killed, refused: [...refused.values()] };
}

/** True when a signal may not be sent. */
export function isRefused(send: () => unknown): boolean {
  try {
    send();
    return false;
  } catch (error) {
    if (error instanceof SystemError && error.is("EPERM")) return true;
    throw error;
  }
}

/** Sleeps until none of them runs any more; one that the kernel holds in a call is not waited for long. */
function waitStopped(members: readonly Member[]): void {
  const giveUp = performance.now() + PATIENCE;
  for (const { pid, start } of members) {
    for (;;) {
      const now = memberOf(pid);
      if (!now || now.start !== start || "TtZX".includes(now.state) || performance.now() > giveUp) break;
      libc().usleep(NAP);
    }
  }
}

function whileThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
