/**
 * Keeps what a step leaves as it was: a card equal to the one before stays the same object, and is not drawn again.
 *
 * @module
 */
import type { Figure } from "./layout.ts";
import type { Card, Row } from "./rows.ts";

/** `next` with every card, description and inode of `last` that is equal to its own. */
export function steady(last: Figure | undefined, next: Figure): Figure {
  if (!last) return next;
  return {
    ...next,
    cards: kept(last.cards.map(keyed), next.cards.map(keyed), sameCard),
    descriptions: kept(last.descriptions.map((box) => [box.ofd, box]), next.descriptions.map((box) => [box.ofd, box]), sameFields),
    inodes: kept(last.inodes.map(keyed), next.inodes.map(keyed), sameFields),
  };
}

const keyed = <T extends { key: string }>(box: T): [string, T] => [box.key, box];

function kept<K, T>(last: [K, T][], next: [K, T][], same: (a: T, b: T) => boolean): T[] {
  const before = new Map(last);
  return next.map(([key, box]) => {
    const old = before.get(key);
    return old !== undefined && same(old, box) ? old : box;
  });
}

function sameCard(a: Card, b: Card): boolean {
  const sameRows = a.rows.length === b.rows.length && a.rows.every((row, i) => sameRow(row, b.rows[i]));
  return sameRows && sameFields({ ...a, rows: b.rows }, b);
}

function sameRow(a: Row, b: Row | undefined): boolean {
  return b !== undefined && sameFields(a, b);
}

/** Equal field by field; lists by their items. */
function sameFields<T extends object>(a: T, b: T): boolean {
  const fields = Object.entries(a);
  const others = new Map<string, unknown>(Object.entries(b));
  return fields.length === others.size && fields.every(([name, value]) => sameValue(value, others.get(name)));
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => item === b[i]);
  return a === b;
}
