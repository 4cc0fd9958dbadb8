/**
 * The figure as text: the tree of processes with their descriptor tables, and the descriptions behind them. Pure.
 *
 * @module
 */
import type { Lang } from "../engine/protocol.ts";
import type { FdEntry, Process, World } from "../lib/model/world.ts";
import { statusWords } from "./caption.ts";
import { describe } from "./draw_descriptions.ts";
import { cut, pad, type Paint, plainPaint, printable, widthOf } from "./text.ts";

export interface DrawOptions {
  /** Columns of the terminal. */
  width: number;
  lang: Lang;
  paint?: Paint;
}

/** From this width on, descriptions stand beside the processes; below it, under them. */
const BESIDE = 96;
const MOST = 72;

/** Lines of the figure; orange is what the last event touched, blue what is shared. */
export function draw(world: World, { width, lang, paint = plainPaint }: DrawOptions): string[] {
  const beside = width >= BESIDE;
  const left = Math.min(MOST, beside ? Math.floor(width * 0.5) : width);
  const right = beside ? width - left - 2 : width;
  const tree = forest(world).flatMap((placed) => card(placed, world, left, lang, paint));
  const descriptions = describe(world, right, lang, paint);
  if (!beside) return [...tree, ...descriptions];
  const rows = Math.max(tree.length, descriptions.length);
  return Array.from({ length: rows }, (_, i) => `${pad(tree[i] ?? "", left)}  ${descriptions[i] ?? ""}`.trimEnd());
}

interface Placed {
  process: Process;
  /** For each level above it, and last for itself: whether a sibling follows. Empty for a root. */
  follows: boolean[];
}

/** Processes in the order of the tree: birth order, children under the parent they have now. */
export function forest(world: World): Placed[] {
  const all = [...world.processes.values()].sort((a, b) => a.order - b.order);
  const pids = new Set(all.map((process) => process.pid));
  const below = (pid: number, follows: boolean[]): Placed[] => {
    const children = all.filter((process) => process.ppid === pid && process.pid !== pid);
    return children.flatMap((process, i) => placed(process, [...follows, i < children.length - 1]));
  };
  const placed = (process: Process, follows: boolean[]): Placed[] => [{ process, follows }, ...below(process.pid, follows)];
  return all.filter((process) => !pids.has(process.ppid)).flatMap((process) => placed(process, []));
}

type Border = readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string, across: string, down: string];

const SOLID: Border = ["┌", "┐", "└", "┘", "─", "│"];
const DOUBLE: Border = ["╔", "╗", "╚", "╝", "═", "║"];
const DASHED: Border = ["┌", "┐", "└", "┘", "╌", "┆"];

const GLYPHS = { running: "●", sleeping: "◐", stopped: "▣", zombie: "◌", reaped: "○" } as const;
const COLOURS = { running: "run", sleeping: "sleep", stopped: "stop", zombie: "dead", reaped: "dim" } as const;
const STATES: Record<Lang, Record<Process["state"], string>> = {
  zh: { running: "运行", sleeping: "睡眠", stopped: "停止", zombie: "僵尸", reaped: "已回收" },
  en: { running: "running", sleeping: "sleeping", stopped: "stopped", zombie: "zombie", reaped: "reaped" },
};

function card({ process, follows }: Placed, world: World, width: number, lang: Lang, paint: Paint): string[] {
  const trunk = follows.slice(0, -1).map((more) => (more ? "│  " : "   ")).join("");
  const indent = follows.length === 0 ? "" : `${trunk}${follows.at(-1) ? "├─ " : "└─ "}`;
  const rest = follows.length === 0 ? "" : `${trunk}${follows.at(-1) ? "│  " : "   "}`;
  const room = Math.max(24, width - widthOf(indent));
  const border = process.state === "stopped" ? DOUBLE : process.state === "zombie" || process.state === "reaped" ? DASHED : SOLID;
  const colour = world.touched.pids.includes(process.pid) ? "now" : "dim";
  const side = paint(colour, border[5]);
  const inner = room - 4;
  const rows = [second(process, lang), ...(process.state === "zombie" || process.state === "reaped" ? [] : table(process, world, inner, lang, paint))];
  const body = rows.map((row) => `${rest}${side} ${pad(widthOf(row) > inner ? cut(row, inner) : row, inner)} ${side}`);
  return [
    indent + title(process, room, border, colour, lang, paint),
    ...body,
    rest + paint(colour, border[2] + border[4].repeat(room - 2) + border[3]),
  ];
}

function title(process: Process, room: number, border: Border, colour: "now" | "dim", lang: Lang, paint: Paint): string {
  const chip = ` ${GLYPHS[process.state]} ${stateWords(process, lang)} `;
  const name = cut(` ${process.pid} ${printable(process.name)} `, room - widthOf(chip) - 5);
  const line = border[4].repeat(Math.max(1, room - 4 - widthOf(name) - widthOf(chip)));
  const own = COLOURS[process.state];
  return paint(colour, border[0] + border[4]) + paint("bold", name) + paint(colour, line) + paint(own, chip) + paint(colour, border[4] + border[1]);
}

function stateWords(process: Process, lang: Lang): string {
  const word = STATES[lang][process.state];
  if (process.state !== "zombie" || !process.status) return word;
  return lang === "zh" ? `${word}，${statusWords(process.status, lang)}` : `${word}, ${statusWords(process.status, lang)}`;
}

function second(process: Process, lang: Lang): string {
  const zh = lang === "zh";
  const adopted = process.bornTo !== undefined && process.bornTo !== process.ppid;
  const parts = [adopted ? `ppid ${process.bornTo}→${process.ppid}` : `ppid ${process.ppid}`];
  if (adopted) parts.push(zh ? "被收养" : "adopted");
  if (process.subreaper) parts.push(zh ? "收养孤儿" : "subreaper");
  if (process.sid === process.pid) parts.push(zh ? "会话首进程" : "session leader");
  if (process.threads.length > 0) parts.push(zh ? `${process.threads.length + 1} 个线程` : `${process.threads.length + 1} threads`);
  const { blockedIn } = process;
  if (blockedIn && process.state === "sleeping") parts.push((zh ? "在 " : "in ") + blockedIn.call + waitsFor(blockedIn.on));
  if (process.line !== undefined) parts.push(zh ? `第 ${process.line} 行` : `line ${process.line}`);
  return parts.join(zh ? "，" : ", ");
}

function waitsFor(on: NonNullable<Process["blockedIn"]>["on"]): string {
  if (!on) return "";
  if ("child" in on) return on.child > 0 ? `(${on.child})` : "()";
  return "fd" in on ? `(${on.fd})` : "lock" in on ? `(${on.lock})` : "";
}

function table(process: Process, world: World, inner: number, lang: Lang, paint: Paint): string[] {
  const entries = [...process.fds.values()].filter((entry) => !world.descriptions.get(entry.ofd)?.runtime).sort((a, b) => a.fd - b.fd);
  const standard = entries.filter((entry) => entry.fd <= 2);
  const folded = standard.length === 3 && standard.every((entry) => entry.origin.how === "start" || entry.origin.how === "fork");
  const gone = world.touched.closed.filter((closed) => closed.pid === process.pid && !world.descriptions.get(closed.ofd)?.runtime);
  return [
    ...(folded ? [paint("dim", lang === "zh" ? "0-2 继承而来" : "0-2 inherited")] : []),
    ...entries.filter((entry) => !folded || entry.fd > 2).map((entry) => row(process, entry, world, inner, lang, paint)),
    ...gone.map(({ fd }) => paint("now", `${String(fd).padStart(3)} ${lang === "zh" ? "已关闭" : "closed"}`)),
  ];
}

function row(process: Process, entry: FdEntry, world: World, inner: number, lang: Lang, paint: Paint): string {
  const description = world.descriptions.get(entry.ofd);
  const touched = world.touched.fds.includes(`${process.pid}/${entry.fd}`);
  const shared = (description?.refs ?? 1) > 1;
  const end = `${entry.cloexec ? "⇥ " : ""}─ #${entry.ofd}`;
  const { from } = entry.origin;
  const sent = entry.origin.how === "receive" && from ? (lang === "zh" ? `，在 ${from.pid} 中是 ${from.fd}` : `, ${from.fd} in ${from.pid}`) : "";
  const name = cut(`${String(entry.fd).padStart(3)} ${nameOf(description?.link ?? "?")}${sent}`, inner - widthOf(end) - 1);
  const fill = " ".repeat(Math.max(1, inner - widthOf(name) - widthOf(end)));
  if (touched) return paint("now", name + fill + end);
  return name + fill + (shared ? paint("shared", end) : end);
}

/** A path by its last part; what has no path as /proc names it. */
export function nameOf(link: string): string {
  return printable(link.startsWith("/") ? link.slice(link.lastIndexOf("/") + 1) || "/" : link);
}
