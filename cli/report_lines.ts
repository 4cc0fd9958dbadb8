/** One line an event, as a log, then the verdicts. @module */
import type { Lang } from "../engine/protocol.ts";
import type { Event } from "../lib/model/event.ts";
import { callText } from "../lib/model/mod.ts";
import { caption } from "./caption.ts";
import { closing, disagreementLine } from "./report_end.ts";
import type { Out } from "./out.ts";
import type { Report } from "./report.ts";
import { type Paint, printable } from "./text.ts";
import { verdictLines } from "./verdicts.ts";

const WIDTH = 100;

export function lineReport(out: Out, lang: Lang, paint: Paint): Report {
  return {
    events: (batch) => { for (const event of batch) if (!event.quiet) out.write(`${eventLine(event, lang)}\n`); },
    disagreed: (text) => { out.write(disagreementLine(text, lang, paint)); },
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
