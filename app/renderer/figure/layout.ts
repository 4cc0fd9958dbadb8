/**
 * World to figure: every box and line with its place in px. Pure, so that it is tested without a browser.
 *
 * @module
 */
import type { World } from "../../../lib/model/world.ts";
import { descriptionBoxes, inodeBoxes, type DescriptionBox, type InodeBox } from "./boxes.ts";
import { branches, flightEdges, inodeEdges, referenceEdges, type Branch, type Edge } from "./edges.ts";
import type { GroupNow, Hidden } from "./groups.ts";
import { fullMetrics, type Metrics } from "./metrics.ts";
import type { Placement } from "./placement.ts";
import { cardsOf, type Card, type Row } from "./rows.ts";

export interface Figure {
  width: number;
  height: number;
  cards: Card[];
  descriptions: DescriptionBox[];
  inodes: InodeBox[];
  edges: Edge[];
  branches: Branch[];
}

export interface LayoutInput {
  world: World;
  placement: Placement;
  metrics: Metrics;
  /** Event of the step before. */
  since: number;
  hidden: Hidden;
}

/** Draws one step. Equal input gives equal output: stepping back shows exactly what was there. */
export function layout({ world, placement, metrics, since, hidden }: LayoutInput): Figure {
  const cards = cardsOf(world, since, metrics, hidden);
  const descriptions = descriptionBoxes(world, placement, metrics);
  const inodes = inodeBoxes(world, placement, metrics);
  const edges = [...inodeEdges(descriptions, inodes, metrics), ...referenceEdges(cards, descriptions), ...flightEdges(world, descriptions, inodes)];
  const bottom = Math.max(0, ...[...cards, ...descriptions, ...inodes].map((box) => box.y + box.h));
  return {
    width: metrics.width, height: metrics.titles + bottom + 2 * metrics.top + 8,
    cards, descriptions, inodes, edges, branches: branches(cards, metrics),
  };
}

/** Seat that suits a new group: level with the mean row of its holders, in full metrics whatever is shown. */
export function wantedSeat(world: World, since: number, hidden: Hidden): (group: GroupNow) => number {
  let rows: Row[] | undefined;
  return (group) => {
    rows ??= cardsOf(world, since, fullMetrics, hidden).flatMap((card) => card.rows);
    const mine = rows.filter((row) => row.ofd !== undefined && group.members.includes(row.ofd));
    if (mine.length === 0) return 0;
    const mean = mine.reduce((sum, row) => sum + row.y, 0) / mine.length;
    return mean / fullMetrics.seat - Math.max(group.room, group.members.length) / 2;
  };
}
