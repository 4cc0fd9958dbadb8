/** What can be done with a POSIX semaphore, whether it has a name or lies in shared memory. @module */
import { SystemError } from "../../ffi/mod.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { checkMilliseconds } from "../time.ts";
import { checkOptions } from "../validate.ts";
import { fromNow } from "./name.ts";
import { sem_getvalue, sem_post, sem_timedwait, sem_trywait, sem_wait } from "./semaphore.ts";
import { sem_timedwaitAsync, sem_waitAsync } from "./semaphore_async.ts";

/** How long to wait for a semaphore. */
export interface SemaphoreWait {
  /** In milliseconds; no end unless given. */
  timeout?: number;
}

/**
 * The calls of a semaphore that is open; see {@linkcode NamedSemaphore} and {@linkcode SharedSemaphore}.
 *
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, type PosixSemaphore, SharedSemaphore } from "forkscope";
 * const semaphore: PosixSemaphore = SharedSemaphore.create(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 0);
 * setTimeout(() => semaphore.post(), 5);
 * await semaphore.waitAsync({ timeout: 10_000 });
 * console.log(semaphore.tryWait()); // false
 * ```
 */
export abstract class PosixSemaphore {
  /** Its address, for the calls. */
  abstract get address(): number;

  /** The value now. */
  get value(): number {
    return sem_getvalue(this.address);
  }

  /** Takes 1, waiting while it is 0. Throws ETIMEDOUT when the time is over. */
  wait(options: SemaphoreWait = {}): void {
    const until = untilOf("sem_wait", options);
    if (until === undefined) sem_wait(this.address);
    else sem_timedwait(this.address, until);
  }

  /** As {@linkcode wait}, without blocking the event loop. What a wait that is given up had taken before stays taken. */
  async waitAsync(options: SemaphoreWait & AsyncOptions = {}): Promise<void> {
    const until = untilOf("sem_waitAsync", options);
    if (until === undefined) await sem_waitAsync(this.address, options);
    else await sem_timedwaitAsync(this.address, until, options);
  }

  /** Takes 1 if it can: false when it is 0. */
  tryWait(): boolean {
    try {
      sem_trywait(this.address);
      return true;
    } catch (error) {
      if (error instanceof SystemError && error.is("EAGAIN")) return false;
      throw error;
    }
  }

  /** Adds 1. */
  post(): void {
    sem_post(this.address);
  }
}

function untilOf(call: string, options: SemaphoreWait): number | undefined {
  checkOptions(call, options);
  return options.timeout === undefined ? undefined : fromNow(checkMilliseconds(call, "timeout", options.timeout));
}
