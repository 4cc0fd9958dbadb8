/**
 * Which of many things are one, by the order that kcmp(2) gives kernel objects.
 *
 * @module
 */
import type { Comparison } from "./kcmp.ts";

/**
 * Numbers for the entries: those that get the same one are one object. They count from 0 in order of first appearance.
 *
 * @param compare 0 for the same object, 1 when the first sorts lower, 2 when higher, 3 when the kernel gives no order
 * @param keyOf only entries of one key can be the same
 */
export function groupByKernel<T>(entries: readonly T[], compare: (a: T, b: T) => Comparison, keyOf: (entry: T) => string = () => ""): number[] {
  const buckets = new Map<string, number[]>();
  entries.forEach((entry, i) => {
    const key = keyOf(entry);
    const bucket = buckets.get(key);
    if (bucket) bucket.push(i);
    else buckets.set(key, [i]);
  });
  /** The first entry of the object that each entry is. */
  const first = entries.map(() => 0);
  const between = (a: number, b: number): Comparison => (a === b ? 0 : compare(entries[a] as T, entries[b] as T));
  for (const bucket of buckets.values()) settle(bucket, between, first);
  return numbered(first);
}

/** Finds the first entry of each object among the entries of a bucket, which stand in order of appearance. */
function settle(bucket: number[], compare: (a: number, b: number) => Comparison, first: number[]): void {
  let ordered = true;
  const sorted = bucket.length === 1 ? bucket : [...bucket].sort((a, b) => {
    const order = compare(a, b);
    ordered &&= order !== 3;
    return order === 0 ? a - b : order === 1 ? -1 : 1;
  });
  if (!ordered) return settlePairwise(bucket, compare, first);
  let head = -1;
  for (const entry of sorted) {
    if (head < 0 || compare(head, entry) !== 0) head = entry;
    first[entry] = head;
  }
}

/** Without an order each has to be held against one of each object found. */
function settlePairwise(bucket: readonly number[], compare: (a: number, b: number) => Comparison, first: number[]): void {
  const heads: number[] = [];
  for (const entry of bucket) {
    const head = heads.find((one) => compare(one, entry) === 0) ?? entry;
    if (head === entry) heads.push(entry);
    first[entry] = head;
  }
}

function numbered(first: readonly number[]): number[] {
  const numbers = new Map<number, number>();
  return first.map((head) => {
    const number = numbers.get(head) ?? numbers.size;
    numbers.set(head, number);
    return number;
  });
}
