import { describe, expect, it } from "vitest";
import { type Claim, type Evidence, judge } from "../../../scenarios/claim.ts";
import { F1 } from "../../../scenarios/fork_returns_twice.words.ts";

const run: Evidence = { events: [], at: () => { throw new Error("not asked for"); } };

function claim(says: Record<string, unknown>, seen: Record<string, { value: unknown; event?: number } | undefined>, refines: string[] = []): Claim {
  return { id: "T1", says, look: () => seen, refines, words: F1 };
}

describe("judge", () => {
  it.each([
    ["all parts as said", claim({ a: 1, b: [0, { c: true }] }, { a: { value: 1, event: 4 }, b: { value: [0, { c: true }], event: 9 } }), "agrees"],
    ["one part otherwise", claim({ a: 1, b: 2 }, { a: { value: 1 }, b: { value: 3 } }), "differs"],
    ["one part not shown", claim({ a: 1, b: 2 }, { a: { value: 1 }, b: undefined }), "unchecked"],
    ["one part otherwise, another not shown", claim({ a: 1, b: 2 }, { a: { value: 0 }, b: undefined }), "differs"],
    ["nothing shown", claim({ a: 1 }, { a: undefined }), "unchecked"],
    ["a refining part otherwise", claim({ a: 1, b: true }, { a: { value: 1 }, b: { value: false } }, ["b"]), "finer"],
    ["a refining part not shown", claim({ a: 1, b: true }, { a: { value: 1 }, b: undefined }, ["b"]), "unchecked"],
    ["a shorter list", claim({ a: [1, 2] }, { a: { value: [1] } }), "differs"],
    ["a field more", claim({ a: { b: 1 } }, { a: { value: { b: 1, c: 2 } } }), "differs"],
    ["null is not an object", claim({ a: {} }, { a: { value: null } }), "differs"],
    ["an observed undefined is not what was said", claim({ a: 1 }, { a: { value: undefined } }), "differs"],
  ])("%s: %s", (_why, one, verdict) => {
    expect(judge(one, run).verdict).toBe(verdict);
  });

  it("carries what it was computed from, and the last event of it", () => {
    const verdict = judge(claim({ a: 1, b: 2 }, { a: { value: 1, event: 4 }, b: { value: 2, event: 9 } }), run);
    expect(verdict.evidence).toEqual([{ name: "a", value: 1, event: 4 }, { name: "b", value: 2, event: 9 }]);
    expect(verdict.at).toBe(9);
    expect(verdict.why).toBeUndefined();
  });

  it("says in both languages what differs", () => {
    const verdict = judge(claim({ a: 1 }, { a: { value: 0 } }), run);
    expect(verdict.why?.en).toContain("a: 1");
    expect(verdict.why?.en).toContain("a: 0");
    expect(verdict.why?.zh).toContain("a: 0");
  });
});
