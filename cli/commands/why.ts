/** `forkscope why FILE [PID]`: why a process sleeps at an event, and on whom. @module */
import { Refusal } from "../../engine/refusal.ts";
import { deadlocked, leaks, processOf, Timeline, unreaped, type Unreaped, why as reasons, whyLines, type World } from "../../lib/model/mod.ts";
import type { Lang } from "../../engine/protocol.ts";
import type { Options } from "../args.ts";
import { standardOut } from "../out.ts";
import { eventAt, openRecording } from "../recording.ts";

export function why([path = "", wanted]: readonly string[], options: Options): number {
  const recording = openRecording(path);
  const timeline = new Timeline();
  timeline.append(recording.events);
  const n = options.at === undefined ? lastAlive(timeline) : eventAt(recording, options.at);
  const world = timeline.at(n);
  const found = (wanted === undefined ? [...world.processes.values()].map(({ pid }) => pid) : [pidOf(wanted, world, n)]).flatMap((pid) => reasons(world, pid) ?? []);
  const out = standardOut();
  const zombies = wanted === undefined ? unreaped(world) : [];
  const left = wanted === undefined ? leaks(recording.events) : [];
  if (options.json) {
    out.write(`${JSON.stringify({ at: n, sleeping: found.map((one) => ({ ...one, words: whyLines(one, options.lang) })), deadlocked: deadlocked(world), zombies, leaks: left })}\n`);
    return 0;
  }
  const { lang } = options;
  out.write(lang === "zh" ? `事件 ${n} 之后：\n` : `After event ${n}:\n`);
  for (const one of found) for (const line of wanted === undefined ? whyLines({ ...one, chain: [] }, lang) : whyLines(one, lang)) out.write(`${line}\n`);
  for (const zombie of zombies) out.write(`${zombieLine(zombie, lang)}\n`);
  for (const { pid, fd, exe, n: at, link } of left) {
    out.write(lang === "zh" ? `${pid} 的描述符 ${fd}（${link}）在事件 ${at} 的 exec（${exe}）后保留，却从未被使用。\n` : `${pid}: fd ${fd} (${link}) crossed the exec of ${exe} at event ${at} and was never used.\n`);
  }
  if (found.length + zombies.length === 0) out.write(lang === "zh" ? "没有进程在等待。\n" : "Nobody waits.\n");
  return 0;
}

function pidOf(text: string, world: World, n: number): number {
  const pid = Number(text);
  if (!Number.isInteger(pid)) throw new Refusal(`read why: "${text}" is not a process id`);
  if (!processOf(world, pid)) throw new Refusal(`read why: there is no process ${pid} after event ${n}`);
  return pid;
}

/** The last event at which a process of the tree still lived: at the very end nobody waits any more. */
function lastAlive(timeline: Timeline): number {
  for (let n = timeline.length - 1; n > 0; n--) {
    const event = timeline.events[n];
    if (event?.kind === "block" || event?.kind === "call") return n;
  }
  return timeline.length - 1;
}

function zombieLine({ pid, parent, parentState, parentCall, blocksChildSignal }: Unreaped, lang: Lang): string {
  if (lang === "zh") return `${pid} 是僵尸；应由 ${parent} 等待它${parentState === "outside" ? "（在树外）" : `（${parentCall ? `正在 ${parentCall} 中` : "没有在等待"}${blocksChildSignal ? "，且阻塞了 SIGCHLD" : ""}）`}。`;
  const state = parentState === "outside" ? "which is outside the tree" : parentCall ? `which is in ${parentCall}` : `which is ${parentState}`;
  return `${pid} is a zombie; it is for ${parent} to wait for it, ${state}${blocksChildSignal ? " and blocks SIGCHLD" : ""}.`;
}
