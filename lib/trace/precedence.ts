/**
 * Who goes first on the processors, where the tracer may ask for it (CAP_SYS_NICE).
 *
 * One or two threads wait for the tracer at each stop: while so few are traced it goes before others, which nearly halves the time of a
 * stop. Of many some run while it works, and to be interrupted by it at every stop of another would cost them more.
 *
 * @module
 */
import { PRIO_PROCESS } from "../ffi/constants/resource.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { libc } from "../ffi/mod.ts";

const FEW = 2;
/** Nice values. */
const FIRST = -15;
const USUAL = 0;

export class Precedence {
  readonly #call = syscallNumber("setpriority");
  #first = false;
  #refused = false;

  /** So many threads are traced now. */
  among(threads: number): void {
    const first = threads <= FEW;
    if (first === this.#first || this.#refused) return;
    this.#refused = libc().syscall(this.#call, PRIO_PROCESS, 0, first ? FIRST : USUAL, 0, 0, 0) !== 0;
    this.#first = first && !this.#refused;
  }
}
