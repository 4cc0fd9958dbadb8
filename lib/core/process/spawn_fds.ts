/** Which calls give a child its descriptors, whatever the numbers. @module */
import { check, libc } from "../../ffi/mod.ts";
import { F_DUPFD_CLOEXEC, F_SETFD } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { numbers, ROOT } from "../proc/file.ts";
import { JUDGE, type Step, step } from "./spawn_step.ts";

const STDERR = 2;
const LAST = 0xffffffff;

/** The steps, and what is held for them until the child was made. */
export interface Plan extends Disposable {
  steps: Step[];
  /** Where the child finds a descriptor that it was to keep until its exec; undefined for one that is not among them. */
  find(own: number | undefined): number | undefined;
  release(): void;
}

/**
 * Plans `[child, own]` pairs. A descriptor of ours whose number is also a target would be overwritten before its turn (a swap, a
 * chain): it is copied out of the way first, close-on-exec, beyond every target, and the child's is made from the copy. So are those
 * to `keep`, which the child needs until its exec. Everything else from 3 on is closed.
 *
 * @throws {SystemError} EBADF: such a descriptor is not open.
 */
export function planDescriptors(fds: readonly (readonly [child: number, own: number])[], keep: readonly number[]): Plan {
  if (fds.length + keep.length === 0) return inheritStreams();
  const targets = new Set(fds.map(([child]) => child));
  const beyond = Math.max(STDERR, ...targets) + 1;
  const copies: number[] = [];
  const copyOf = (own: number): number => {
    const copy = check(libc().fcntl(own, F_DUPFD_CLOEXEC, beyond), "fcntl", [own, "F_DUPFD_CLOEXEC", beyond]);
    copies.push(copy);
    return copy;
  };
  const release = (): void => copies.splice(0).forEach((copy) => void libc().close(copy));
  try {
    const moves = fds.map(([to, own]) => (own === to ? inherit(to) : step("dup3", [targets.has(own) ? copyOf(own) : own, to, 0], [own, to, 0])));
    const kept = new Map(keep.map((own) => [own, copyOf(own)]));
    const find = (own: number | undefined): number | undefined => (own === undefined ? undefined : kept.get(own));
    return { steps: [...moves, ...closeAllBut([...targets, ...kept.values()])], find, release, [Symbol.dispose]: release };
  } catch (error) {
    release();
    throw error;
  }
}

/** 0, 1 and 2 as they are, and nothing else. */
function inheritStreams(): Plan {
  const nothing = (): undefined => undefined;
  return { steps: closeAllBut([]), find: nothing, release: nothing, [Symbol.dispose]: nothing };
}

function inherit(fd: number): Step {
  return step("fcntl", [fd, F_SETFD, 0], [fd, "F_SETFD", 0]);
}

/** Closes what is open from 3 on and not among these. */
function closeAllBut(open: readonly number[]): Step[] {
  const stay = open.filter((fd) => fd > STDERR).sort((a, b) => a - b);
  if (!hasCloseRange()) return numbers(ROOT, "/proc/self/fd").filter((fd) => fd > STDERR && !stay.includes(fd)).map(closeOne);
  return [STDERR, ...stay].flatMap((fd, i) => {
    const last = (stay[i] ?? LAST + 1) - 1;
    return last > fd ? [step("close_range", [fd + 1, last, 0])] : [];
  });
}

function closeOne(fd: number): Step {
  return step("close", [fd], [fd], JUDGE.any);
}

let closeRange: boolean | undefined;

/** Linux 5.9 has close_range. Asked by closing the one number that no descriptor has. */
function hasCloseRange(): boolean {
  return (closeRange ??= libc().syscall(syscallNumber("close_range"), LAST, LAST, 0, 0, 0, 0) === 0);
}
