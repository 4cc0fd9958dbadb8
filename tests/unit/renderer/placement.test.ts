import { describe, expect, test } from "vitest";
import type { GroupNow } from "../../../app/renderer/figure/groups.ts";
import { PlacementBook, type Placement } from "../../../app/renderer/figure/placement.ts";

const group = (id: string, members: number[], room = 1): GroupNow => ({ id, members, room });
const top = () => 0;
const tops = (placement: Placement) => Object.fromEntries([...placement].map(([id, placed]) => [id, placed.top]));

describe("PlacementBook.advance()", () => {
  test("packs new groups from the top and holds them when others go", () => {
    const book = new PlacementBook();
    expect(tops(book.advance([group("a", [1]), group("b", [2, 3]), group("c", [4])], top))).toEqual({ a: 0, b: 1, c: 3 });
    expect(tops(book.advance([group("c", [4])], top))).toEqual({ c: 3 });
  });

  test("gives a new group the first hole it fits", () => {
    const book = new PlacementBook();
    book.advance([group("a", [1]), group("b", [2, 3]), group("c", [4])], top);
    book.advance([group("a", [1]), group("c", [4])], top);
    expect(tops(book.advance([group("a", [1]), group("c", [4]), group("d", [5, 6]), group("e", [7])], top))).toEqual({ a: 0, c: 3, d: 1, e: 4 });
  });

  test("moves only the group that grew over another", () => {
    const book = new PlacementBook();
    book.advance([group("a", [1]), group("b", [2])], top);
    const grown = book.advance([group("a", [1, 3]), group("b", [2])], top);
    expect(tops(grown)).toEqual({ a: 2, b: 1 });
    expect(grown.get("a")?.members).toEqual([1, 3]);
  });

  test("keeps members in their seats and fills an empty one first", () => {
    const book = new PlacementBook();
    book.advance([group("a", [1, 2, 3])], top);
    expect(book.advance([group("a", [1, 3])], top).get("a")?.members).toEqual([1, null, 3]);
    expect(book.advance([group("a", [1, 3, 9])], top).get("a")?.members).toEqual([1, 9, 3]);
  });

  test("places a group near the seat it wants, not above its reach", () => {
    const book = new PlacementBook();
    expect(tops(book.advance([group("a", [1])], () => 20))).toEqual({ a: 16 });
  });

  test("returns the same placement while nothing changes", () => {
    const book = new PlacementBook();
    const first = book.advance([group("a", [1])], top);
    expect(book.advance([group("a", [1])], top)).toBe(first);
  });
});
