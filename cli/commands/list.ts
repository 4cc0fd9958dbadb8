/** `forkscope list` @module */
import { hello } from "../../engine/catalogue.ts";
import type { Options } from "../args.ts";
import { standardOut } from "../out.ts";
import { pad, paintFor } from "../text.ts";

export function list(_rest: readonly string[], { json, lang }: Options): number {
  const out = standardOut();
  const { chapters, scenarios } = hello();
  if (json) {
    for (const { id, chapter, title, summary, claims, file } of scenarios) out.write(`${JSON.stringify({ type: "scenario", id, chapter, title, summary, claims, file })}\n`);
    return 0;
  }
  const paint = paintFor(out.size !== undefined, process.env);
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  for (const chapter of chapters) {
    out.write(`${chapter.id}  ${paint("bold", chapter.title[lang])}\n`);
    for (const one of scenarios.filter((scenario) => scenario.chapter === chapter.id)) {
      out.write(`   ${pad(one.id, width)}  ${one.title[lang]}  ${paint("dim", one.claims.join(" "))}\n   ${pad("", width)}  ${paint("dim", one.summary[lang])}\n`);
    }
  }
  return 0;
}
