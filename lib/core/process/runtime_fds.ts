/** Which descriptors belong to the language runtime and not to the program. @module */

import { checkObject, checkString } from "../validate.ts";

/** What must be known of a descriptor to tell. */
export interface DescriptorFacts {
  fd: number;
  /** Target of /proc/pid/fd/N. */
  link: string;
  cloexec: boolean;
  /** The program made it through the library. */
  made: boolean;
  /** It is a unix socket without a name, as a socketpair gives. */
  unnamedSocket?: boolean;
  /** It refers to the same open file description as descriptor 0, 1 or 2. */
  stdioCopy?: boolean;
}

/** Objects that runtimes make for their event loop, timers, signals and child processes. */
const LOOP_OBJECT = /^(?:anon_inode:(?:\[(?:eventpoll|eventfd|io_uring|timerfd|signalfd|pidfd|inotify)\]|inotify)|pidfd:.*)$/;
/** Code caches that a runtime keeps in SQLite. */
const CACHE_FILE = /_cache_v\d+(?:-wal|-shm|-journal)?(?: \(deleted\))?$/;

/**
 * True for a descriptor that the runtime opened for itself: close-on-exec, not made through the library, and of a kind only runtimes
 * make. A file the program opened by the runtime's own file functions is not one. Pure: the tracer asks it about other processes. Never fails.
 *
 * @example
 * ```ts
 * import { isRuntimeDescriptor } from "forkscope";
 * isRuntimeDescriptor({ fd: 3, link: "anon_inode:[eventpoll]", cloexec: true, made: false }); // true
 * ```
 */
export function isRuntimeDescriptor(facts: DescriptorFacts): boolean {
  checkObject("isRuntimeDescriptor", facts, "facts");
  checkString("isRuntimeDescriptor", facts.link, "facts.link");
  if (facts.fd <= 2 || !facts.cloexec || facts.made) return false;
  const { link } = facts;
  return LOOP_OBJECT.test(link) || link === "/dev/null" || isCodeCache(link) || facts.unnamedSocket === true || facts.stdioCopy === true;
}

/** True for a file in which a runtime keeps compiled code. */
export function isCodeCache(link: string): boolean {
  return CACHE_FILE.test(link);
}
