/**
 * What differs between one step's world and the next: counts, offsets, states, pipe fill.
 *
 * @module
 */
import type { ProcessState, World } from "../../../lib/model/world.ts";

export interface Delta {
  counts: { ofd: number; before: number; after: number }[];
  offsets: { ofd: number; before: number; after: number }[];
  states: { pid: number; before?: ProcessState; after: ProcessState }[];
  fills: { inode: string; before: number; after: number }[];
}

/** Remembers the last step's numbers; each call tells what has changed since. */
export class Differ {
  #refs = new Map<number, number>();
  #offsets = new Map<number, number>();
  #states = new Map<string, ProcessState>();
  #fills = new Map<string, number>();

  advance(world: World): Delta {
    const refs = new Map<number, number>();
    const offsets = new Map<number, number>();
    for (const description of world.descriptions.values()) {
      if (description.runtime) continue;
      refs.set(description.id, description.refs);
      if (description.pos !== undefined) offsets.set(description.id, description.pos);
    }
    const fills = new Map([...world.inodes.values()].flatMap((inode) => (inode.fill === undefined ? [] : [[inode.key, inode.fill] as const])));
    const delta: Delta = {
      counts: numbers(this.#refs, refs, 0).map(([ofd, before, after]) => ({ ofd, before, after })),
      offsets: numbers(this.#offsets, offsets, undefined).map(([ofd, before, after]) => ({ ofd, before, after })),
      states: this.#changedStates(world),
      fills: numbers(this.#fills, fills, undefined).map(([inode, before, after]) => ({ inode, before, after })),
    };
    this.#refs = refs;
    this.#offsets = offsets;
    this.#fills = fills;
    return delta;
  }

  #changedStates(world: World): Delta["states"] {
    const states = new Map<string, ProcessState>();
    const changed: Delta["states"] = [];
    for (const { key, pid, state } of world.processes.values()) {
      states.set(key, state);
      const before = this.#states.get(key);
      if (before !== state) changed.push(before === undefined ? { pid, after: state } : { pid, before, after: state });
    }
    this.#states = states;
    return changed;
  }
}

/** Keys whose number changed. `absent`: what a missing key counts as; undefined leaves such keys out. */
function numbers<K>(before: ReadonlyMap<K, number>, after: ReadonlyMap<K, number>, absent: number | undefined): [K, number, number][] {
  const changed: [K, number, number][] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const a = before.get(key) ?? absent;
    const b = after.get(key) ?? absent;
    if (a !== undefined && b !== undefined && a !== b) changed.push([key, a, b]);
  }
  return changed;
}
