/** A request that cannot be met, said in words to whoever asked. @module */
import type { Failure } from "./protocol.ts";

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
