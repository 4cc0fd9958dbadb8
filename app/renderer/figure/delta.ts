/**
 * What differs between one step's world and the next: counts, offsets, states, pipe fill.
 *
 * @module
 */
import type { ProcessState, World } from "../../../lib/model/world.ts";
import type { Tracks } from "./tracks.ts";

export interface Delta {
  counts: { ofd: number; before: number; after: number }[];
  offsets: { ofd: number; before: number; after: number }[];
  states: { pid: number; before?: ProcessState; after: ProcessState }[];
  fills: { inode: string; before: number; after: number }[];
}

/** Remembers the last step's numbers; each call tells what has changed since, looking only where something was touched. */
export class Differ {
  readonly #refs = new Map<number, number>();
  readonly #offsets = new Map<number, number>();
  readonly #states = new Map<string, ProcessState>();
  #fills = new Map<string, number>();

  advance(world: World, tracks: Tracks): Delta {
    const ofds = tracks.all ? new Set([...this.#refs.keys(), ...world.descriptions.keys()]) : tracks.ofds;
    const delta: Delta = { counts: [], offsets: [], states: this.#changedStates(world, tracks), fills: tracks.inodesChanged ? this.#changedFills(world) : [] };
    for (const ofd of [...ofds].sort((a, b) => a - b)) {
      const description = world.descriptions.get(ofd);
      if (description?.runtime === true) continue;
      const counted = exchange(this.#refs, ofd, description?.refs);
      if ((counted ?? 0) !== (description?.refs ?? 0)) delta.counts.push({ ofd, before: counted ?? 0, after: description?.refs ?? 0 });
      const stood = exchange(this.#offsets, ofd, description?.pos);
      if (stood !== undefined && description?.pos !== undefined && stood !== description.pos) delta.offsets.push({ ofd, before: stood, after: description.pos });
    }
    return delta;
  }

  #changedFills(world: World): Delta["fills"] {
    const fills = new Map([...world.inodes.values()].flatMap((inode) => (inode.fill === undefined ? [] : [[inode.key, inode.fill] as const])));
    const changed = [...this.#fills].flatMap(([inode, before]) => {
      const after = fills.get(inode);
      return after === undefined || after === before ? [] : [{ inode, before, after }];
    });
    this.#fills = fills;
    return changed;
  }

  #changedStates(world: World, tracks: Tracks): Delta["states"] {
    const changed: Delta["states"] = [];
    for (const { key, pid, state } of tracks.processes(world)) {
      const before = exchange(this.#states, key, state);
      if (before !== state) changed.push(before === undefined ? { pid, after: state } : { pid, before, after: state });
    }
    return changed;
  }
}

/** Puts the number that holds now, or none, in the place of the last one, and returns that. */
function exchange<K, V>(map: Map<K, V>, key: K, now: V | undefined): V | undefined {
  const before = map.get(key);
  if (now === undefined) map.delete(key);
  else map.set(key, now);
  return before;
}
