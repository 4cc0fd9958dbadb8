/** What strace wrote and what the tracer told, as lines that compare. */
import { callText } from "../../lib/model/call_text.ts";
import type { Event } from "../../lib/model/event.ts";

/** One call of one process. */
export interface Line {
  pid: number;
  call: string;
  text: string;
}

/** The calls in a file that `strace -f -o` wrote; what was interrupted by others' lines put together again. */
export function straceCalls(file: string): Line[] {
  const lines: Line[] = [];
  const open = new Map<string, Line>();
  for (const written of file.split("\n")) {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(written) ?? [];
    const [, resumed, tail = ""] = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest) ?? [];
    const begun = open.get(pid);
    if (resumed !== undefined && begun) {
      begun.text += tail;
      open.delete(pid);
      continue;
    }
    const [, call] = /^(\w+)\(/.exec(rest) ?? [];
    if (call === undefined) continue;
    const line = { pid: Number(pid), call, text: rest.replace(/ <unfinished \.\.\.>$/, "") };
    if (line.text !== rest) open.set(pid, line);
    lines.push(line);
  }
  return lines;
}

/** The calls that the tracer told of, as strace counts them: an exec is one, a fork returns once, a call on two descriptors is one. */
export function tracedCalls(events: readonly Event[]): Line[] {
  const lines: Line[] = [];
  const children = new Set(events.flatMap((event) => (event.kind === "fork" ? [event.child] : [])));
  for (const event of events) {
    const pid = event.kind === "call" ? event.tid ?? event.pid : event.pid;
    if (event.kind === "exec") lines.push({ pid, call: "execve", text: `execve("${event.exe}") = 0` });
    if (event.kind !== "call" || (event.took === undefined && event.op !== undefined)) continue;
    if (/^(?:v?fork|clone3?)$/.test(event.call) && event.ret === 0 && children.has(pid)) continue;
    lines.push({ pid, call: event.call, text: callText(event) });
  }
  return lines;
}

/** How often each call was made. */
export function counted(lines: readonly Line[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { call } of lines) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}

/** Lines with what differs by run, or is written otherwise, made equal: pids, addresses, the order of flags, escapes, comments. */
export function comparable(lines: readonly Line[]): string[] {
  const pids = new Map<string, string>();
  for (const { pid } of lines) if (!pids.has(String(pid))) pids.set(String(pid), `P${pids.size + 1}`);
  return lines.map(({ pid, call, text }) => {
    const named = plain(text).replace(/\b\d+\b/g, (digits) => pids.get(digits) ?? digits);
    return `${pids.get(String(pid))} ${/^(?:sem|msg|shm)/.test(call) ? named.replace(/\(\d+/, "(ID").replace(/(?<=get\(.*= )\d+$/, "ID") : named}`;
  });
}

/** Those of each process for itself: which of two runs first is chance. */
export function byProcess(lines: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of lines) (found[line.slice(0, line.indexOf(" "))] ??= []).push(line);
  return found;
}

function plain(text: string): string {
  return text
    .replace(/\) += /, ") = ").replace(/ = -1 (E\w+) \(.*\)$/, " = -1 $1").replace(/ = \? (E\w+) \(.*\)$/, " = ? $1")
    .replace(/\\(x[0-9a-f]{2}|[0-7]{1,3})/g, (_, code: string) => `\\<${code.startsWith("x") ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8)}>`)
    .replace(" <unfinished ...>", "").replace(/,? ?left \{[^}]*\}/g, "").replace(/si_([us])time=\d+/g, "si_$1time=0").replace(/rt_sigreturn\(\{.*\}\)/, "rt_sigreturn()")
    .replace(/0x[0-9a-f]{6,}|&\w+|&\.\.\./g, "ADDRESS")
    .replace(/ \/\* \d{4}-.*?\*\//g, "")
    .replace(/, sa_restorer=ADDRESS/g, "").replace(/SA_RESTORER\|?/g, "").replace(/sa_flags=(?=[,}])/g, "sa_flags=0")
    .replace(/\[((?:[A-Z0-9_]+ ?)+)\]/g, (_, names: string) => `[${names.split(" ").map((name) => name.replace(/^SIG/, "")).join(" ")}]`)
    .replace(/[A-Z][\w]*(?:\|[\w]+)+/g, (flags) => flags.split("|").sort().join("|"));
}
