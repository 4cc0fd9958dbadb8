/** A stream as text: who wrote what, who read it, and the bytes as text or in hexadecimal. @module */
import type { Lang } from "../engine/protocol.ts";
import type { Passage, Share, Stream } from "../lib/model/mod.ts";
import { printable } from "./text.ts";

const PER_ROW = 16;
const INDENT = " ".repeat(20);

export interface StreamView {
  lang: Lang;
  hex: boolean;
}

const say = (lang: Lang, zh: string, en: string): string => (lang === "zh" ? zh : en);

/** What a stream is, and who moved how much through it. */
export function streamHead({ inode, type, link, socket, address, peer }: Stream, passages: readonly Passage[], streams: readonly Stream[], lang: Lang): string {
  const mine = passages.filter((one) => one.inode === inode);
  const far = streams.find((one) => one.inode === peer);
  const names = [link, ...(socket === undefined ? (type === "file" ? [] : [type]) : [socket]), ...(address ? [address] : []), ...(far ? [say(lang, `另一端 ${far.link}`, `other end ${far.link}`)] : [])];
  const moved = [amounts(mine, "write", lang), amounts(mine, "read", lang)].filter(Boolean);
  return `# ${names.join(", ")}: ${moved.join("; ") || say(lang, "没有字节经过", "no bytes passed")}`;
}

/** "12 bytes written by 101 (10), 102 (2)". */
function amounts(passages: readonly Passage[], what: Passage["what"], lang: Lang): string {
  const by = new Map<number, number>();
  for (const one of passages) if (one.what === what) by.set(one.pid, (by.get(one.pid) ?? 0) + one.bytes);
  if (by.size === 0) return "";
  const sum = [...by.values()].reduce((a, b) => a + b, 0);
  const who = [...by].map(([pid, bytes]) => (by.size === 1 ? String(pid) : `${pid} (${bytes})`)).join(", ");
  if (what === "write") return say(lang, `${who} 写入 ${sum} 字节`, `${counted(sum)} written by ${who}`);
  return say(lang, `${who} 读出 ${sum} 字节`, `${counted(sum)} read by ${who}`);
}

/** One call: its event, who, what, with whom; below it the bytes. */
export function passageLines(passage: Passage, view: StreamView): string[] {
  const { n, pid, fd, call, bytes, what } = passage;
  const { lang } = view;
  const done = what === "write" ? say(lang, `写 ${bytes} 字节`, `writes ${counted(bytes)}`) : say(lang, `读 ${bytes} 字节`, `reads ${counted(bytes)}`);
  const head = `${String(n).padStart(5)} ${String(pid).padStart(7)}  fd ${fd}: ${done} (${call})${partners(passage, lang)}${carriedWords(passage, lang)}`;
  return [head, ...content(passage, view).map((line) => `${INDENT}${line}`)];
}

function partners({ what, shares, bytes }: Passage, lang: Lang): string {
  const known = merged(shares);
  const sum = shares.reduce((total, one) => total + one.bytes, 0);
  const part = (one: Share): string => (known.length === 1 && one.bytes === bytes ? `${one.pid} [${one.n}]` : `${one.pid} [${one.n}] ${one.bytes}`);
  if (known.length === 0) return what === "write" ? "" : say(lang, "，写者未见", ", of a writer not seen");
  const list = known.map(part).join(", ");
  const rest = sum < bytes ? say(lang, `，其余 ${bytes - sum} 字节未见另一方`, `, ${counted(bytes - sum)} not seen on the other side`) : "";
  return (what === "write" ? say(lang, ` → ${list} 读`, ` → read by ${list}`) : say(lang, ` ← ${list} 写`, ` ← written by ${list}`)) + rest;
}

/** The same call may have given its bytes to one read in two pieces. */
function merged(shares: readonly Share[]): Share[] {
  const found = new Map<number, Share>();
  for (const one of shares) found.set(one.n, { ...one, bytes: one.bytes + (found.get(one.n)?.bytes ?? 0) });
  return [...found.values()];
}

function carriedWords({ carried, what }: Passage, lang: Lang): string {
  if (carried === undefined) return "";
  const list = carried.map(({ fd, link }) => `${fd} (${link})`).join(", ");
  return what === "write" ? say(lang, `，附带描述符 ${list}`, `, carrying the descriptors ${list}`) : say(lang, `，得到描述符 ${list}`, `, with the descriptors ${list}`);
}

function content({ data, preview, unseen, bytes }: Passage, { lang, hex }: StreamView): string[] {
  if (unseen) return [say(lang, "（在内核中移动，字节不可见）", "(moved inside the kernel: its bytes were not seen)")];
  if (data === undefined) {
    if (preview === undefined) return bytes === 0 ? [] : [say(lang, "（字节未记录）", "(its bytes were not recorded)")];
    return [`"${preview}"${say(lang, "……（只记录了开头）", " ... (only its beginning was recorded)")}`];
  }
  const lines = hex ? hexLines(data) : textLines(data);
  return data.length < bytes ? [...lines, say(lang, `（其余 ${bytes - data.length} 字节超过上限）`, `(${counted(bytes - data.length)} more, beyond the limit)`)] : lines;
}

function bytesOf(data: string): Uint8Array {
  return Uint8Array.from(data, (character) => character.charCodeAt(0));
}

/** As UTF-8, a line each; what is none of it shows as the replacement character. */
function textLines(data: string): string[] {
  const lines = new TextDecoder().decode(bytesOf(data)).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => `| ${printable(line)}`);
}

/** "00000000  68 65 6c 6c 6f 0a  |hello.|". */
function hexLines(data: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += PER_ROW) {
    const row = data.slice(at, at + PER_ROW);
    const codes = Array.from(row, (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join(" ");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${codes.padEnd(3 * PER_ROW - 1)}  |${row.replace(/[^ -~]/g, ".")}|`);
  }
  return lines;
}

function counted(bytes: number): string {
  return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
}
