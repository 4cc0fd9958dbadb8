/**
 * A recording that can be looked at from any of its events, in both directions.
 *
 * Every `interval` events a World is kept; a seek starts from the nearest one before and replays less than `interval`
 * events. When there are too many keyframes every second one is dropped and the interval doubles, so memory stays
 * bounded. Worlds lately asked for, and some on the way to them, are kept too: a step in either direction is cheap.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { clone, emptyWorld } from "./draft.ts";
import type { Event } from "./event.ts";
import type { World } from "./world.ts";

const FIRST_INTERVAL = 64;
const MOST_KEYFRAMES = 512;
const MOST_RECENT = 96;

/**
 * Events in order and the World after each.
 *
 * @example
 * const timeline = new Timeline();
 * timeline.append(events);
 * timeline.at(-1).processes.size; // 0: before the first event
 * timeline.at(timeline.length - 1); // the world as it stands
 */
export class Timeline {
  readonly #events: Event[] = [];
  #tip = emptyWorld();
  #keyframes: World[] = [];
  #interval = FIRST_INTERVAL;
  readonly #recent = new Map<number, World>();

  /** Number of events. */
  get length(): number {
    return this.#events.length;
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  /**
   * Adds events; their `n` must go on where the last one ended. `seen` is told of each and of the world right after it:
   * one world that changes as they come, to be looked at and not kept.
   */
  append(events: readonly Event[], seen?: (event: Event, world: World) => void): void {
    for (const event of events) {
      if (event.n !== this.#events.length) {
        throw new RangeError(`Cannot append event ${event.n}: the next one is ${this.#events.length}`);
      }
      apply(this.#tip, event);
      this.#events.push(event);
      if (this.#events.length % this.#interval === 0) this.#keep();
      seen?.(event, this.#tip);
    }
  }

  /**
   * The World after event `n`; after none for -1. It never changes and must not be changed: `clone` it to apply more.
   */
  at(n: number): World {
    if (!Number.isInteger(n) || n < -1 || n >= this.#events.length) {
      throw new RangeError(`Cannot seek to event ${n}: there are events 0 to ${this.#events.length - 1}`);
    }
    const known = this.#recent.get(n);
    return this.#remember(n, known ?? this.#replay(n));
  }

  #replay(n: number): World {
    const world = clone(this.#nearest(n));
    for (const event of this.#events.slice(world.n + 1, n + 1)) {
      apply(world, event);
      if (isPowerOfTwo(n - event.n)) this.#remember(event.n, clone(world));
    }
    return world;
  }

  #nearest(n: number): World {
    if (n === this.#tip.n) return this.#tip;
    let nearest = this.#keyframes[Math.floor((n + 1) / this.#interval) - 1] ?? emptyWorld();
    for (const world of this.#recent.values()) {
      if (world.n <= n && world.n > nearest.n) nearest = world;
    }
    return nearest;
  }

  #keep(): void {
    this.#keyframes.push(clone(this.#tip));
    if (this.#keyframes.length < MOST_KEYFRAMES) return;
    this.#keyframes = this.#keyframes.filter((_, i) => i % 2 === 1);
    this.#interval *= 2;
  }

  #remember(n: number, world: World): World {
    this.#recent.delete(n);
    this.#recent.set(n, world);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= MOST_RECENT) break;
      this.#recent.delete(oldest);
    }
    return world;
  }
}

function isPowerOfTwo(distance: number): boolean {
  return distance > 0 && (distance & (distance - 1)) === 0;
}
