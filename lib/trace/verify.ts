/** The model followed beside the tracer and compared with the kernel whenever the tree is held. @module */
import { apply } from "../model/apply.ts";
import { compare, type Disagreement } from "../model/compare.ts";
import { emptyWorld } from "../model/draft.ts";
import type { Event, Snapshot } from "../model/event.ts";

export class Verifier {
  readonly #world = emptyWorld();
  #checks = 0;
  #found: Disagreement[] = [];
  #checkedAt = -1;

  apply(event: Event): void {
    apply(this.#world, event);
  }

  /** Events came since the last check. */
  get stale(): boolean {
    return this.#checkedAt < this.#world.n;
  }

  check(snapshot: Snapshot): void {
    this.#checks++;
    this.#checkedAt = this.#world.n;
    for (const one of compare(this.#world, snapshot)) this.#found.push({ ...one, where: `${one.where}, after event ${this.#world.n}` });
  }

  /** Checks and disagreements since this was asked last. */
  takeResults(): { checks: number; disagreements: Disagreement[] } {
    const results = { checks: this.#checks, disagreements: this.#found };
    this.#checks = 0;
    this.#found = [];
    return results;
  }
}
