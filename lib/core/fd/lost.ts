/**
 * Telling of owned descriptors that were lost: the object was collected and the descriptor is still open.
 *
 * @module
 */
import { entering } from "../tap.ts";
import { checkFunction } from "../validate.ts";
import { isOwner } from "./owned.ts";

/** A descriptor that nobody can close any more but by its number. */
export interface LostFd {
  /** Its number; it is still open. */
  number: number;
  /** The stack where the object was made, the library's own frames left out. */
  madeAt: string;
}

interface Watched extends LostFd {
  owner: object;
}

const LIBRARY = decodeURIComponent(new URL("../", import.meta.url).pathname);

let report: ((lost: LostFd) => void) | undefined;

const collected = new FinalizationRegistry<Watched>(({ number, madeAt, owner }) => {
  if (isOwner(number, owner)) report?.({ number, madeAt });
});

/**
 * Sets the function that hears of each {@linkcode Fd} made from now on and collected without having been closed or taken, or takes it
 * away. Meant for tests and debugging: it notes a stack for every Fd.
 *
 * It is called from the event loop some time after a garbage collection, so never in a forked child, and not for what is still in use
 * when the program ends. Deno without helper threads, as `forkscope/ready` starts it, tells of no collected object at all.
 *
 * @throws {TypeError} neither a function nor undefined
 * @see https://man7.org/linux/man-pages/man2/close.2.html
 * @example
 * ```ts
 * import { onLostFd } from "forkscope";
 * onLostFd(({ number, madeAt }) => console.error(`descriptor ${number} was lost; made at\n${madeAt}`));
 * ```
 */
export function onLostFd(heard: ((lost: LostFd) => void) | undefined): void {
  entering("onLostFd");
  if (heard !== undefined) checkFunction("onLostFd", heard, "heard");
  report = heard;
}

/** An owned descriptor was made. */
export function watch(fd: object, number: number, owner: object): void {
  if (report) collected.register(fd, { number, madeAt: caller(), owner });
}

function caller(): string {
  const frames = (new Error().stack ?? "").split("\n").filter((line) => /^\s+at |@/.test(line));
  return frames.filter((line) => !line.includes(LIBRARY)).map((line) => line.trim()).join("\n");
}
