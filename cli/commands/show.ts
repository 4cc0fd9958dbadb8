/** `forkscope show FILE`: its events as lines, the state after one of them, or what passed through a stream. @module */
import { Refusal } from "../../engine/refusal.ts";
import { descriptorsEver, type Event, parseFind, type Recording, Timeline } from "../../lib/model/mod.ts";
import type { Options } from "../args.ts";
import { draw } from "../draw.ts";
import { endWithReader, type Out, standardOut } from "../out.ts";
import { eventAt, openRecording } from "../recording.ts";
import { eventLine } from "../report_lines.ts";
import { type Paint, paintFor } from "../text.ts";
import { showStream } from "./stream.ts";

const WIDTH = 120;

export function show([path = ""]: readonly string[], options: Options): number {
  endWithReader(() => {});
  const out = standardOut();
  const recording = openRecording(path);
  if (options.stream !== undefined) showStream(recording, options, out);
  else if (options.at !== undefined) state(recording, options, out, paintFor(out.size !== undefined, process.env));
  else lines(recording, options, out);
  return 0;
}

function lines({ header, events, damaged }: Recording, options: Options, out: Out): void {
  const wanted = filter(events, options);
  const some = options.follow !== undefined || options.find !== undefined;
  if (!some) out.write(options.json ? `${JSON.stringify(header)}\n` : `${summary(header.command, events, damaged !== undefined, options)}\n`);
  for (const event of events) {
    if (!wanted(event)) continue;
    if (options.json) out.write(`${JSON.stringify(event)}\n`);
    else if (!event.quiet || some) out.write(`${eventLine(event, options.lang)}\n`);
  }
}

/** `--follow` is a process with all that happened to it: its birth, signals sent to it, its wait; `--find` an expression. */
function filter(events: readonly Event[], { follow, find }: Options): (event: Event) => boolean {
  const found = find === undefined ? () => true : expression(find);
  if (follow === undefined) return found;
  if (!events.some((event) => concerns(event, follow))) throw new Refusal(`read --follow: no process ${follow} in this recording`);
  return (event) => concerns(event, follow) && found(event);
}

function concerns(event: Event, pid: number): boolean {
  if (event.kind === "start") return event.snapshot.processes.some((process) => process.pid === pid);
  if (event.pid === pid) return true;
  if (event.kind === "fork") return event.child === pid;
  if (event.kind !== "call" || event.op === undefined) return false;
  return (event.op.op === "kill" && event.op.target === pid) || (event.op.op === "wait" && event.op.child === pid) || (event.op.op === "setpgid" && event.op.pid === pid);
}

function expression(text: string): (event: Event) => boolean {
  try {
    return parseFind(text);
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

function summary(command: readonly string[], events: readonly Event[], cut: boolean, { lang }: Options): string {
  const pids = new Set(events.filter(({ kind }) => kind !== "start").map(({ pid }) => pid));
  const lost = events.reduce((sum, event) => sum + (event.kind === "lost" ? event.count : 0), 0);
  const took = ((events.at(-1)?.t ?? 0) / 1000).toFixed(1);
  const made = descriptorsEver(events);
  return lang === "zh"
    ? `# ${command.join(" ")}：${events.length} 个事件，${pids.size} 个进程，${made} 个描述符，${took} 毫秒${lost > 0 ? `，丢失 ${lost} 个事件` : ""}${cut ? "，记录被截断" : ""}`
    : `# ${command.join(" ")}: ${events.length} events, ${pids.size} processes, ${made} descriptors made, ${took} ms${lost > 0 ? `, ${lost} events lost` : ""}${cut ? ", cut short" : ""}`;
}

function state(recording: Recording, options: Options, out: Out, paint: Paint): void {
  const timeline = new Timeline();
  timeline.append(recording.events);
  const n = eventAt(recording, options.at);
  const world = timeline.at(n);
  const event = recording.events[n];
  if (options.json) {
    out.write(`${JSON.stringify({ event, world: plain(world) })}\n`);
    return;
  }
  if (event) out.write(`${eventLine(event, options.lang)}\n\n`);
  for (const line of draw(world, { width: out.size?.columns ?? WIDTH, lang: options.lang, paint })) out.write(`${line}\n`);
}

/** Maps as arrays of their values. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value.values()].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
