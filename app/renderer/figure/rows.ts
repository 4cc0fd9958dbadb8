/**
 * The process column: cards in order of birth, and the rows of each descriptor table.
 *
 * @module
 */
import type { Process, World } from "../../../lib/model/world.ts";
import { isInherited, type Hidden } from "./groups.ts";
import type { Metrics } from "./metrics.ts";

export interface Row {
  /** "pid/fd", "pid/std" or "pid/more". */
  id: string;
  kind: "fd" | "standard" | "closed" | "more";
  /** Number, or the numbers that are folded: "0-2". */
  label: string;
  fd: number;
  ofd?: number;
  cloexec: boolean;
  /** Came into being with this event. */
  isNew: boolean;
  /** This event touched it. */
  now: boolean;
  /** Centre of the row. */
  y: number;
}

export interface Card {
  key: string;
  process: Process;
  x: number;
  y: number;
  w: number;
  h: number;
  rows: Row[];
  /** Drawn without a table: zombie or reaped. */
  ghost: boolean;
  reaped: boolean;
  born: boolean;
}

/** More rows than this fold into "and n more", touched ones excepted. */
const rowLimit = 14;
const deepest = 5;

/**
 * Cards of the world in order. `since`: the event of the step before; what was reaped after it is still drawn.
 * `hidden` tells the runtime's own rows, whose coming and going is no news.
 */
export function cardsOf(world: World, since: number, m: Metrics, hidden: Hidden): Card[] {
  const shown = processesInOrder(world, since);
  const depths = depthsOf(shown);
  const cards: Card[] = [];
  const drawing: Drawing = { world, m, hidden, touched: new Set(world.touched.fds), brings: bringsNewRow(world) };
  let y = m.top;
  for (const process of shown) {
    const x = m.processX + m.indent * Math.min(deepest, depths.get(process.pid) ?? 0);
    const card = cardAt(process, x, y, drawing);
    cards.push(card);
    y += card.h + m.cardGap;
  }
  return cards;
}

/** What the rows of every card of one step have in common. */
interface Drawing { world: World; m: Metrics; hidden: Hidden; touched: ReadonlySet<string>; brings: boolean }

function cardAt(process: Process, x: number, y: number, drawing: Drawing): Card {
  const { world, m } = drawing;
  const reaped = process.state === "reaped";
  const ghost = reaped || process.state === "zombie";
  const rows = ghost ? [] : rowsOf(process, drawing);
  rows.forEach((row, i) => { row.y = y + m.head + m.row * i + m.row / 2 + 1; });
  const h = rows.length === 0 ? m.stub : m.head + m.row * rows.length + (m.standardRow ? 4 : 2);
  return { key: process.key, process, x, y, w: m.processRight - x, h, rows, ghost, reaped, born: process.bornAt === world.n && world.n > 0 };
}

/** Parents before children, siblings by birth. A child keeps its place under its first parent when it is adopted. */
function processesInOrder(world: World, since: number): Process[] {
  const shown = [...world.processes.values()].filter((p) => p.state !== "reaped" || (p.reapedAt ?? -1) > since);
  shown.sort((a, b) => a.order - b.order);
  const present = new Set(shown.map((p) => p.pid));
  const children = new Map<number, Process[]>();
  for (const process of shown) {
    const first = process.bornTo ?? process.ppid;
    const place = present.has(first) && first !== process.pid ? first : present.has(process.ppid) ? process.ppid : 0;
    children.set(place, [...(children.get(place) ?? []), process]);
  }
  const result: Process[] = [];
  const seen = new Set<number>();
  const visit = (pid: number) => {
    for (const child of children.get(pid) ?? []) {
      if (seen.has(child.order)) continue;
      seen.add(child.order);
      result.push(child);
      visit(child.pid);
    }
  };
  visit(0);
  return result;
}

function depthsOf(shown: readonly Process[]): Map<number, number> {
  const parents = new Map(shown.map((p) => [p.pid, p.ppid]));
  const depths = new Map<number, number>();
  for (const { pid } of shown) {
    let depth = 0;
    for (let at = parents.get(pid); at !== undefined && parents.has(at) && depth < shown.length; at = parents.get(at)) depth++;
    depths.set(pid, depth);
  }
  return depths;
}

function rowsOf(process: Process, { world, m, hidden, touched, brings }: Drawing): Row[] {
  const folded: number[] = [];
  const rows: Row[] = [];
  for (const entry of [...process.fds.values()].sort((a, b) => a.fd - b.fd)) {
    const description = world.descriptions.get(entry.ofd);
    if (!description || hidden(entry.ofd, entry.fd)) continue;
    const id = `${process.pid}/${entry.fd}`;
    const now = touched.has(id);
    if (entry.fd <= 2 && isInherited(description)) folded.push(entry.fd);
    else rows.push({
      id, kind: "fd", label: String(entry.fd), fd: entry.fd, ofd: entry.ofd, cloexec: entry.cloexec,
      isNew: now && entry.bornAt === world.n, now, y: 0,
    });
  }
  for (const gone of world.touched.closed) if (gone.pid === process.pid && !hidden(gone.ofd, gone.fd)) insertClosed(rows, gone.pid, gone.fd, gone.ofd);
  if (brings) for (const row of rows) row.now = row.isNew || row.kind === "closed";
  const limited = limitRows(rows, process.pid);
  if (!m.standardRow || folded.length === 0) return limited;
  const first = folded[0] ?? 0;
  const before = limited.filter((row) => row.fd >= 0 && row.fd < first);
  return [...before, standardRow(process.pid, folded), ...limited.filter((row) => !before.includes(row))];
}

/** The number a call went through (recvmsg's socket, dup's source) is not marked beside the row it brought. */
function bringsNewRow(world: World): boolean {
  const touched = new Set(world.touched.fds);
  return [...world.processes.values()].some((process) => process.bornAt !== world.n
    && [...process.fds.values()].some((entry) => entry.bornAt === world.n && touched.has(`${process.pid}/${entry.fd}`)));
}

function insertClosed(rows: Row[], pid: number, fd: number, ofd: number): void {
  const row: Row = { id: `${pid}/${fd}/closed`, kind: "closed", label: String(fd), fd, ofd, cloexec: false, isNew: false, now: true, y: 0 };
  const at = rows.findIndex((other) => other.fd >= fd);
  rows.splice(at < 0 ? rows.length : at, 0, row);
}

function limitRows(rows: Row[], pid: number): Row[] {
  if (rows.length <= rowLimit) return rows;
  const kept = rows.filter((row, i) => i < rowLimit - 1 || row.now);
  const label = String(rows.length - kept.length);
  if (kept.length === rows.length) return rows;
  return [...kept, { id: `${pid}/more`, kind: "more", label, fd: -1, cloexec: false, isNew: false, now: false, y: 0 }];
}

function standardRow(pid: number, folded: number[]): Row {
  const label = folded.length === 3 ? "0-2" : folded.join(",");
  return { id: `${pid}/std`, kind: "standard", label, fd: folded[0] ?? 0, cloexec: false, isNew: false, now: false, y: 0 };
}
