/** A request that cannot be met, said in words to whoever asked. @module */
import type { Failure } from "./protocol.ts";

/** Exit status when the run could not begin. */
export const COULD_NOT_BEGIN = 3;
/** Exit statuses a shell gives a command that it found but could not run, and one that it did not find. */
export const NOT_EXECUTABLE = 126;
export const NOT_FOUND = 127;

export class Refusal extends Error {
  readonly failure: Failure;
  /** Exit status of a program that ends because of it. */
  readonly exit: number;
  constructor(message: string, hint?: string, exit = 2) {
    super(message);
    this.exit = exit;
    this.failure = { message, ...(hint ? { hint } : {}) };
  }
}
