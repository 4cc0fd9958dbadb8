/** Why a process sleeps, in words. @module */
import type { Holder } from "./describe.ts";
import { signalName } from "./signals.ts";
import type { Cause, Why } from "./why.ts";

export type Language = "en" | "zh";

/** One sentence on what it waits for and on whom; then one on a deadlock, if there is one; then a sentence for each process it waits for. */
export function whyLines(why: Why, lang: Language): string[] {
  const lines = [sentence(why, lang)];
  if (why.deadlock) lines.push(deadlockLine(why, lang));
  for (const one of why.chain) lines.push(sentence(one, lang));
  return lines;
}

function sentence(why: Why, lang: Language): string {
  const call = why.call ?? "";
  const say = (en: string, zh: string): string => (lang === "zh" ? `${why.pid} ${zh}` : `${why.pid} ${en}`);
  const { cause } = why;
  switch (cause.kind) {
    case "data": return say(`waits in ${call}(fd ${cause.fd}) on ${cause.link}, which is empty; ${endsOpen(cause.ends, why.pid, "write", lang)}.`, `在 ${call}（描述符 ${cause.fd}）中等待，${cause.link} 里没有数据；${endsOpen(cause.ends, why.pid, "write", lang)}。`);
    case "room": return say(`waits in ${call}(fd ${cause.fd}) on ${cause.link}, which is full; ${endsOpen(cause.ends, why.pid, "read", lang)}.`, `在 ${call}（描述符 ${cause.fd}）中等待，${cause.link} 已满；${endsOpen(cause.ends, why.pid, "read", lang)}。`);
    case "connection": return say(`waits in ${call}(fd ${cause.fd}) for somebody to connect${cause.address ? ` to ${cause.address}` : ""}.`, `在 ${call}（描述符 ${cause.fd}）中等待${cause.address ? `有人连接 ${cause.address}` : "连接"}。`);
    case "outside": return say(`waits in ${call}(fd ${cause.fd}) on ${cause.link}: something outside the tree must happen.`, `在 ${call}（描述符 ${cause.fd}）中等待 ${cause.link}：要等树外的事件。`);
    case "child": return say(childWords(cause, call), childWordsZh(cause, call));
    case "lock": return say(`waits in ${call}(fd ${cause.fd}) for a lock on ${cause.link}${cause.holders.length > 0 ? ` that ${list(cause.holders, lang)} holds` : ""}.`, `在 ${call}（描述符 ${cause.fd}）中等待 ${cause.link} 上的锁${cause.holders.length > 0 ? `，持有者是 ${list(cause.holders, lang)}` : ""}。`);
    case "futex": return say(`waits in ${call} on a word of memory${cause.others.length > 0 ? `, as ${list(cause.others, lang)} do` : ""}: a thread that holds the lock or is to signal must wake it.`, `在 ${call} 中等待一个内存字${cause.others.length > 0 ? `，${list(cause.others, lang)} 也在等` : ""}：要由持锁或负责通知的线程唤醒。`);
    case "ipc": return say(`waits in ${call} on ${cause.what === "sem" ? "semaphore set" : "message queue"} ${cause.id}${cause.others.length > 0 ? `, as ${list(cause.others, lang)} do` : ""}.`, `在 ${call} 中等待${cause.what === "sem" ? "信号量集" : "消息队列"} ${cause.id}${cause.others.length > 0 ? `，${list(cause.others, lang)} 也在等` : ""}。`);
    case "signal": return say(signalWords(cause, call), signalWordsZh(cause, call));
    case "ready": return say(readyWords(cause, call, why.pid), readyWordsZh(cause, call, why.pid));
    case "time": return say(`sleeps in ${call} until its time has come.`, `在 ${call} 中睡眠，直到时间到。`);
    case "stopped": return say(`is stopped${cause.signal === undefined ? "" : ` by ${signalName(cause.signal)}`} until somebody sends SIGCONT.`, `已被${cause.signal === undefined ? "" : ` ${signalName(cause.signal)} `}停止，直到有人发送 SIGCONT。`);
    case "unknown": return say(`sleeps in ${call || "a call"}; on what was not seen.`, `在 ${call || "某个调用"} 中睡眠；没有看到它在等什么。`);
  }
}

/** Who holds an end, and from where they have it. */
function endsOpen(ends: readonly Holder[], self: number, end: "read" | "write", lang: Language): string {
  const zh = lang === "zh";
  if (ends.length === 0) return zh ? `没有人持有${end === "write" ? "写" : "读"}端` : `nobody holds its ${end} end`;
  const parts = ends.map(({ process, entry }) => {
    const who = process.pid === self ? (zh ? `${process.pid} 自己` : `${process.pid} itself`) : String(process.pid);
    return zh ? `${who}（描述符 ${entry.fd}${originZh(entry)}）` : `${who} (fd ${entry.fd}${originEn(entry)})`;
  });
  const shown = parts.length > 6 ? [...parts.slice(0, 5), zh ? `另外 ${parts.length - 5} 个` : `${parts.length - 5} more`] : parts;
  return zh ? `${end === "write" ? "写" : "读"}端仍打开于 ${shown.join("、")}` : `its ${end} end is still open in ${joined(shown)}`;
}

function originEn({ origin, bornAt, cloexec }: Holder["entry"]): string {
  const mark = cloexec ? "" : ", not close-on-exec";
  switch (origin.how) {
    case "fork": return `, inherited${origin.from ? ` from ${origin.from.pid}` : ""} at event ${bornAt}${mark}`;
    case "dup": return `, a copy of fd ${origin.from?.fd} since event ${bornAt}${mark}`;
    case "receive": return `, received${origin.from ? ` from ${origin.from.pid}` : ""} at event ${bornAt}${mark}`;
    case "open": return `, opened at event ${bornAt}${mark}`;
    case "start": return `, there from the start${mark}`;
  }
}

function originZh({ origin, bornAt, cloexec }: Holder["entry"]): string {
  const mark = cloexec ? "" : "，exec 后保留";
  switch (origin.how) {
    case "fork": return `，事件 ${bornAt} 时${origin.from ? `从 ${origin.from.pid} ` : ""}继承${mark}`;
    case "dup": return `，事件 ${bornAt} 时由描述符 ${origin.from?.fd} 复制${mark}`;
    case "receive": return `，事件 ${bornAt} 时${origin.from ? `从 ${origin.from.pid} ` : ""}收到${mark}`;
    case "open": return `，事件 ${bornAt} 时打开${mark}`;
    case "start": return `，记录开始时已在${mark}`;
  }
}

type Of<K extends Cause["kind"]> = Extract<Cause, { kind: K }>;

function childWords({ child, living }: Of<"child">, call: string): string {
  if (child !== undefined) return `waits in ${call} for its child ${child} to end${living.includes(child) ? "" : ", which is not there"}.`;
  if (living.length === 0) return `waits in ${call} for a child, and has none that lives.`;
  return `waits in ${call} for a child to end; ${living.length === 1 ? `its child ${living[0]} lives` : `its children ${joined(living.map(String))} live`}.`;
}

function childWordsZh({ child, living }: Of<"child">, call: string): string {
  if (child !== undefined) return `在 ${call} 中等待子进程 ${child} 结束${living.includes(child) ? "" : "，但它已不在"}。`;
  if (living.length === 0) return `在 ${call} 中等待子进程，但没有存活的子进程。`;
  return `在 ${call} 中等待任一子进程结束；存活的有 ${living.join("、")}。`;
}

function signalWords({ signals, blocked }: Of<"signal">, call: string): string {
  const what = signals.length > 0 ? joined(signals.map(signalName), "or") : "a signal";
  const but = blocked.length === 0 ? "" : `; ${joined(blocked.map(signalName))} ${blocked.length === 1 ? "is" : "are"} pending, but blocked`;
  return `waits in ${call} for ${what}${but}.`;
}

function signalWordsZh({ signals, blocked }: Of<"signal">, call: string): string {
  const but = blocked.length === 0 ? "" : `；${blocked.map(signalName).join("、")} 已挂起，但被阻塞`;
  return `在 ${call} 中等待${signals.length > 0 ? signals.map(signalName).join(" 或 ") : "信号"}${but}。`;
}

function readyWords({ fds, causes, timed }: Of<"ready">, call: string, self: number): string {
  const known = causes.flatMap((cause) => ("ends" in cause ? [`fd ${cause.fd} (${cause.link}): ${endsOpen(cause.ends, self, "write", "en")}`] : []));
  return `waits in ${call} until one of ${fds.length > 0 ? `fd ${fds.join(", ")}` : "its descriptors"} is ready${timed ? " or its time has come" : ""}${known.length > 0 ? `; ${known.slice(0, 3).join("; ")}` : ""}.`;
}

function readyWordsZh({ fds, causes, timed }: Of<"ready">, call: string, self: number): string {
  const known = causes.flatMap((cause) => ("ends" in cause ? [`描述符 ${cause.fd}（${cause.link}）：${endsOpen(cause.ends, self, "write", "zh")}`] : []));
  return `在 ${call} 中等待${fds.length > 0 ? `描述符 ${fds.join("、")} 之一` : "某个描述符"}就绪${timed ? "或时间到" : ""}${known.length > 0 ? `；${known.slice(0, 3).join("；")}` : ""}。`;
}

function deadlockLine({ deadlock = [], pid }: Why, lang: Language): string {
  const others = deadlock.filter((one) => one !== pid);
  if (others.length === 0) return lang === "zh" ? `只有 ${pid} 自己能唤醒自己：它将永远等下去。` : `Nobody but ${pid} itself could end this: it waits for ever.`;
  const ring = [pid, ...others];
  return lang === "zh" ? `${ring.join("、")} 互相等待：死锁，谁也不会继续。` : `${joined(ring.map(String))} wait for one another alone: a deadlock, none of them will go on.`;
}

function list(pids: readonly number[], lang: Language): string {
  return lang === "zh" ? pids.join("、") : joined(pids.map(String));
}

function joined(parts: readonly string[], word = "and"): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${word} ${parts.at(-1)}`;
}
