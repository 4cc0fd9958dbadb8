/**
 * "What changed": one line for each thing in the figure that is different after an event.
 *
 * @module
 */
import type { Lang } from "../../../engine/protocol.ts";
import type { World } from "../../../lib/model/world.ts";
import type { Delta } from "../figure/delta.ts";
import type { Memory } from "../figure/memory.ts";
import { grouped } from "./format.ts";
import { nameOf } from "./names.ts";
import { tables } from "./table.ts";

export interface Change { sign: "+" | "−" | "="; text: string }

interface Sentences {
  newFd(fd: number, pid: number, name: string, cloexec: boolean): string;
  closedFd(fd: number, pid: number, name: string): string;
  copied(rows: number, pid: number): string;
  count(name: string, before: number, after: number): string;
  offset(name: string, before: string, after: string): string;
  fill(before: string, after: string): string;
  state(pid: number, before: string | undefined, after: string): string;
  moved(name: string, count: number): string;
}

const sentences: Record<Lang, Sentences> = {
  en: {
    newFd: (fd, pid, name, cloexec) => `fd ${fd} in ${pid}, ${name}${cloexec ? ", close-on-exec set" : ""}`,
    closedFd: (fd, pid, name) => `fd ${fd} in ${pid}, ${name}`,
    copied: (rows, pid) => `${rows} rows copied to ${pid}`,
    count: (name, before, after) => (after === 0 ? `${name}: the last reference is gone` : `count of ${name}: ${before} to ${after}`),
    offset: (name, before, after) => `offset of ${name}: ${before} to ${after}`,
    fill: (before, after) => `bytes in the pipe: ${before} to ${after}`,
    state: (pid, before, after) => (before === undefined ? `process ${pid}, ${after}` : `${pid}: ${before}, then ${after}`),
    moved: (name, count) => `count of ${name} stays ${count}: from the message to the table`,
  },
  zh: {
    newFd: (fd, pid, name, cloexec) => `${pid} 的 fd ${fd}，${name}${cloexec ? "，已设 close-on-exec" : ""}`,
    closedFd: (fd, pid, name) => `${pid} 的 fd ${fd}，${name}`,
    copied: (rows, pid) => `复制 ${rows} 行到 ${pid}`,
    count: (name, before, after) => (after === 0 ? `${name}：最后一个引用消失` : `${name} 的计数：${before} 变为 ${after}`),
    offset: (name, before, after) => `${name} 的偏移量：${before} 变为 ${after}`,
    fill: (before, after) => `管道中的字节：${before} 变为 ${after}`,
    state: (pid, before, after) => (before === undefined ? `进程 ${pid}，${after}` : `${pid}：由${before}变为${after}`),
    moved: (name, count) => `${name} 的计数仍为 ${count}：从消息移到表中`,
  },
};

/** A fork copies whole tables: beyond this many new rows only their number is told. */
const rowsTold = 4;

export function changes(world: World, delta: Delta, memory: Memory, lang: Lang): Change[] {
  const say = sentences[lang];
  const words = tables[lang];
  const name = (ofd: number) => nameOf(memory, ofd, words);
  const result: Change[] = delta.states.filter((each) => each.before === undefined).map((each) => ({ sign: "+", text: say.state(each.pid, undefined, words.states[each.after]) }));
  result.push(...newRows(world, memory, say, name));
  for (const gone of world.touched.closed) {
    if (!memory.hidden(gone.ofd, gone.fd)) result.push({ sign: "−", text: say.closedFd(gone.fd, gone.pid, name(gone.ofd)) });
  }
  for (const each of delta.counts) if (each.before > 0 && memory.get(each.ofd)?.inherited !== true) result.push({ sign: "=", text: say.count(name(each.ofd), each.before, each.after) });
  for (const message of world.touched.delivered) {
    for (const ofd of message.ofds) {
      const refs = world.descriptions.get(ofd)?.refs;
      if (refs !== undefined && !delta.counts.some((each) => each.ofd === ofd)) result.push({ sign: "=", text: say.moved(name(ofd), refs) });
    }
  }
  for (const each of delta.offsets) result.push({ sign: "=", text: say.offset(name(each.ofd), `@${grouped(each.before)}`, `@${grouped(each.after)}`) });
  for (const each of delta.fills) result.push({ sign: "=", text: say.fill(grouped(each.before), grouped(each.after)) });
  for (const each of delta.states) {
    if (each.before !== undefined) result.push({ sign: "=", text: say.state(each.pid, words.states[each.before], words.states[each.after]) });
  }
  return result;
}

function newRows(world: World, memory: Memory, say: Sentences, name: (ofd: number) => string): Change[] {
  return [...world.processes.values()].flatMap((process): Change[] => {
    const rows = [...process.fds.values()].filter((entry) => entry.bornAt === world.n && !memory.hidden(entry.ofd, entry.fd));
    if (rows.length > rowsTold) return [{ sign: "+", text: say.copied(rows.length, process.pid) }];
    return rows.map((entry) => ({ sign: "+", text: say.newFd(entry.fd, process.pid, name(entry.ofd), entry.cloexec) }));
  });
}
