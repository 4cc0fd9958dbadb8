/**
 * The right half of the text figure: open file descriptions under their inodes, and messages in flight. Pure.
 *
 * @module
 */
import type { Lang } from "../engine/protocol.ts";
import type { Description, Inode, World } from "../lib/model/world.ts";
import { cut, type Paint, printable, widthOf } from "./text.ts";

const PIPE_SLOTS = 16;
const SLOT = 4096;
const ACCESS = ["O_RDONLY", "O_WRONLY", "O_RDWR"];
const O_APPEND = 0o2000;
const O_NONBLOCK = 0o4000;
const O_PATH = 0o10000000;

/** A block of lines per inode: its name, and each description of it with count, flags and offset. */
export function describe(world: World, width: number, lang: Lang, paint: Paint): string[] {
  const shown = [...world.descriptions.values()].filter((one) => !one.runtime && !isInheritedStandard(one, world)).sort((a, b) => a.id - b.id);
  const keys = [...new Set(shown.map((one) => one.inode))];
  const blocks = keys.flatMap((key) => [
    inodeLine(key, world, width, lang, paint),
    ...shown.filter((one) => one.inode === key).map((one) => descriptionLine(one, world, width, lang, paint)),
  ]);
  return [...blocks, ...world.messages.map((message) => paint(world.touched.messages.includes(message.id) ? "now" : "bold", cut(messageLine(message, lang), width)))];
}

/** What is behind 0, 1 and 2 alone, and was there from the start, stays folded with them. */
function isInheritedStandard(one: Description, world: World): boolean {
  if (one.bornAt > 0) return false;
  for (const process of world.processes.values()) {
    for (const entry of process.fds.values()) if (entry.ofd === one.id && entry.fd > 2) return false;
  }
  return one.inFlight === 0;
}

function inodeLine(key: string, world: World, width: number, lang: Lang, paint: Paint): string {
  const inode = world.inodes.get(key);
  const text = cut(inode ? inodeText(inode, world, lang) : key, width);
  return paint(world.touched.inodes.includes(key) ? "now" : "bold", text);
}

function inodeText(inode: Inode, world: World, lang: Lang): string {
  const name = printable(inode.address ?? inode.link);
  switch (inode.type) {
    case "file": return inode.size === undefined ? name : `${name}  ${grouped(inode.size)} B`;
    case "pipe": case "fifo": return `${name}  ${slots(inode.fill ?? 0)} ${grouped(inode.fill ?? 0)} B`;
    case "socket": {
      const peer = inode.peer === undefined ? undefined : world.inodes.get(inode.peer)?.link;
      const queued = inode.queued ? `  ${grouped(inode.queued)} B ${lang === "zh" ? "待收" : "queued"}` : "";
      return `${name}${peer ? ` ⇄ ${peer}` : ""}${inode.listening ? (lang === "zh" ? "  监听" : "  listening") : ""}${queued}`;
    }
    default: return name;
  }
}

function slots(fill: number): string {
  const full = Math.min(PIPE_SLOTS, Math.ceil(fill / SLOT));
  return "▮".repeat(full) + "▯".repeat(PIPE_SLOTS - full);
}

function descriptionLine(one: Description, world: World, width: number, lang: Lang, paint: Paint): string {
  const file = world.inodes.get(one.inode)?.type === "file";
  const offset = file && one.pos !== undefined ? `  @${grouped(one.pos)}` : "";
  const flight = one.inFlight > 0 ? `  ✉${one.inFlight}${lang === "zh" ? " 在途" : " in flight"}` : "";
  const text = `  #${one.id}  ${flagText(one.flags)}${offset}`;
  const count = `  ×${one.refs}${flight}`;
  const colour = world.touched.ofds.includes(one.id) ? "now" : undefined;
  const cutText = cut(text, width - widthOf(count));
  if (colour) return paint(colour, cutText + count);
  return cutText + (one.refs > 1 ? paint("shared", count) : count);
}

function messageLine(message: World["messages"][number], lang: Lang): string {
  const load = [
    ...(message.bytes > 0 ? [lang === "zh" ? `${message.bytes} 字节` : `${message.bytes} ${message.bytes === 1 ? "byte" : "bytes"}`] : []),
    ...(message.ofds.length > 0 ? [message.ofds.map((id) => `#${id}`).join(" ")] : []),
  ].join(" + ");
  return lang === "zh" ? `✉ ${load}，由 ${message.sender.pid} 发出，尚未收到` : `✉ ${load}, sent by ${message.sender.pid}, not yet received`;
}

function flagText(flags: number): string {
  const names = [(flags & O_PATH) !== 0 ? "O_PATH" : (ACCESS[flags & 3] ?? "?")];
  if (flags & O_APPEND) names.push("O_APPEND");
  if (flags & O_NONBLOCK) names.push("O_NONBLOCK");
  return names.join("|");
}

/** 20480 as "20 480". */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}
