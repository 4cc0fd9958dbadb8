/**
 * Lines of the figure: references, description to inode, messages in flight, and the tree.
 *
 * @module
 */
import type { World } from "../../../lib/model/world.ts";
import type { DescriptionBox, InodeBox } from "./boxes.ts";
import type { Metrics } from "./metrics.ts";
import type { Card, Row } from "./rows.ts";

interface Point { x: number; y: number }

export interface Edge {
  id: string;
  kind: "reference" | "inode" | "flight";
  path: string;
  from: Point;
  to: Point;
  ofd: number;
  shared: boolean;
  now: boolean;
}

export interface Branch { id: string; kind: "tree" | "was"; path: string }

const cubic = (a: Point, b: Point, bend = 0.55) => {
  const reach = (b.x - a.x) * bend;
  return `M${a.x} ${a.y}C${a.x + reach} ${a.y} ${b.x - reach} ${b.y} ${b.x} ${b.y}`;
};

/** One line a drawn row, to ports spread along the left side of its description. Those of this event come last, on top. */
export function referenceEdges(cards: readonly Card[], boxes: readonly DescriptionBox[]): Edge[] {
  const rows = new Map<number, { row: Row; x: number }[]>();
  for (const card of cards) {
    for (const row of card.rows) {
      if (row.kind !== "fd" || row.ofd === undefined) continue;
      rows.set(row.ofd, [...(rows.get(row.ofd) ?? []), { row, x: card.x + card.w }]);
    }
  }
  const edges = boxes.flatMap((box) => (rows.get(box.ofd) ?? []).map(({ row, x }, i, all): Edge => {
    const from = { x, y: row.y };
    const to = { x: box.x, y: portY(box, i, all.length) };
    return { id: row.id, kind: "reference", path: cubic(from, to), from, to, ofd: box.ofd, shared: box.shared, now: row.now };
  }));
  return edges.sort((a, b) => rank(a) - rank(b));
}

const rank = (edge: Edge) => (edge.now ? 2 : edge.shared ? 1 : 0);

function portY(box: { y: number; h: number }, index: number, count: number): number {
  const gap = count < 2 ? 0 : Math.min(16, (box.h - 18) / (count - 1));
  return box.y + box.h / 2 + (index - (count - 1) / 2) * gap;
}

export function inodeEdges(boxes: readonly DescriptionBox[], inodes: readonly InodeBox[], m: Metrics): Edge[] {
  return inodes.flatMap((target) => {
    const mine = boxes.filter((box) => target.ofds.includes(box.ofd)).sort((a, b) => a.y - b.y);
    return mine.map((box, i): Edge => {
      const from = { x: box.x + box.w, y: box.y + box.h / 2 };
      const to = { x: target.x - 5, y: inodePort(target, box, i, mine.length, m) };
      return { id: `inode/${box.ofd}`, kind: "inode", path: cubic(from, to), from, to, ofd: box.ofd, shared: false, now: false };
    });
  });
}

function inodePort(target: InodeBox, box: DescriptionBox, index: number, count: number, m: Metrics): number {
  if (target.kind === "pair") {
    const isLower = target.inodes[1]?.key === box.description.inode;
    return isLower ? target.y + target.h - m.endH / 2 : target.y + m.endH / 2;
  }
  return portY(target, index, count);
}

/** From the envelope in a channel to each description the message holds. */
export function flightEdges(world: World, boxes: readonly DescriptionBox[], inodes: readonly InodeBox[]): Edge[] {
  return inodes.flatMap((pair) => pair.messages.flatMap((message) => message.ofds.flatMap((ofd): Edge[] => {
    const box = boxes.find((candidate) => candidate.ofd === ofd);
    if (!box) return [];
    const from = { x: pair.x + 46, y: pair.y + pair.h / 2 };
    const to = { x: box.x + box.w + 9, y: box.y + Math.min(21, box.h / 2) };
    const side = pair.x - 4;
    const path = `M${from.x} ${from.y}H${side}C${side - 30} ${from.y} ${to.x + 26} ${to.y} ${to.x} ${to.y}`;
    const now = world.touched.messages.includes(message.id);
    return [{ id: `flight/${message.id}/${ofd}`, kind: "flight", path, from, to, ofd, shared: false, now }];
  })));
}

/** Elbows from each parent to its children, and dots from a dead first parent that is still drawn. */
export function branches(cards: readonly Card[], m: Metrics): Branch[] {
  const byPid = new Map(cards.map((card) => [card.process.pid, card]));
  const result: Branch[] = [];
  for (const card of cards) {
    const parent = byPid.get(card.process.ppid);
    if (parent && parent !== card && !card.reaped) result.push({ id: `tree/${card.key}`, kind: "tree", path: elbow(parent, card) });
    const first = card.process.bornTo === undefined ? undefined : byPid.get(card.process.bornTo);
    if (first && first !== parent && first !== card) {
      const x = first.x + m.indent - 4;
      result.push({ id: `was/${card.key}`, kind: "was", path: `M${x} ${first.y + first.h}V${card.y}` });
    }
  }
  return result;
}

function elbow(parent: Card, child: Card): string {
  const x = parent.x + 12;
  const y = child.y + Math.min(22, child.h / 2);
  return `M${x} ${parent.y + parent.h}V${y - 8}Q${x} ${y} ${Math.min(x + 8, child.x)} ${y}H${child.x}`;
}
