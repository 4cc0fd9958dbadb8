/** Verdicts as lines of text. @module */
import type { Lang, Verdict, VerdictKind } from "../engine/protocol.ts";
import { type Colour, type Paint, wrap } from "./text.ts";

const MARKS: Record<VerdictKind, { mark: string; colour: Colour; words: Record<Lang, string> }> = {
  agrees: { mark: "✓", colour: "good", words: { zh: "与原文一致", en: "agrees with the text" } },
  differs: { mark: "≠", colour: "bad", words: { zh: "与原文不同", en: "differs from the text" } },
  finer: { mark: "≈", colour: "shared", words: { zh: "原文成立，但还有更细的一面", en: "true, and there is more to see" } },
  silent: { mark: "…", colour: "dim", words: { zh: "原文没有展开", en: "the text is silent" } },
  unchecked: { mark: "◌", colour: "dim", words: { zh: "未检验", en: "not checked" } },
};

const NAMES: Record<Lang, { text: string; kernel: string; why: string; gap: string }> = {
  zh: { text: "原文", kernel: "内核", why: "说明", gap: "：" },
  en: { text: "Text", kernel: "Kernel", why: "Why", gap: ": " },
};

export function verdictLines(verdicts: readonly Verdict[], lang: Lang, width: number, paint: Paint): string[] {
  return verdicts.flatMap((verdict) => {
    const { mark, colour, words } = MARKS[verdict.verdict];
    const names = NAMES[lang];
    const rows: [string, string][] = [[names.text, verdict.text[lang]], [names.kernel, verdict.kernel[lang]]];
    if (verdict.why) rows.push([names.why, verdict.why[lang]]);
    const source = [verdict.source[lang], ...verdict.man].join(lang === "zh" ? "，" : ", ");
    return [
      `${paint(colour, `${mark} ${verdict.claim} ${words[lang]}`)}  ${paint("dim", source)}`,
      ...rows.flatMap(([name, text]) => hanging(`    ${name}${names.gap}`, text, width)),
    ];
  });
}

function hanging(head: string, text: string, width: number): string[] {
  const indent = "      ";
  return wrap(`${head.trimStart()}${text}`, Math.max(20, width - indent.length)).map((line, i) => (i === 0 ? `    ${line}` : `${indent}${line}`));
}
