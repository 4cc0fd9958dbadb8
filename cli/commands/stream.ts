/** `forkscope show FILE --stream WHAT`: who put which bytes into a pipe, socket or file, and who took them out. @module */
import { Refusal } from "../../engine/refusal.ts";
import { follow, processOf, type Recording, Timeline, traffic, type Traffic } from "../../lib/model/mod.ts";
import type { Options } from "../args.ts";
import type { Out } from "../out.ts";
import { eventAt } from "../recording.ts";
import { passageLines, streamHead } from "../stream_lines.ts";

/** So many streams are named where there is none of the name given. */
const MOST_NAMED = 12;

export function showStream(recording: Recording, options: Options, out: Out): void {
  const all = traffic(recording.events);
  const which = options.stream ?? "";
  if (which === "all") return summary(all, options, out);
  const { streams, passages } = follow(all, descriptionOf(recording, which, options));
  if (passages.length === 0) throw new Refusal(`read --stream: no bytes passed through "${which}" in this recording`, named(all));
  const shown = passages.filter(({ pid }) => options.follow === undefined || pid === options.follow);
  if (options.json) {
    for (const stream of streams) out.write(`${JSON.stringify({ type: "stream", stream })}\n`);
    for (const passage of shown) out.write(`${JSON.stringify({ type: "passage", passage })}\n`);
    return;
  }
  for (const stream of streams) out.write(`${streamHead(stream, passages, streams, options.lang)}\n`);
  for (const passage of shown) for (const line of passageLines(passage, { lang: options.lang, hex: options.hex === true })) out.write(`${line}\n`);
}

/** PID:FD at an event is the description that it names there. */
function descriptionOf(recording: Recording, which: string, options: Options): string {
  const [, pid, fd] = /^(\d+)[:/](\d+)$/.exec(which) ?? [];
  if (pid === undefined || options.at === undefined) return which;
  const timeline = new Timeline();
  timeline.append(recording.events);
  const n = eventAt(recording, options.at);
  const entry = processOf(timeline.at(n), Number(pid))?.fds.get(Number(fd));
  if (entry === undefined) throw new Refusal(`read --stream: process ${pid} has no descriptor ${fd} after event ${n}`);
  return `#${entry.ofd}`;
}

function summary({ streams, passages }: Traffic, options: Options, out: Out): void {
  const all = [...streams.values()];
  for (const stream of all) {
    if (options.json) out.write(`${JSON.stringify({ type: "stream", stream })}\n`);
    else out.write(`${streamHead(stream, passages, all, options.lang)}\n`);
  }
}

function named({ streams }: Traffic): string {
  const links = [...new Set([...streams.values()].map(({ link }) => link))];
  return `bytes passed through ${links.slice(0, MOST_NAMED).join(", ")}${links.length > MOST_NAMED ? ", ..." : ""}`;
}
