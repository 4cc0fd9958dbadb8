/** What this process looks like in /proc: descriptors, children, threads, environment. @module */
import { libc, SystemError } from "../../ffi/mod.ts";
import { FD_CLOEXEC, F_GETFD } from "../../ffi/constants/file.ts";
import { isMade } from "../fd/registry.ts";
import { inDirectory, link, numbers, ROOT, text } from "../proc/file.ts";

/** A descriptor of this process that fork may have to close. */
export interface OwnDescriptor {
  fd: number;
  link: string;
}

/** The numbers that are open, ascending, and those above 2 that are close-on-exec and were not made through the library. */
export function descriptorsAtFork(): { all: number[]; unclaimed: OwnDescriptor[] } {
  const all = numbers(ROOT, "/proc/self/fd", true);
  const unclaimed = all.filter((fd) => fd > 2 && !isMade(fd) && isCloseOnExec(fd));
  return { all, unclaimed: inDirectory("/proc/self/fd", (directory) => unclaimed.map((fd) => ({ fd, link: readable(() => link(directory, String(fd))) ?? "" }))) };
}

/** What one of this process's descriptors refers to; undefined when it is closed. */
export function descriptorLink(fd: number): string | undefined {
  return readable(() => link(ROOT, `/proc/self/fd/${fd}`));
}

/** What fdinfo tells of one of this process's descriptors; undefined when it is closed. */
export function descriptorInfo(fd: number): string | undefined {
  return readable(() => text(ROOT, `/proc/self/fdinfo/${fd}`));
}

/** Children that the runtime waits for itself: it holds a pidfd of each. */
export function pidsOfRuntime(): Set<number> {
  const held = descriptorsAtFork().unclaimed.filter(({ link }) => link === "anon_inode:[pidfd]" || link.startsWith("pidfd:"));
  const pids = held.map(({ fd }) => /^Pid:\s*(-?\d+)$/m.exec(readable(() => text(ROOT, `/proc/self/fdinfo/${fd}`)) ?? "")?.[1]);
  return new Set(pids.map(Number));
}

/** Children of every thread of this process, zombies included. */
export function livingChildren(): number[] {
  return numbers(ROOT, "/proc/self/task").flatMap((thread) => {
    const list = readable(() => text(ROOT, `/proc/self/task/${thread}/children`)) ?? "";
    return list.split(" ").filter(Boolean).map(Number);
  });
}

/** Ids of the threads other than the calling one. */
export function otherThreads(): number[] {
  const me = libc().gettid();
  return numbers(ROOT, "/proc/self/task").filter((thread) => thread !== me);
}

/** A thread as it stands. */
export interface Thread {
  /** At most 15 bytes. */
  name: string;
  /** One letter; "S": it sleeps. */
  state: string;
}

/** A thread's name and state; undefined when it has ended. */
export function threadOf(thread: number): Thread | undefined {
  const stat = readable(() => text(ROOT, `/proc/self/task/${thread}/stat`));
  if (stat === undefined) return undefined;
  const end = stat.lastIndexOf(")");
  return { name: stat.slice(stat.indexOf("(") + 1, end), state: stat.charAt(end + 2) };
}

/** A thread's state; undefined when it has ended. */
export function threadState(thread: number): string | undefined {
  return threadOf(thread)?.state;
}

/** Names of all threads. */
export function threadNames(): string[] {
  return numbers(ROOT, "/proc/self/task").flatMap((thread) => threadOf(thread)?.name ?? []);
}

/** The environment this program image was started with, whatever was set since. */
export function startEnvironment(): Map<string, string> {
  const entries = text(ROOT, "/proc/self/environ").split("\0").filter((entry) => entry.includes("="));
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
}

function isCloseOnExec(fd: number): boolean {
  const flags = libc().fcntl(fd, F_GETFD, 0);
  return flags >= 0 && (flags & FD_CLOEXEC) !== 0;
}

/** What a reader gives, or undefined when the thing is gone or not ours to read. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
