/**
 * What the main thread tells a worker that is blocked in wait4: a ring of commands in shared memory, and the doorbell's pid.
 *
 * @module
 */
import { libc } from "../ffi/mod.ts";

const SIGURG = 23;
const SLOTS = 256;
/** Words of the shared block. */
const WRITTEN = 0;
const READ = 1;
const BELL = 2;
const DIRTY = 3;
const RING = 4;

export const COMMAND = { run: 1, pause: 2, step: 3, kill: 4, detach: 5 } as const;
/** Value of a `run` that keeps the pace. */
export const SAME_PACE = -1;

export function makeControl(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (RING + 2 * SLOTS));
}

/** The main thread's end. */
export class Commander {
  readonly #words: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared);
  }

  send(command: number, value = 0): void {
    const at = Atomics.load(this.#words, WRITTEN);
    const slot = RING + 2 * (at % SLOTS);
    Atomics.store(this.#words, slot, command);
    Atomics.store(this.#words, slot + 1, value);
    Atomics.store(this.#words, WRITTEN, at + 1);
    Atomics.notify(this.#words, WRITTEN);
    this.ring();
  }

  /** Wakes the worker if it sleeps with events not told yet. */
  ringIfDirty(): void {
    if (Atomics.load(this.#words, DIRTY) === 1) this.ring();
  }

  ring(): void {
    const bell = Atomics.load(this.#words, BELL);
    if (bell > 0) libc().kill(bell, SIGURG);
  }
}

/** The worker's end. */
export class Listener {
  readonly #words: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared);
  }

  setBell(pid: number): void {
    Atomics.store(this.#words, BELL, pid);
  }

  setDirty(dirty: boolean): void {
    Atomics.store(this.#words, DIRTY, dirty ? 1 : 0);
  }

  get waiting(): boolean {
    return Atomics.load(this.#words, READ) !== Atomics.load(this.#words, WRITTEN);
  }

  /** The next command, if there is one. */
  next(): { command: number; value: number } | undefined {
    const at = Atomics.load(this.#words, READ);
    if (at === Atomics.load(this.#words, WRITTEN)) return undefined;
    const slot = RING + 2 * (at % SLOTS);
    const command = Atomics.load(this.#words, slot);
    const value = Atomics.load(this.#words, slot + 1);
    Atomics.store(this.#words, READ, at + 1);
    return { command, value };
  }

  /** Sleeps this long, or until a command comes. */
  sleep(milliseconds: number): void {
    Atomics.wait(this.#words, WRITTEN, Atomics.load(this.#words, READ), milliseconds);
  }
}
