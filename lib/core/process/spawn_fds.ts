/** Which dup2 and close a child's descriptor table needs, whatever the numbers. @module */
import { check, libc } from "../../ffi/mod.ts";
import { F_DUPFD_CLOEXEC } from "../../ffi/constants/file.ts";

const STDERR = 2;

/** One file action, done in the child in order. */
export type Step = { do: "dup2"; from: number; to: number } | { do: "close"; fd: number } | { do: "closefrom"; first: number };

/** The actions, and what to do when the child was started. */
export interface Plan {
  steps: Step[];
  release(): void;
}

/**
 * Plans `[child, own]` pairs. A descriptor of ours whose number is also a target would be overwritten before its turn (a swap, a
 * chain): it is copied out of the way first, close-on-exec, beyond every target, and the child's is made from the copy.
 *
 * @throws SystemError EBADF: such a descriptor is not open.
 */
export function planDescriptors(fds: readonly (readonly [child: number, own: number])[]): Plan {
  const targets = new Set(fds.map(([child]) => child));
  const beyond = Math.max(STDERR, ...targets) + 1;
  const copies: number[] = [];
  const copyOf = (own: number): number => {
    const copy = check(libc().fcntl(own, F_DUPFD_CLOEXEC, beyond), "fcntl", [own, "F_DUPFD_CLOEXEC", beyond]);
    copies.push(copy);
    return copy;
  };
  const release = (): void => copies.forEach((copy) => void libc().close(copy));
  try {
    const dups = fds.map(([to, own]): Step => ({ do: "dup2", from: own !== to && targets.has(own) ? copyOf(own) : own, to }));
    return { steps: [...dups, ...gaps(targets, beyond), { do: "closefrom", first: beyond }], release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Closes of the numbers between the standard ones and the last target that nothing was put on. */
function gaps(targets: ReadonlySet<number>, beyond: number): Step[] {
  const numbers = Array.from({ length: beyond - STDERR - 1 }, (_, i) => STDERR + 1 + i);
  return numbers.filter((fd) => !targets.has(fd)).map((fd) => ({ do: "close", fd }));
}
