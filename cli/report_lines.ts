/** One line an event, as a log, then the verdicts. @module */
import type { Lang } from "../engine/protocol.ts";
import type { Event } from "../lib/model/event.ts";
import { callText } from "../lib/model/mod.ts";
import { caption } from "./caption.ts";
import type { Out } from "./out.ts";
import type { Report } from "./report.ts";
import { type Paint, printable } from "./text.ts";
import { verdictLines } from "./verdicts.ts";

const WIDTH = 100;

export function lineReport(out: Out, lang: Lang, paint: Paint): Report {
  return {
    events: (batch) => { for (const event of batch) if (!event.quiet) out.write(`${eventLine(event, lang)}\n`); },
    disagreed: (text) => { out.write(`${paint("bad", lang === "zh" ? `分歧：${text}` : `disagreement: ${text}`)}\n`); },
    end: (end) => {
      for (const line of verdictLines(end.verdicts, lang, out.size?.columns ?? WIDTH, paint)) out.write(`${line}\n`);
      for (const line of closing(end.checks, end.disagreements, lang)) out.write(`${line}\n`);
    },
  };
}

/** "  33  4102  :6   recvmsg(...) = 1" with the sentence behind it. */
export function eventLine(event: Event, lang: Lang): string {
  const head = `${String(event.n).padStart(5)} ${String(event.pid).padStart(7)} ${event.line === undefined ? "    " : `:${event.line}`.padEnd(4)}`;
  const call = event.kind === "call" ? `${callText(event)}  ` : "";
  return printable(`${head} ${call}${event.kind === "call" ? "" : caption(event, lang)}`.trimEnd());
}

/** How often model and kernel were compared, and how often they disagreed; nothing when they were not. */
export function closing(checks: number, disagreements: number, lang: Lang): string[] {
  if (checks === 0) return [];
  return [lang === "zh" ? `与内核比对 ${checks} 次，分歧 ${disagreements} 处` : `compared with the kernel ${checks} times, ${disagreements} disagreements`];
}
