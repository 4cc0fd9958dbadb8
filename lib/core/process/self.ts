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

/** Descriptors above 2 that are close-on-exec and were not made through the library. */
export function unclaimedDescriptors(): OwnDescriptor[] {
  const unclaimed = numbers(ROOT, "/proc/self/fd").filter((fd) => fd > 2 && !isMade(fd) && isCloseOnExec(fd));
  return inDirectory("/proc/self/fd", (directory) => unclaimed.map((fd) => ({ fd, link: readable(() => link(directory, String(fd))) ?? "" })));
}

/** What one of this process's descriptors refers to; undefined when it is closed. */
export function descriptorLink(fd: number): string | undefined {
  return readable(() => link(ROOT, `/proc/self/fd/${fd}`));
}

/** Children that the runtime waits for itself: it holds a pidfd of each. */
export function pidsOfRuntime(): Set<number> {
  const held = unclaimedDescriptors().filter(({ link }) => link === "anon_inode:[pidfd]" || link.startsWith("pidfd:"));
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

/** One letter for a thread's state ("S": it sleeps); undefined when it has ended. */
export function threadState(thread: number): string | undefined {
  const stat = readable(() => text(ROOT, `/proc/self/task/${thread}/stat`));
  return stat?.charAt(stat.lastIndexOf(")") + 2);
}

/** A thread's name; undefined when it has ended. */
export function threadName(thread: number): string | undefined {
  return readable(() => text(ROOT, `/proc/self/task/${thread}/comm`))?.trimEnd();
}

/** Names of all threads. */
export function threadNames(): string[] {
  return numbers(ROOT, "/proc/self/task").flatMap((thread) => threadName(thread) ?? []);
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
