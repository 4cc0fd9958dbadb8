/**
 * A claim of the source text as data, and the one function that judges it against a run.
 *
 * A claim says what the text says in named parts; `look` reports the same parts as the run showed them.
 * Nothing here knows a result in advance: a claim that says something else comes out as "differs".
 *
 * @module
 */
import type { Event } from "../lib/model/event.ts";
import type { World } from "../lib/model/world.ts";
import type { Verdict, VerdictKind, Words } from "../engine/protocol.ts";

/** What one run left behind. */
export interface Evidence {
  events: readonly Event[];
  /** The world after event `n`; -1 is before the first. */
  at(n: number): World;
}

/** One part as the run showed it. */
export interface Observation {
  value: unknown;
  /** Number of the event that carries it. */
  event?: number;
}

/** Parts by name; undefined where the run does not show that part. */
export type Observations<Part extends string> = Record<Part, Observation | undefined>;

export interface Claim<Part extends string = string> {
  id: string;
  /** What the text says of each part, in the form `look` reports it. */
  says: Record<Part, unknown>;
  look(run: Evidence): Observations<Part>;
  /** Parts in which another value refines the text and does not contradict it. */
  refines?: readonly Part[];
  words: ClaimWords;
}

/** How a claim is told. `kernel` speaks of what the kernel does when the claim holds. */
export interface ClaimWords {
  text: Words;
  kernel: Words;
  /** Told with a verdict other than "agrees". */
  why: Partial<Record<VerdictKind, Words>>;
  source: Words;
  man: string[];
}

const notShown: Words = {
  zh: "这次运行没有留下判断它所需的证据。",
  en: "This run did not leave the evidence it takes to judge it.",
};

/** Judges one claim by what the run showed. A part without evidence makes it "unchecked", never "agrees". */
export function judge<Part extends string>(claim: Claim<Part>, run: Evidence): Verdict {
  const parts = Object.keys(claim.says) as Part[];
  const seen = claim.look(run);
  const wrong = parts.filter((part) => seen[part] && !same(seen[part].value, claim.says[part]));
  const verdict = kindOf(claim, wrong, parts.filter((part) => !seen[part]));
  const events = parts.map((part) => seen[part]?.event).filter((event) => event !== undefined);
  const why = verdict === "agrees" ? undefined : whyOf(claim, verdict, wrong, seen);
  return {
    claim: claim.id,
    verdict,
    text: claim.words.text,
    kernel: claim.words.kernel,
    ...(why ? { why } : {}),
    source: claim.words.source,
    man: claim.words.man,
    evidence: parts.flatMap((name) => (seen[name] ? [{ name, ...seen[name] }] : [])),
    ...(events.length > 0 ? { at: Math.max(...events) } : {}),
  };
}

function kindOf<Part extends string>(claim: Claim<Part>, wrong: Part[], missing: Part[]): VerdictKind {
  const contradicted = wrong.some((part) => !claim.refines?.includes(part));
  if (contradicted) return "differs";
  if (missing.length > 0) return "unchecked";
  return wrong.length > 0 ? "finer" : "agrees";
}

function whyOf<Part extends string>(claim: Claim<Part>, verdict: VerdictKind, wrong: Part[], seen: Observations<Part>): Words {
  const told = claim.words.why[verdict];
  if (told) return told;
  if (verdict === "unchecked") return notShown;
  const list = wrong.map((part) => `${part}: ${JSON.stringify(seen[part]?.value)}`).join(", ");
  const said = wrong.map((part) => `${part}: ${JSON.stringify(claim.says[part])}`).join(", ");
  return { zh: `原文是 ${said}，实际观察到 ${list}。`, en: `The text says ${said}; the run showed ${list}.` };
}

/** Equality of plain JSON values. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  const other = new Map(right);
  return left.length === right.length && left.every(([key, value]) => other.has(key) && same(value, other.get(key)));
}
