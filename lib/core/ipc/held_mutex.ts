/** A mutex in the hands of this thread, and what its calls fail with. @module */
import { ERRNO, libc, SystemError } from "../../ffi/mod.ts";
import { mutexFunctions } from "../../ffi/mutex_symbols.ts";
import { explained } from "../explain.ts";
import { entering } from "../tap.ts";
import { addressIn, hold, letGo, mappingOf } from "./mapping.ts";

/** Of a pthread_mutex_t, on every machine. */
const SIZE = 40;
const ALIGN = 8;

const NOTES = {
  ENOTRECOVERABLE: () => "an owner died and the next one released the mutex without consistent(); SharedMutex.create makes it anew",
  EDEADLK: () => "this thread holds the mutex already",
};

/** What waiting on a condition does with a mutex that it lets go and takes again. */
let waitParts: { buffer(held: HeldMutex): ArrayBuffer; offset(held: HeldMutex): number; adopt(held: HeldMutex, again: HeldMutex): void };

/** Where the mutex lies. */
export function placeOf(held: HeldMutex): { buffer: ArrayBuffer; offset: number } {
  return { buffer: waitParts.buffer(held), offset: waitParts.offset(held) };
}

/** It was let go, and taken again as `again`, which it takes the place of. */
export function adopt(held: HeldMutex, again: HeldMutex): void {
  waitParts.adopt(held, again);
}

/**
 * A mutex that this thread holds; let go once, by release or at the end of a `using` scope.
 *
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, SharedMutex } from "forkscope";
 * const mutex = SharedMutex.create(mmap(4096, MAP_SHARED | MAP_ANONYMOUS));
 * const held = mutex.lock();
 * console.log(held.ownerDied); // false
 * held.release();
 * console.log(held.isHeld); // false
 * ```
 */
export class HeldMutex {
  #ownerDied: boolean;
  readonly #address: number;
  readonly #buffer: ArrayBuffer;
  readonly #thread = libc().gettid();
  #held = true;

  constructor(address: number, buffer: ArrayBuffer, ownerDied: boolean) {
    addressIn("use a mutex", buffer, address - mappingOf("use a mutex", buffer).address, SIZE, ALIGN);
    this.#address = address;
    this.#buffer = buffer;
    this.#ownerDied = ownerDied;
    hold("use a mutex", buffer, this);
  }

  static {
    waitParts = {
      offset: (held) => held.#address - mappingOf("use a mutex", held.#buffer).address,
      buffer: (held) => held.#buffer,
      adopt(held, again) {
        held.#ownerDied = again.#ownerDied;
        held.#held = true;
        again.#held = false;
        letGo(again.#buffer, again);
        hold("use a mutex", held.#buffer, held);
      },
    };
  }

  /** The owner before ended while it held the mutex: what it protects may be half changed. After a wait ({@linkcode SharedCondition}) of the owner before that. */
  get ownerDied(): boolean {
    return this.#ownerDied;
  }

  /** True until it was let go; false in a forked child, which does not hold what its parent does. */
  get isHeld(): boolean {
    return this.#held && this.#thread === libc().gettid();
  }

  /**
   * `pthread_mutex_consistent(mutex)`: what the mutex protects is whole again after {@linkcode ownerDied}. Released without this, the
   * mutex is lost: all who lock it fail with ENOTRECOVERABLE.
   *
   * @throws {SystemError} EINVAL: its owner did not die, or this was said already
   * @see https://man7.org/linux/man-pages/man3/pthread_mutex_consistent.3.html
   */
  consistent(): void {
    entering("HeldMutex.consistent");
    if (!this.isHeld) throw new SystemError("pthread_mutex_consistent", ERRNO.EPERM, [], "the mutex is not held here any more");
    must(mutexFunctions().pthread_mutex_consistent(this.#address), "pthread_mutex_consistent");
  }

  /** `pthread_mutex_unlock(mutex)`: lets it go; nothing when that was done. @see https://man7.org/linux/man-pages/man3/pthread_mutex_lock.3p.html */
  release(): void {
    entering("HeldMutex.release");
    if (!this.isHeld) return;
    must(mutexFunctions().pthread_mutex_unlock(this.#address), "pthread_mutex_unlock");
    this.#held = false;
    letGo(this.#buffer, this);
  }
  [Symbol.dispose](): void {
    this.release();
  }
}

/** Throws unless a call of a mutex succeeded: these functions give the errno itself. */
export function must(result: number, call: string): void {
  if (result !== 0) throw mutexFailure(result, call);
}

/** What a call of a mutex failed with. */
export function mutexFailure(result: number, call: string): unknown {
  return explained(new SystemError(call, result), NOTES);
}
