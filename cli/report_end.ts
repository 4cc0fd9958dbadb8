/** What is told at any rate: disagreements as they are found, and at the end how often model and kernel were compared. @module */
import type { Lang } from "../engine/protocol.ts";
import type { Out } from "./out.ts";
import type { Report } from "./report.ts";
import type { Paint } from "./text.ts";

/** For a run whose events are recorded and not told. */
export function endReport(out: Out, lang: Lang, paint: Paint): Report {
  return {
    events: () => {},
    disagreed: (text) => { out.write(disagreementLine(text, lang, paint)); },
    end: ({ checks, disagreements }) => { for (const line of closing(checks, disagreements, lang)) out.write(`${line}\n`); },
  };
}

export function disagreementLine(text: string, lang: Lang, paint: Paint): string {
  return `${paint("bad", lang === "zh" ? `分歧：${text}` : `disagreement: ${text}`)}\n`;
}

/** How often model and kernel were compared, and how often they disagreed; nothing when they were not. */
export function closing(checks: number, disagreements: number, lang: Lang): string[] {
  if (checks === 0) return [];
  return [lang === "zh" ? `与内核比对 ${checks} 次，分歧 ${disagreements} 处` : `compared with the kernel ${checks} times, ${disagreements} disagreements`];
}
