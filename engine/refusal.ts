/** A request that cannot be met, said in words to whoever asked. @module */
import type { Failure } from "./protocol.ts";

export class Refusal extends Error {
  readonly failure: Failure;
  constructor(message: string, hint?: string) {
    super(message);
    this.failure = { message, ...(hint ? { hint } : {}) };
  }
}
