/** The model followed beside the tracer and compared with the kernel whenever the tree is held. @module */
import { apply } from "../model/apply.ts";
import { compare, type Disagreement } from "../model/compare.ts";
import { emptyWorld } from "../model/draft.ts";
import type { Event } from "../model/event.ts";
import type { OwnedSnapshot } from "./snapshot.ts";

const MOVED_BY_OTHERS: ReadonlySet<string> = new Set(["offset", "flags"]);

/** All that level `tree` follows. */
const OF_THE_TREE: ReadonlySet<string> = new Set(["process", "zombie", "stopped", "parent"]);

export class Verifier {
  readonly #treeOnly: boolean;
  readonly #world = emptyWorld();
  #checks = 0;
  #found: Disagreement[] = [];
  #checkedAt = -1;

  constructor({ treeOnly }: { treeOnly: boolean }) {
    this.#treeOnly = treeOnly;
  }

  apply(event: Event): void {
    apply(this.#world, event);
  }

  /** Events came since the last check. */
  get stale(): boolean {
    return this.#checkedAt < this.#world.n;
  }

  check({ snapshot, foreign }: OwnedSnapshot): void {
    this.#checks++;
    this.#checkedAt = this.#world.n;
    const real = compare(this.#world, snapshot).filter((one) => (!this.#treeOnly || OF_THE_TREE.has(one.what)) && !(MOVED_BY_OTHERS.has(one.what) && foreign.has(one.where)));
    for (const one of real) this.#found.push({ ...one, where: `${one.where}, after event ${this.#world.n}` });
  }

  /** Checks and disagreements since this was asked last. */
  takeResults(): { checks: number; disagreements: Disagreement[] } {
    const results = { checks: this.#checks, disagreements: this.#found };
    this.#checks = 0;
    this.#found = [];
    return results;
  }
}
