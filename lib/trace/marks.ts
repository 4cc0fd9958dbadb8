/** Marks a program leaves for its tracer: see lib/core/marker.ts. @module */
import { MARK, MARK_KIND } from "../core/marker.ts";
import { readText } from "./tracee_memory.ts";

/** What a mark says. */
export type Mark =
  | { mark: "begin" }
  | { mark: "line"; line: number }
  | { mark: "quiet"; on: boolean }
  | { mark: "fact"; name: string; value: unknown };

const LONGEST_FACT = 1 << 16;

/** Reads a prctl call as a mark: undefined when it is none, or says nothing that can be read. */
export function readMark(tid: number, words: Int32Array): Mark | undefined {
  if (words[0] !== MARK) return undefined;
  const operand = words[4] ?? 0;
  switch (words[2]) {
    case MARK_KIND.begin: return { mark: "begin" };
    case MARK_KIND.line: return { mark: "line", line: operand };
    case MARK_KIND.quiet: return { mark: "quiet", on: operand !== 0 };
    case MARK_KIND.fact: return readFact(tid, words);
    default: return undefined;
  }
}

/** True for every prctl that is meant as a mark, readable or not. */
export function isMark(words: Int32Array): boolean {
  return words[0] === MARK;
}

function readFact(tid: number, words: Int32Array): Mark | undefined {
  const address = ((words[4] ?? 0) >>> 0) + ((words[5] ?? 0) >>> 0) * 4294967296;
  const text = readText(tid, address, Math.min((words[6] ?? 0) >>> 0, LONGEST_FACT));
  try {
    const fact: unknown = JSON.parse(text ?? "");
    if (typeof fact !== "object" || fact === null || !("name" in fact) || typeof fact.name !== "string") return undefined;
    return { mark: "fact", name: fact.name, value: "value" in fact ? fact.value : null };
  } catch {
    return undefined;
  }
}
