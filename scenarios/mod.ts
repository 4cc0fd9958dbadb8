/**
 * The catalogue: the source text's chapters and the scenarios told so far. Checks are loaded when a run is to be judged.
 *
 * @module
 */
import type { Chapter, Verdict, Words } from "../engine/protocol.ts";
import type { Evidence } from "./claim.ts";
import { words as forkReturnsTwice } from "./fork_returns_twice.words.ts";
import { words as handOver } from "./hand_over.words.ts";
import { words as zombie } from "./zombie.words.ts";

export type { Evidence } from "./claim.ts";

export interface Scenario {
  id: string;
  /** Chapter of the source text. */
  chapter: number;
  title: Words;
  summary: Words;
  /** Claims it gathers evidence for. */
  claims: readonly string[];
  /** Its program, from the project's root. */
  path: string;
  /** Loads the function that judges a run. */
  check(): Promise<(run: Evidence) => Verdict[]>;
}

/** The four parts the source text announces at its start. */
export const chapters: readonly Chapter[] = [
  { id: 1, title: { zh: "fork 与 exec", en: "fork and exec" } },
  { id: 2, title: { zh: "僵尸进程以及如何避免", en: "Zombies, and avoiding them" } },
  { id: 3, title: { zh: "进程间通信", en: "Interprocess communication" } },
  { id: 4, title: { zh: "在进程之间传递描述符", en: "Passing file descriptors" } },
];

export const scenarios: readonly Scenario[] = [
  {
    id: "fork-returns-twice", chapter: 1, ...forkReturnsTwice, claims: ["F1", "F4", "F9"],
    path: "scenarios/fork_returns_twice.ts",
    check: async () => (await import("./fork_returns_twice.check.ts")).check,
  },
  {
    id: "zombie", chapter: 2, ...zombie, claims: ["Z1", "Z3", "Z4"],
    path: "scenarios/zombie.ts",
    check: async () => (await import("./zombie.check.ts")).check,
  },
  {
    id: "hand-over", chapter: 4, ...handOver, claims: ["D2", "D3"],
    path: "scenarios/hand_over.ts",
    check: async () => (await import("./hand_over.check.ts")).check,
  },
];

/** The scenario of this id. */
export function scenario(id: string): Scenario | undefined {
  return scenarios.find((one) => one.id === id);
}
