/** The doorbell: a child that only sleeps; a signal to it ends the worker's wait. @module */
import type { Listener } from "./control.ts";
import * as ptrace from "./ptrace.ts";

export class Bell {
  readonly #pid: number;
  readonly #listener: Listener;

  constructor(pid: number, listener: Listener) {
    this.#pid = pid;
    this.#listener = listener;
  }

  /** What wait found is the bell; it is answered: it sleeps again. */
  answered(): boolean {
    if (ptrace.found.tid !== this.#pid) return false;
    if ((ptrace.found.status & 0xff) === 0x7f) ptrace.resume(this.#pid, "free", 0);
    return true;
  }

  /** A command waits to be obeyed. */
  get rung(): boolean {
    return this.#listener.waiting;
  }
}
