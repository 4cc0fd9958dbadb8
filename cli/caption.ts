/**
 * One sentence about an event: what happened, in the reader's language.
 *
 * @module
 */
import type { Lang } from "../engine/protocol.ts";
import type { CallEvent, Event, Op, WaitsOn, WaitStatus } from "../lib/model/event.ts";
import { signalName } from "../lib/model/signals.ts";

/** Picks the sentence of the language. */
const say = (lang: Lang, zh: string, en: string): string => (lang === "zh" ? zh : en);

/** The event as a sentence, without its number. */
export function caption(event: Event, lang: Lang): string {
  const pid = event.pid;
  switch (event.kind) {
    case "start": return say(lang, `记录开始，已有 ${event.snapshot.processes.length} 个进程。`, `The recording begins with ${counted(event.snapshot.processes.length, "process", "processes")}.`);
    case "fork": return event.thread
      ? say(lang, `${pid} 新建线程 ${event.child}。`, `${pid} started the thread ${event.child}.`)
      : say(lang, `${pid} 创建子进程 ${event.child}。`, `${pid} created the child ${event.child}.`);
    case "exec": return say(lang, `${pid} 换上新的程序映像 ${event.name}${event.bits ? "（32 位程序，看不到它的系统调用）" : ""}。`, `${pid} became ${event.name}: a new program in the same process${event.bits ? ", a 32-bit one, whose calls are not seen" : ""}.`);
    case "block": return say(lang, `${pid} 睡眠，等待 ${event.call}${on(event.on, lang)}。`, `${pid} sleeps in ${event.call}${on(event.on, lang)}.`);
    case "signal": return say(lang, `${pid} 收到 ${signalName(event.signal)}${event.from ? `，来自 ${event.from}` : ""}。`, `${pid} gets ${signalName(event.signal)}${event.from ? ` from ${event.from}` : ""}.`);
    case "stop": return say(lang, `${pid} 因 ${signalName(event.signal)} 停止。`, `${pid} is stopped by ${signalName(event.signal)}.`);
    case "continue": return say(lang, `${pid} 继续运行。`, `${pid} goes on.`);
    case "exit": return event.thread
      ? say(lang, `${pid} 的线程 ${event.tid} 结束。`, `The thread ${event.tid} of ${pid} ended.`)
      : say(lang, `${pid} ${statusWords(event.status, lang)}，尚未被等待：僵尸。`, `${pid} ${statusWords(event.status, lang)}; nobody has waited for it: a zombie.`);
    case "reap": return say(lang, `${pid} 离开进程表。`, `${pid} left the process table${event.by === "outside" ? ", waited for from outside" : ""}.`);
    case "adopt": return say(lang, `${pid} 的父进程已死，由 ${event.ppid} 收养。`, `${pid} lost its parent and was adopted by ${event.ppid}.`);
    case "fact": return say(lang, `${pid} 报告 ${event.name}：${JSON.stringify(event.value)}`, `${pid} reports ${event.name}: ${JSON.stringify(event.value)}`);
    case "lost": return say(lang, `丢失 ${event.count} 个事件：${event.why}`, `${counted(event.count, "event", "events")} lost: ${event.why}.`);
    case "end": return event.status === undefined ? say(lang, "跟踪器离开，进程继续运行。", "The tracer left; the processes go on.") : say(lang, `运行结束：${statusWords(event.status, lang)}。`, `The run is over: ${statusWords(event.status, lang)}.`);
    case "call": return callWords(event, lang);
  }
}

/** How a process ended or changed state. */
export function statusWords(status: WaitStatus, lang: Lang): string {
  switch (status.kind) {
    case "exited": return say(lang, `以状态 ${status.code} 退出`, `exited with status ${status.code}`);
    case "signaled": return say(lang, `被 ${signalName(status.signal)} 杀死${status.core ? "，留下核心转储" : ""}`, `was killed by ${signalName(status.signal)}${status.core ? ", core dumped" : ""}`);
    case "stopped": return say(lang, `因 ${signalName(status.signal)} 停止`, `was stopped by ${signalName(status.signal)}`);
    case "continued": return say(lang, "继续运行", "was continued");
  }
}

function callWords(event: CallEvent, lang: Lang): string {
  const { pid, call } = event;
  if (event.unreturned) return unreturnedWords(pid, call, event.unreturned, lang);
  if (event.errno) return say(lang, `${pid} 的 ${call} 失败：${event.errno}。`, `${pid}: ${call} failed with ${event.errno}.`);
  const words = event.op && opWords(pid, event.op, event.ret, lang);
  if (words) return words;
  if (isBirth(call) && event.ret === 0) return say(lang, `${call} 在子进程 ${pid} 中返回 0。`, `${call} returned 0 in the child ${pid}.`);
  return say(lang, `${pid} 的 ${call} 返回 ${event.ret}。`, `${pid}: ${call} returned ${event.ret}.`);
}

function unreturnedWords(pid: number, call: string, why: NonNullable<CallEvent["unreturned"]>, lang: Lang): string {
  switch (why) {
    case "exits": return say(lang, `${pid} 调用 ${call}，不会返回。`, `${pid} called ${call}, which does not return.`);
    case "cut": return say(lang, `${pid} 在 ${call} 中结束，没有返回。`, `${pid} ended within ${call}.`);
    case "restarts": return say(lang, `${pid} 的 ${call} 被信号打断，内核将重新开始它。`, `${pid}: ${call} was interrupted by a signal; the kernel starts it again.`);
  }
}

function opWords(pid: number, op: Op, ret: number, lang: Lang): string {
  switch (op.op) {
    case "open": return say(lang, `${pid} 打开 ${op.file.link}，得到 ${op.file.fd}。`, `${pid} opened ${op.file.link} as ${op.file.fd}.`);
    case "pair": return say(lang, `${pid} 得到一对描述符 ${op.a.fd} 与 ${op.b.fd}。`, `${pid} got a pair, ${op.a.fd} and ${op.b.fd}.`);
    case "accept": return say(lang, `${pid} 接受连接，得到 ${op.file.fd}。`, `${pid} accepted a connection as ${op.file.fd}.`);
    case "dup": return say(lang, `${pid} 的 ${op.to} 现在与 ${op.from} 指向同一打开文件描述。`, `${pid}: ${op.to} now refers to the description of ${op.from}.`);
    case "close": return say(lang, `${pid} 关闭 ${op.fd}。`, `${pid} closed ${op.fd}.`);
    case "close_range": return say(lang, `${pid} ${op.cloexec ? "标记" : "关闭"} ${op.first} 到 ${op.last}。`, `${pid} ${op.cloexec ? "marked" : "closed"} ${op.first} to ${op.last}.`);
    case "unshare": return say(lang, `${pid} 的描述符表不再与别的进程共享。`, `${pid} shares its descriptor table no more.`);
    case "cloexec": return say(lang, `${pid} 的 ${op.fd} ${op.on ? "将在 exec 时关闭" : "在 exec 后保留"}。`, `${pid}: ${op.fd} ${op.on ? "closes" : "stays open"} on exec.`);
    case "flags": return say(lang, `${pid} 改变 ${op.fd} 背后的打开文件描述的状态标志。`, `${pid} changed the status flags of the description behind ${op.fd}.`);
    case "read": return op.bytes === 0
      ? say(lang, `${pid} 在 ${op.fd} 上读到末尾。`, `${pid} read the end of ${op.fd}.`)
      : say(lang, `${pid} 从 ${op.fd} 读了 ${op.bytes} 字节。`, `${pid} read ${counted(op.bytes, "byte", "bytes")} from ${op.fd}.`);
    case "write": return say(lang, `${pid} 向 ${op.fd} 写了 ${op.bytes} 字节。`, `${pid} wrote ${counted(op.bytes, "byte", "bytes")} to ${op.fd}.`);
    case "seek": return say(lang, `${pid} 的 ${op.fd} 现在位于偏移 ${op.pos}。`, `${pid}: ${op.fd} stands at offset ${op.pos}.`);
    case "send": return say(lang, `${pid} 经 ${op.fd} 发出 ${op.bytes} 字节${op.fds.length > 0 ? `和描述符 ${op.fds.join("、")}` : ""}。`, `${pid} sent ${counted(op.bytes, "byte", "bytes")}${op.fds.length > 0 ? ` and the ${op.fds.length > 1 ? "descriptors" : "descriptor"} ${op.fds.join(", ")}` : ""} over ${op.fd}.`);
    case "receive": return receiveWords(pid, op, lang);
    case "bind": return say(lang, `${pid} 把 ${op.fd} 绑定到 ${op.address}。`, `${pid} bound ${op.fd} to ${op.address}.`);
    case "listen": return say(lang, `${pid} 在 ${op.fd} 上等待连接。`, `${pid} listens on ${op.fd}.`);
    case "connect": return say(lang, `${pid} 把 ${op.fd} 连接到 ${op.address}。`, `${pid} connected ${op.fd} to ${op.address}.`);
    case "wait": return waitWords(pid, op, lang);
    case "sigaction": return say(lang, `${pid} 设定 ${signalName(op.signal)} 的处置：${op.disposition}。`, `${pid} set the disposition of ${signalName(op.signal)}: ${op.disposition}.`);
    case "sigmask": return say(lang, `${pid} 现在阻塞 ${names(op.blocked) || "空集"}。`, `${pid} now blocks ${names(op.blocked) || "nothing"}.`);
    case "kill": return say(lang, `${pid} 向 ${op.target} 发送 ${signalName(op.signal)}。`, `${pid} sent ${signalName(op.signal)} to ${op.target}.`);
    case "setpgid": return say(lang, `${op.pid || pid} 进入进程组 ${op.pgid || pid}。`, `${op.pid || pid} is in process group ${op.pgid || pid}.`);
    case "setsid": return say(lang, `${pid} 开始新会话 ${ret}。`, `${pid} leads the new session ${ret}.`);
    case "chdir": return say(lang, `${pid} 的工作目录现在是 ${op.cwd}。`, `${pid} works in ${op.cwd} now.`);
    case "name": return say(lang, `${pid} 现在名叫 ${op.name}。`, `${pid} is called ${op.name} now.`);
    case "subreaper": return say(lang, `${pid} ${op.on ? "将收养成为孤儿的后代" : "不再收养孤儿"}。`, `${pid} ${op.on ? "adopts descendants that lose their parent" : "no longer adopts orphans"}.`);
  }
}

function receiveWords(pid: number, op: Extract<Op, { op: "receive" }>, lang: Lang): string {
  if (op.fds.length === 0) return say(lang, `${pid} 从 ${op.fd} 收到 ${op.bytes} 字节。`, `${pid} received ${counted(op.bytes, "byte", "bytes")} from ${op.fd}.`);
  const numbers = op.fds.map((file) => file.fd);
  return say(lang, `${pid} 收到描述符，它的新编号是 ${numbers.join("、")}。`, `${pid} received a descriptor: its own new number is ${numbers.join(", ")}.`);
}

function waitWords(pid: number, op: Extract<Op, { op: "wait" }>, lang: Lang): string {
  if (op.child === 0) return say(lang, `${pid} 问过：还没有子进程结束。`, `${pid} asked: no child has ended yet.`);
  const how = op.status ? statusWords(op.status, lang) : say(lang, "已结束", "ended");
  if (op.kept) return say(lang, `${pid} 看到 ${op.child} ${how}，但没有回收它。`, `${pid} saw that ${op.child} ${how}, and left it.`);
  return say(lang, `${pid} 等到 ${op.child}：${how}。`, `${pid} waited for ${op.child}, which ${how}.`);
}

function on(target: WaitsOn | undefined, lang: Lang): string {
  if (!target) return "";
  if ("fd" in target) return say(lang, `（描述符 ${target.fd}）`, ` on ${target.fd}`);
  if ("fds" in target) return target.fds.length === 0 ? "" : say(lang, `（描述符 ${target.fds.join("、")} 之一）`, ` on any of ${target.fds.join(", ")}`);
  if ("lock" in target) return say(lang, `（${target.lock} 上的锁）`, ` for a lock on ${target.lock}`);
  if (!("child" in target)) return "";
  return target.child > 0 ? say(lang, `（子进程 ${target.child}）`, ` for ${target.child}`) : say(lang, "（任意子进程）", " for any child");
}

function isBirth(call: string): boolean {
  return call === "fork" || call === "vfork" || call === "clone" || call === "clone3";
}

function names(signals: readonly number[]): string {
  return signals.map(signalName).join(", ");
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
