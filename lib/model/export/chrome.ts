/** A recording in the Trace Event Format that chrome://tracing and many other viewers read: JSON, times in microseconds. @module */
import type { Spans } from "./spans.ts";

/** The file's text. A pid that was used twice is told apart by a fraction of no meaning to the kernel: viewers want one number a process. */
export function toChrome(spans: Spans): string {
  const pids = uniquePids(spans);
  const pid = (life: number): number => pids[life] ?? 0;
  const events: unknown[] = [];
  for (const { id, name, argv } of spans.lives) {
    events.push({ ph: "M", name: "process_name", pid: pid(id), args: { name: argv.length > 0 ? argv.join(" ") : name } });
  }
  for (const { life, tid } of spans.threads) events.push({ ph: "M", name: "thread_name", pid: pid(life), tid, args: { name: String(tid) } });
  for (const { life, tid, name, kind, from, to, details } of spans.slices) {
    const base = { name, cat: kind, pid: pid(life), tid, ts: from, args: Object.fromEntries(details) };
    events.push(kind === "call" ? { ph: "X", dur: to - from, ...base } : { ph: "i", s: "t", ...base });
  }
  spans.flows.forEach(({ from, to }, id) => {
    const [cause, effect] = [spans.slices[from], spans.slices[to]];
    if (!cause || !effect) return;
    events.push({ ph: "s", id, name: "causes", cat: "flow", pid: pid(cause.life), tid: cause.tid, ts: cause.from });
    events.push({ ph: "f", bp: "e", id, name: "causes", cat: "flow", pid: pid(effect.life), tid: effect.tid, ts: effect.from });
  });
  return `${JSON.stringify({ displayTimeUnit: "ms", otherData: { command: spans.header.command.join(" "), date: spans.header.date }, traceEvents: events })}\n`;
}

function uniquePids(spans: Spans): number[] {
  const used = new Map<number, number>();
  return spans.lives.map(({ pid }) => {
    const times = used.get(pid) ?? 0;
    used.set(pid, times + 1);
    return times === 0 ? pid : pid + times * 10_000_000;
  });
}
