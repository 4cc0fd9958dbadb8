/** The figure in a terminal, redrawn in place at every step. @module */
import type { Lang } from "../engine/protocol.ts";
import type { Event } from "../lib/model/event.ts";
import { apply, emptyWorld } from "../lib/model/mod.ts";
import { callText } from "../lib/model/mod.ts";
import { caption } from "./caption.ts";
import { draw } from "./draw.ts";
import type { Out } from "./out.ts";
import type { Report } from "./report.ts";
import { closing, disagreementLine } from "./report_end.ts";
import { cut, type Paint, printable, wrap } from "./text.ts";
import { verdictLines } from "./verdicts.ts";

const HOME_AND_CLEAR = "\x1b[H\x1b[J";

/** `inPlace` false (TERM=dumb): each step is written below the last. */
export function screenReport(out: Out, lang: Lang, paint: Paint, inPlace: boolean, source: readonly string[]): Report {
  const world = emptyWorld();
  const { columns, rows } = out.size ?? { columns: 80, rows: 24 };
  const step = (event: Event): void => {
    const head = heading(event, lang, paint, columns, source);
    const figure = draw(world, { width: columns, lang, paint });
    const shown = inPlace ? fitted(figure, rows - head.length - 1, lang) : figure;
    out.write(`${inPlace ? HOME_AND_CLEAR : "\n"}${[...head, ...shown].join("\n")}\n`);
  };
  return {
    events: (batch) => {
      for (const event of batch) {
        apply(world, event);
        if (!event.quiet && event.kind !== "fact") step(event);
      }
    },
    disagreed: (text) => { out.write(disagreementLine(text, lang, paint)); },
    end: (end) => {
      out.write(`\n${[...verdictLines(end.verdicts, lang, columns, paint), ...closing(end.checks, end.disagreements, lang)].join("\n")}\n`);
    },
  };
}

/** Number and sentence, the call as it was made, the source line it stands on. */
function heading(event: Event, lang: Lang, paint: Paint, columns: number, source: readonly string[]): string[] {
  const sentence = wrap(`${event.n}  ${printable(caption(event, lang))}`, columns).map((line) => paint("now", line));
  const call = event.kind === "call" ? [paint("dim", cut(printable(callText(event)), columns))] : [];
  const text = event.line === undefined ? undefined : source[event.line - 1];
  const line = text === undefined ? [] : [cut(`${String(event.line).padStart(3)} │ ${text.trim()}`, columns)];
  return [...sentence, ...call, ...line];
}

function fitted(figure: string[], rows: number, lang: Lang): string[] {
  if (figure.length <= rows) return figure;
  const more = figure.length - rows + 1;
  return [...figure.slice(0, rows - 1), lang === "zh" ? `… 还有 ${more} 行` : `… ${more} more lines`];
}
