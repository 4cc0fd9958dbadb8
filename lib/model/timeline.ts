/**
 * The world at any event, forwards and backwards.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { clone, emptyWorld } from "./draft.ts";
import type { Event } from "./event.ts";
import type { World } from "./world.ts";

/** Worlds answered lately, kept so that a step back or forth costs nothing. */
const KEPT = 32;
const FIRST_SPACING = 64;
/** Above so many keyframes every second one is dropped and the spacing doubles. */
const MOST_KEYFRAMES = 1024;

/**
 * Events in order, and the world after each.
 *
 * @example
 * ```ts
 * const timeline = new Timeline();
 * timeline.append(events);
 * const world = timeline.at(timeline.length - 1);
 * ```
 */
export class Timeline {
  readonly #events: Event[] = [];
  readonly #answered = new Map<number, World>();
  #keyframes = new Map<number, World>([[-1, emptyWorld()]]);
  #spacing = FIRST_SPACING;

  get events(): readonly Event[] {
    return this.#events;
  }
  get length(): number {
    return this.#events.length;
  }

  /** Adds events at the end; their `n` go on where the last ended. */
  append(events: readonly Event[]): void {
    for (const event of events) {
      if (event.n !== this.#events.length) throw new RangeError(`Cannot append event ${event.n}: the next is ${this.#events.length}`);
      this.#events.push(event);
    }
  }

  /** The world after event `n`; -1 is the empty one. It is shared: treat it as read-only. */
  at(n: number): World {
    const bounded = Math.max(-1, Math.min(n, this.#events.length - 1));
    const known = this.#answered.get(bounded) ?? this.#keyframes.get(bounded);
    const world = known ?? this.#replay(bounded);
    this.#remember(bounded, world);
    return world;
  }

  /** Applies on a copy of the nearest world before `n`, leaving keyframes on the way. */
  #replay(n: number): World {
    const from = this.#nearest(n);
    let world = clone(from);
    for (let i = from.n + 1; i <= n; i++) {
      const event = this.#events[i];
      if (event) apply(world, event);
      if ((i + 1) % this.#spacing === 0 && i !== n && !this.#keyframes.has(i)) {
        this.#keep(i, world);
        world = clone(world);
      }
    }
    return world;
  }

  #nearest(n: number): World {
    for (let i = n - 1; i >= -1; i--) {
      const world = this.#answered.get(i) ?? this.#keyframes.get(i);
      if (world) return world;
    }
    return emptyWorld();
  }

  #keep(n: number, world: World): void {
    this.#keyframes.set(n, world);
    if (this.#keyframes.size <= MOST_KEYFRAMES) return;
    this.#spacing *= 2;
    const kept = [...this.#keyframes].filter(([at]) => (at + 1) % this.#spacing === 0);
    this.#keyframes = new Map(kept);
  }

  #remember(n: number, world: World): void {
    this.#answered.delete(n);
    this.#answered.set(n, world);
    if (this.#answered.size <= KEPT) return;
    const oldest = this.#answered.keys().next();
    if (!oldest.done) this.#answered.delete(oldest.value);
  }
}
