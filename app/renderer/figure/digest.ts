/**
 * Everything that is worked out once for each event as it arrives, in order: which events are steps,
 * where groups sit at each of them, what things are called, and the lanes of the timeline.
 *
 * @module
 */
import type { Event } from "../../../lib/model/event.ts";
import type { World } from "../../../lib/model/world.ts";
import { LaneBook } from "../dock/lanes.ts";
import { Differ, type Delta } from "./delta.ts";
import { GroupNames } from "./groups.ts";
import { isStep } from "./kinds.ts";
import { wantedSeat } from "./layout.ts";
import { Memory } from "./memory.ts";
import { PlacementBook, type Placement } from "./placement.ts";
import { Tracks } from "./tracks.ts";

export class Digest {
  /** Event number of each step. */
  readonly steps: number[] = [];
  readonly placements: Placement[] = [];
  /** What each step changed. */
  readonly deltas: Delta[] = [];
  /** Time of each step in µs. */
  readonly times: number[] = [];
  readonly memory = new Memory();
  readonly lanes = new LaneBook();
  readonly #differ = new Differ();
  readonly #groups = new GroupNames();
  readonly #book = new PlacementBook();
  /** What the events since the last step touched: only that is looked at again. */
  readonly #tracks = new Tracks();

  /** Takes the next event and the world after it. Keeps nothing of the world, which may change afterwards. */
  append(event: Event, world: World): void {
    if (event.kind === "start") this.memory.learnStart(event);
    const tracks = this.#tracks;
    tracks.follow(event, world);
    if (tracks.tablesChanged) this.memory.learn(world);
    if (!isStep(event)) return;
    const since = this.steps[this.steps.length - 1] ?? -1;
    const step = this.steps.push(event.n) - 1;
    this.times.push(event.t);
    this.placements.push(this.#place(world, since));
    this.deltas.push(this.#differ.advance(world, tracks));
    this.lanes.append(step, event, world, tracks.processes(world));
    tracks.clear();
  }

  #place(world: World, since: number): Placement {
    const last = this.placements[this.placements.length - 1];
    if (last && !this.#tracks.tablesChanged) return last;
    return this.#book.advance(this.#groups.groupsOf(world, this.memory.hidden), wantedSeat(world, since, this.memory.hidden));
  }

  /** Step that shows an event: itself, or the last step before it. */
  stepOf(event: number): number {
    let low = 0;
    let high = this.steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle] ?? 0) <= event) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
