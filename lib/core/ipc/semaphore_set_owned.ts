/** A System V semaphore set with an owner. @module */
import { libc } from "../../ffi/mod.ts";
import { GETALL, IPC_CREAT, IPC_EXCL, IPC_NOWAIT, IPC_RMID, SEM_UNDO, SETALL } from "../../ffi/constants/ipc.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { checkInteger, checkOptions, wrongType } from "../validate.ts";
import { semctl, semget, semop, semtimedop } from "./semaphore_set.ts";
import { semopAsync, semtimedopAsync } from "./semaphore_set_async.ts";
import { checkCreate, type IpcCreateOptions, removeOnce } from "./sysv.ts";

/** How to take from a semaphore. */
export interface AcquireOptions {
  /** Which of the set, 0 unless given. */
  num?: number;
  /** How much, 1 unless given. */
  count?: number;
  /** In milliseconds; no end unless given. */
  timeout?: number;
  /** Give it back when this process ends, however it ends. True unless set. */
  undo?: boolean;
}

/**
 * A set of semaphores. The process that made it removes it by dispose; a forked child and those who opened it by key leave it.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, SemaphoreSet } from "forkscope";
 * using set = SemaphoreSet.create([1]);
 * const child = forkRun(() => set.acquire());
 * child.wait();
 * console.log(set.values[0]); // 1
 * ```
 */
export class SemaphoreSet {
  /** Identifier of the set, for semop and semctl. */
  readonly id: number;
  readonly #maker: number | undefined;

  private constructor(id: number, maker?: number) {
    this.id = id;
    this.#maker = maker;
  }

  /** Makes a set with these values. Throws EEXIST when a set has the key. */
  static create(values: readonly number[], options: IpcCreateOptions = {}): SemaphoreSet {
    if (!Array.isArray(values)) throw wrongType("semget", "values", values, "an array of numbers");
    const { key, mode } = checkCreate("semget", options);
    const set = new SemaphoreSet(semget(key, values.length, IPC_CREAT | IPC_EXCL | mode), libc().getpid());
    try {
      semctl(set.id, 0, SETALL, values);
      return set;
    } catch (error) {
      set[Symbol.dispose]();
      throw error;
    }
  }

  /** Finds the set that was made under a key. */
  static open(key: number): SemaphoreSet {
    return new SemaphoreSet(semget(key, 0));
  }

  /** The values of all. */
  get values(): number[] {
    return semctl(this.id, 0, GETALL);
  }

  /** Takes from a semaphore, waiting until there is enough. Throws EAGAIN when the time is over. */
  acquire(options: AcquireOptions = {}): void {
    const { timeout, ...rest } = checked(options);
    if (timeout === undefined) semop(this.id, [operation(rest)]);
    else semtimedop(this.id, [operation(rest)], timeout);
  }

  /** As {@linkcode acquire}, without blocking the event loop. */
  async acquireAsync(options: AcquireOptions & AsyncOptions = {}): Promise<void> {
    const { timeout, ...rest } = checked(options);
    if (timeout === undefined) await semopAsync(this.id, [operation(rest)], options);
    else await semtimedopAsync(this.id, [operation(rest)], timeout, options);
  }

  /** As {@linkcode acquire}, without waiting: false when there is not enough. */
  tryAcquire(options: AcquireOptions = {}): boolean {
    const taken = operation(checked(options));
    try {
      semop(this.id, [{ ...taken, flags: taken.flags | IPC_NOWAIT }]);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === "EAGAIN") return false;
      throw error;
    }
  }

  /** Gives to a semaphore: what acquire took, with the same `undo`. */
  release(options: Omit<AcquireOptions, "timeout"> = {}): void {
    const { num, op, flags } = operation(checked(options));
    semop(this.id, [{ num, op: -op, flags }]);
  }

  /** Removes the set, in the process that made it; nothing when that was done. */
  [Symbol.dispose](): void {
    if (this.#maker === libc().getpid()) removeOnce(() => semctl(this.id, 0, IPC_RMID));
  }
}

function checked(options: AcquireOptions): AcquireOptions {
  checkOptions("semop", options);
  if (options.undo !== undefined && typeof options.undo !== "boolean") throw wrongType("semop", "undo", options.undo, "true or false");
  return options;
}

function operation({ num = 0, count = 1, undo = true }: AcquireOptions): { num: number; op: number; flags: number } {
  checkInteger("semop", "count", count, 1, 32767);
  return { num, op: -count, flags: undo ? SEM_UNDO : 0 };
}
