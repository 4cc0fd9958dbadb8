/**
 * Where the groups of descriptions sit: whole seats in one column, held from the step that brings a group
 * until its last member is gone. Stepping back shows the placement that was, so nothing ever jumps.
 *
 * @module
 */
import type { GroupNow } from "./groups.ts";

export interface Placed {
  /** First seat, counted from the top of the column. */
  top: number;
  seats: number;
  /** Description in each seat; null where one has gone. */
  members: (number | null)[];
}

/** Groups by name at one step. Never changed once made. */
export type Placement = ReadonlyMap<string, Placed>;

/** How far above the mean row of its holders a group may sit. */
const reach = 4;

export class PlacementBook {
  #now: Placement = new Map();

  /** Placement of the next step. `wanted` gives the seat a new group would like best. */
  advance(groups: readonly GroupNow[], wanted: (group: GroupNow) => number): Placement {
    const next = new Map<string, Placed>();
    for (const group of groups) {
      const old = this.#now.get(group.id);
      if (old) next.set(group.id, seated(old, group));
    }
    for (const [id, placed] of next) {
      const grew = placed.seats > (this.#now.get(id)?.seats ?? 0);
      if (grew && collides(id, placed, next)) this.#move(id, placed, next);
    }
    for (const group of groups) if (!next.has(group.id)) place(group, wanted(group), next);
    if (!same(this.#now, next)) this.#now = next;
    return this.#now;
  }

  #move(id: string, placed: Placed, next: Map<string, Placed>): void {
    next.delete(id);
    next.set(id, { ...placed, top: firstFree(next, placed.seats, Math.max(0, placed.top - reach)) });
  }
}

/** Keeps every member in its seat; a new one takes the first empty seat, or one below. */
function seated(old: Placed, group: GroupNow): Placed {
  if (holds(old, group)) return old;
  const members = old.members.map((ofd) => (ofd !== null && group.members.includes(ofd) ? ofd : null));
  for (const ofd of group.members) {
    if (members.includes(ofd)) continue;
    const empty = members.indexOf(null);
    if (empty >= 0) members[empty] = ofd;
    else members.push(ofd);
  }
  return { top: old.top, seats: Math.max(old.seats, group.room, members.length), members };
}

function holds(old: Placed, group: GroupNow): boolean {
  return group.room <= old.seats && group.members.length === old.members.length && group.members.every((ofd) => old.members.includes(ofd));
}

function place(group: GroupNow, wanted: number, next: Map<string, Placed>): void {
  const seats = Math.max(group.room, group.members.length);
  next.set(group.id, { top: firstFree(next, seats, Math.max(0, Math.floor(wanted) - reach)), seats, members: [...group.members] });
}

function firstFree(taken: ReadonlyMap<string, Placed>, seats: number, from: number): number {
  let top = from;
  for (const placed of [...taken.values()].sort((a, b) => a.top - b.top)) {
    if (placed.top + placed.seats <= top) continue;
    if (placed.top >= top + seats) break;
    top = placed.top + placed.seats;
  }
  return top;
}

function collides(id: string, placed: Placed, all: ReadonlyMap<string, Placed>): boolean {
  for (const [other, at] of all) {
    if (other !== id && at.top < placed.top + placed.seats && placed.top < at.top + at.seats) return true;
  }
  return false;
}

function same(a: Placement, b: Placement): boolean {
  if (a.size !== b.size) return false;
  for (const [id, x] of a) {
    const y = b.get(id);
    if (x === y) continue;
    if (!y || x.top !== y.top || x.seats !== y.seats || x.members.some((ofd, i) => ofd !== y.members[i])) return false;
    if (x.members.length !== y.members.length) return false;
  }
  return true;
}
