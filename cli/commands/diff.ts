/** `forkscope diff A B`: where two recordings differ, process by process; exit status 1 when they do. @module */
import { diff as compare, type Difference } from "../../lib/model/mod.ts";
import type { Lang } from "../../engine/protocol.ts";
import type { Options } from "../args.ts";
import { standardOut } from "../out.ts";
import { openRecording } from "../recording.ts";

export function diff([first = "", second = ""]: readonly string[], options: Options): number {
  const differences = compare(openRecording(first).events, openRecording(second).events);
  const out = standardOut();
  if (options.json) out.write(`${JSON.stringify({ differences })}\n`);
  else for (const line of differences.flatMap((one) => lines(one, options.lang))) out.write(`${line}\n`);
  return differences.length === 0 ? 0 : 1;
}

const WORDS: Record<Lang, Record<Difference["what"], string>> = {
  en: { missing: "only in the first", extra: "only in the second", image: "images", arguments: "arguments", status: "end", inherited: "descriptors carried across exec", signals: "signals", dispositions: "dispositions set", failures: "failed calls", opened: "files opened", reaped: "wait" },
  zh: { missing: "只在第一份中", extra: "只在第二份中", image: "映像", arguments: "参数", status: "结束", inherited: "exec 后保留的描述符", signals: "信号", dispositions: "设置的处置", failures: "失败的调用", opened: "打开的文件", reaped: "等待" },
};

function lines({ who, pids, what, first, second }: Difference, lang: Lang): string[] {
  const named = pids.map((pid) => pid ?? "-").join(" / ");
  return [`${who} (${named}): ${WORDS[lang][what]}`, ...first.map((one) => `  - ${one}`), ...second.map((one) => `  + ${one}`)];
}
