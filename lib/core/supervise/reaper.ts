/** Adopting and reaping orphans, as init does. @module */
import { libc } from "../../ffi/mod.ts";
import { count, hasEventLoop } from "../async/pending.ts";
import { entering } from "../tap.ts";
import { checkFunction, checkObject, checkOptions, wrongType } from "../validate.ts";
import { onChildEnd } from "./child_ends.ts";
import { type Reaped, reapEnded, startAdopting, stopAdopting } from "./orphans.ts";

export type { Reaped } from "./orphans.ts";

/** So many are kept for a loop that does not ask for them. */
const MOST_KEPT = 4096;

/** How to reap. */
export interface ReaperOptions {
  /** Stops it; a loop over it throws the signal's reason. */
  signal?: AbortSignal;
  /** Is called with each orphan that was reaped. */
  reaped?: (ended: Reaped) => void;
}

/**
 * Reaps orphans while it is open, as {@linkcode reaper} made it; a loop over it gives those reaped since it was opened.
 *
 * @example
 * ```ts
 * import { type Reaped, reaper } from "forkscope";
 * const seen: Reaped[] = [];
 * const open = reaper({ reaped: (ended) => seen.push(ended) });
 * open.close();
 * console.log(seen.length); // 0
 * ```
 */
export class Reaper implements AsyncIterable<Reaped>, Disposable {
  readonly #signal: AbortSignal | undefined;
  readonly #told: ((ended: Reaped) => void) | undefined;
  readonly #stopHearing: () => void;
  readonly #kept: Reaped[] = [];
  readonly #close = (): void => this.close();
  #waiting: (() => void)[] = [];
  #isOpen = true;

  /** @internal use {@linkcode reaper} */
  constructor(options: ReaperOptions) {
    checkObject("reaper", options, "options");
    const { signal, reaped } = options;
    this.#signal = signal;
    this.#told = reaped;
    startAdopting();
    this.#stopHearing = onChildEnd(() => this.#look());
    signal?.addEventListener("abort", this.#close);
    queueMicrotask(() => this.#look()); // who ended before the listener was there
  }

  /** Stops adopting and reaping; a loop over it ends. Orphans that it has adopted stay this process's children. */
  close(): void {
    if (!this.#isOpen) return;
    this.#look();
    this.#isOpen = false;
    this.#signal?.removeEventListener("abort", this.#close);
    this.#stopHearing();
    stopAdopting();
    this.#wake();
  }
  [Symbol.dispose](): void {
    this.close();
  }

  /** The loop keeps the program alive while it waits. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Reaped, void, undefined> {
    for (;;) {
      const next = this.#kept.shift();
      if (next) yield next;
      else if (this.#signal?.aborted) throw this.#signal.reason;
      else if (this.#isOpen) await this.#more();
      else return;
    }
  }

  async #more(): Promise<void> {
    count(1);
    try {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } finally {
      count(-1);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #look(): void {
    if (!this.#isOpen) return;
    for (const ended of reapEnded(() => true)) {
      if (this.#told) this.#told(ended);
      else if (this.#kept.push(ended) > MOST_KEPT) this.#kept.shift();
    }
    if (this.#kept.length > 0) this.#wake();
  }
}

/**
 * Has this process adopt the orphans below it (PR_SET_CHILD_SUBREAPER; PID 1 does so anyway) and reaps each that ends. Children made
 * by this library are left for their own wait, and the runtime's own children to the runtime.
 *
 * It looks when a child of this process ends (SIGCHLD), by waitid with WNOWAIT, and takes by pid. To be used on the main thread, where
 * the kernel puts orphans. What the descendants of one part of a program leave behind, a {@linkcode ProcessScope} ends.
 *
 * @throws {Error} ERR_NO_EVENT_LOOP: this is a forked child, use {@linkcode reapOrphans}. ERR_NOT_MAIN_THREAD: it has no orphans
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
 * @example
 * ```ts
 * import { reaper, spawn } from "forkscope";
 * using orphans = reaper();
 * spawn("/bin/sh", ["sh", "-c", "(exec sh -c 'exit 7') & exit 0"]).wait();
 * for await (const { status } of orphans) {
 *   console.log(status); // { kind: "exited", code: 7, raw: 1792 }
 *   break;
 * }
 * ```
 */
export function reaper(options: ReaperOptions = {}): Reaper {
  entering("reaper");
  checkOptions("reaper", options);
  const { signal, reaped } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrongType("reaper", "signal", signal, "an AbortSignal");
  if (reaped !== undefined) checkFunction("reaper", reaped, "reaped");
  if (!hasEventLoop()) throw refused("a forked child has no event loop, use reapOrphans", "ERR_NO_EVENT_LOOP");
  if (libc().gettid() !== libc().getpid()) throw refused("orphans are the main thread's", "ERR_NOT_MAIN_THREAD");
  signal?.throwIfAborted();
  return new Reaper(options);
}

/**
 * Reaps the orphans of this process that have ended already, and sleeps for none: `waitid(P_PID, pid, ..., WEXITED | WNOHANG)` of each. It is
 * a subreaper's or PID 1's to call, as in a forked child, which has no event loop for {@linkcode reaper}. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 * @example
 * ```ts
 * import { reapOrphans } from "forkscope";
 * console.log(reapOrphans()); // []
 * ```
 */
export function reapOrphans(): Reaped[] {
  entering("reapOrphans");
  return reapEnded(() => true);
}

function refused(why: string, code: string): Error {
  return Object.assign(new Error(`Cannot start a reaper: ${why}`), { code });
}
