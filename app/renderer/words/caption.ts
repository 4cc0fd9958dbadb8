/**
 * The sentence above the figure: what an event did, from the event and the world after it.
 *
 * @module
 */
import type { Lang } from "../../../engine/protocol.ts";
import type { CallEvent, Event, FdFacts, Op, WaitStatus } from "../../../lib/model/event.ts";
import type { Process, World } from "../../../lib/model/world.ts";
import type { Memory } from "../figure/memory.ts";
import { baseName, flagNames, grouped } from "./format.ts";
import { descriptionName } from "./names.ts";
import type { Disposition, FdWords, Phrases, Said } from "./phrases.ts";
import { phrasesEn } from "./phrases_en.ts";
import { phrasesZh } from "./phrases_zh.ts";
import { isIgnoredByDefault, signalName } from "../../../lib/model/signals.ts";
import { tables } from "./table.ts";

export const phrases: Record<Lang, Phrases> = { en: phrasesEn, zh: phrasesZh };

/** Where names come from: the world after the event, and the memory of what is gone. */
export interface Scene {
  world: World;
  memory: Memory;
  lang: Lang;
}

export function caption(event: Event, scene: Scene): Said {
  const [lead, rest] = said(event, scene);
  return scene.lang === "zh" ? [closeUp(lead), closeUp(rest)] : [lead, rest];
}

/** Spaces stand between Chinese and Latin, not between two Chinese words. */
function closeUp(text: string): string {
  return text.replace(/([\u3001-\u9fff\uff00-\uffef]) +(?=[\u3001-\u9fff\uff00-\uffef])/g, "$1");
}

function said(event: Event, scene: Scene): Said {
  const say = phrases[scene.lang];
  const { pid } = event;
  switch (event.kind) {
    case "start": return say.start(event.snapshot.processes.length);
    case "fork": return event.thread ? say.thread(pid, event.child) : say.fork(pid, event.child, rowsCopied(event.child, scene), event.how);
    case "exec": return say.exec(pid, event.name, closedBy(event, scene));
    case "block": return blockWords(event, scene, say);
    case "signal": return say.signal(pid, signalName(event.signal), event.from, dispositionOf(pid, event.signal, scene.world));
    case "stop": return say.stop(pid, signalName(event.signal));
    case "continue": return say.continues(pid);
    case "exit": return exitWords(event.pid, event.status, event.thread === true, scene, say);
    case "reap": return say.reap(pid, event.by);
    case "adopt": return say.adopt(pid, event.ppid, processOf(pid, scene.world)?.bornTo);
    case "fact": return ["", ""];
    case "lost": return say.lost(event.count, event.why);
    case "end": return event.status ? say.end(event.status.kind === "exited" ? event.status.code : undefined, event.status.kind === "signaled" ? signalName(event.status.signal) : undefined) : say.left();
    case "call": return callWords(event, scene, say);
  }
}

export function processOf(pid: number, world: World): Process | undefined {
  const key = world.byPid.get(pid);
  const known = key === undefined ? undefined : world.processes.get(key);
  return known ?? [...world.processes.values()].find((process) => process.pid === pid);
}

/** A row as it is now or, when this event closed it, as it was. */
export function fdWords(pid: number, fd: number, { world, memory, lang }: Scene): FdWords {
  const open = processOf(pid, world)?.fds.get(fd)?.ofd;
  const ofd = open ?? world.touched.closed.find((gone) => gone.pid === pid && gone.fd === fd)?.ofd;
  return { fd, name: ofd === undefined ? `fd ${fd}` : descriptionName(memory.get(ofd), tables[lang]) };
}

export function statusWords(status: WaitStatus, say: Phrases): string {
  switch (status.kind) {
    case "exited": return say.status.exited(status.code);
    case "signaled": return say.status.signaled(signalName(status.signal));
    case "stopped": return say.status.stopped(signalName(status.signal));
    case "continued": return say.status.continued;
  }
}

function rowsCopied(child: number, { world, memory }: Scene): number {
  const rows = [...(processOf(child, world)?.fds.values() ?? [])];
  return rows.filter((entry) => !memory.hidden(entry.ofd, entry.fd)).length;
}

function closedBy(event: Event, { world, memory }: Scene): number[] {
  return world.touched.closed.filter((gone) => gone.pid === event.pid && !memory.hidden(gone.ofd, gone.fd)).map((gone) => gone.fd);
}

function blockWords(event: Event & { kind: "block" }, scene: Scene, say: Phrases): Said {
  if (!event.on) return say.block(event.pid, event.call);
  if ("child" in event.on) return say.blockOnChild(event.pid, event.call, event.on.child);
  const fd = "fd" in event.on ? event.on.fd : "lock" in event.on ? event.on.lock : undefined;
  return fd === undefined ? say.block(event.pid, event.call) : say.blockOnFd(event.pid, event.call, fdWords(event.pid, fd, scene));
}

function dispositionOf(pid: number, signal: number, world: World): Disposition {
  const sets = processOf(pid, world)?.signals;
  if (!sets) return "unknown";
  return sets.caught.includes(signal) ? "handler" : sets.ignored.includes(signal) ? "ignore" : isIgnoredByDefault(signal) ? "nothing" : "default";
}

function exitWords(pid: number, status: WaitStatus, thread: boolean, { world }: Scene, say: Phrases): Said {
  if (thread) return say.threadExit(pid);
  const process = processOf(pid, world);
  const parent = process?.ppid ?? 0;
  if (status.kind === "signaled") return say.killed(pid, signalName(status.signal), status.core, parent);
  return say.exit(pid, status.kind === "exited" ? status.code : 0, parent, process?.state === "zombie");
}

function callWords(event: CallEvent, scene: Scene, say: Phrases): Said {
  if (event.errno !== undefined) return say.failed(event.pid, event.call, event.errno);
  return event.op ? opWords(event, event.op, scene, say) : say.plainCall(event.pid, event.call, event.ret);
}

function opWords({ pid }: CallEvent, op: Op, scene: Scene, say: Phrases): Said {
  const fd = (n: number) => fdWords(pid, n, scene);
  switch (op.op) {
    case "open": return openWords(pid, op.file, fd(op.file.fd), say);
    case "pair": return op.a.type === "socket" ? say.socketpair(pid, fd(op.a.fd), fd(op.b.fd)) : say.pipe(pid, op.a.fd, op.b.fd);
    case "accept": return say.accept(pid, fd(op.file.fd), fd(op.listener));
    case "dup": return say.dup(pid, op.from, fd(op.to), countOf(pid, op.to, scene.world));
    case "close": return say.close(pid, fd(op.fd), leftAfterClose(pid, op.fd, scene.world));
    case "unshare": return say.unshare(pid);
    case "close_range": return say.closeRange(pid, op.first, op.last, op.cloexec);
    case "cloexec": return say.cloexec(pid, fd(op.fd), op.on);
    case "flags": return say.flags(pid, fd(op.fd), flagNames(op.flags).join(" "));
    case "read": return op.bytes === 0 ? say.readEnd(pid, fd(op.fd)) : say.read(pid, op.bytes, fd(op.fd), offsetText(op.pos), sharers(pid, op.fd, scene.world));
    case "write": return say.write(pid, op.bytes, fd(op.fd), offsetText(op.pos), sharers(pid, op.fd, scene.world));
    case "seek": return say.seek(pid, fd(op.fd), `@${grouped(op.pos)}`);
    case "send": return op.fds.length > 0 ? say.sendFds(pid, op.fds.map(fd)) : say.send(pid, op.bytes, fd(op.fd));
    case "receive": return receiveWords(pid, op, scene, say);
    case "bind": return say.bind(pid, fd(op.fd), op.address);
    case "listen": return say.listen(pid, fd(op.fd));
    case "connect": return say.connect(pid, fd(op.fd), op.address);
    case "wait": return waitWords(pid, op, say);
    case "sigaction": return say.sigaction(pid, signalName(op.signal), op.disposition);
    case "sigmask": return say.sigmask(pid, op.blocked.map(signalName));
    case "kill": return say.kill(pid, op.target, signalName(op.signal));
    case "setpgid": return say.setpgid(pid, op.pid, op.pgid);
    case "setsid": return say.setsid(pid);
    case "chdir": return say.chdir(pid, op.cwd);
    case "name": return say.name(pid, op.name);
    case "subreaper": return say.subreaper(pid, op.on);
  }
}

function openWords(pid: number, file: FdFacts, what: FdWords, say: Phrases): Said {
  return file.type === "socket" ? say.socket(pid, what) : say.open(pid, { fd: what.fd, name: file.type === "anon" ? what.name : baseName(file.link) });
}

function receiveWords(pid: number, op: Op & { op: "receive" }, scene: Scene, say: Phrases): Said {
  const fd = (n: number) => fdWords(pid, n, scene);
  const [first] = op.fds;
  if (op.truncated) return say.truncated(pid);
  if (!first) return op.bytes === 0 ? say.receiveEnd(pid, fd(op.fd)) : say.receive(pid, op.bytes, fd(op.fd));
  if (op.fds.length > 1) return say.receiveFds(pid, op.fds.map((file) => fd(file.fd)));
  return say.receiveFd(pid, fd(first.fd), senderOf(pid, first.fd, scene.world));
}

/** Whose number the received descriptor had on the other side. */
export function senderOf(pid: number, fd: number, world: World): { pid: number; fd: number } | undefined {
  const origin = processOf(pid, world)?.fds.get(fd)?.origin;
  return origin?.how === "receive" ? origin.from : undefined;
}

function waitWords(pid: number, op: Op & { op: "wait" }, say: Phrases): Said {
  if (op.child === 0) return say.waitNothing(pid);
  const { status } = op;
  const text = status ? statusWords(status, say) : "";
  if (op.kept) return say.waitKept(pid, op.child, text);
  const ended = !status || status.kind === "exited" || status.kind === "signaled";
  return ended ? say.wait(pid, op.child, text) : say.waitOther(pid, op.child, text);
}

function countOf(pid: number, fd: number, world: World): number {
  const ofd = processOf(pid, world)?.fds.get(fd)?.ofd;
  return ofd === undefined ? 0 : world.descriptions.get(ofd)?.refs ?? 0;
}

function leftAfterClose(pid: number, fd: number, world: World): number {
  const gone = world.touched.closed.find((each) => each.pid === pid && each.fd === fd);
  return gone === undefined ? 0 : world.descriptions.get(gone.ofd)?.refs ?? 0;
}

function sharers(pid: number, fd: number, world: World): number[] {
  const ofd = processOf(pid, world)?.fds.get(fd)?.ofd;
  const others = [...world.processes.values()].filter((other) => other.pid !== pid && [...other.fds.values()].some((entry) => entry.ofd === ofd));
  return others.map((other) => other.pid);
}

function offsetText(pos: number | undefined): string | undefined {
  return pos === undefined ? undefined : `@${grouped(pos)}`;
}
