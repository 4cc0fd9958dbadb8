/**
 * Waiting on something that may go meanwhile: memory that is unmapped, a semaphore that is closed.
 *
 * @module
 */
import type { Asker } from "../async/call.ts";

/** Tells of the end of something, once, and gives what stops telling. */
export type Subscribe = (ended: (reason: Error) => void) => () => void;

/** Those who are to hear of an end. */
export class Ends {
  readonly #heard = new Set<(reason: Error) => void>();

  /** An end of `what`, in words. */
  static error(what: string): Error {
    return Object.assign(new Error(`Cannot go on waiting: ${what} meanwhile`), { code: "ERR_MEMORY_GONE" });
  }

  readonly subscribe: Subscribe = (ended) => {
    this.#heard.add(ended);
    return () => this.#heard.delete(ended);
  };

  /** It ends now. */
  tell(reason: Error): void {
    for (const ended of this.#heard) ended(reason);
    this.#heard.clear();
  }
}

/**
 * Runs a wait until it has a result, is given up, or what it waits on ends.
 *
 * @throws the reason of the signal, or of the end
 */
export async function whileThere<T>(subscribe: Subscribe, asker: Asker, wait: (asker: Asker & { signal: AbortSignal }) => Promise<T>): Promise<T> {
  const { signal } = asker;
  signal?.throwIfAborted();
  const controller = new AbortController();
  let end: Error | undefined;
  const abort = (): void => controller.abort(signal?.reason);
  const unsubscribe = subscribe((reason) => {
    end = reason;
    controller.abort(reason);
  });
  signal?.addEventListener("abort", abort);
  try {
    return await wait({ ...asker, signal: controller.signal });
  } catch (error) {
    throw end ?? error; // the call itself may have found the memory gone
  } finally {
    signal?.removeEventListener("abort", abort);
    unsubscribe();
  }
}
