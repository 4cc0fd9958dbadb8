/** Calls that make, replace, await and place processes. @module */
import { comm } from "../../core/proc/process.ts";
import type { Op, WaitStatus } from "../../model/event.ts";
import { readBlock, readString, readWindow } from "../tracee_memory.ts";
import { rawStatus, waitStatus } from "../../core/process/status.ts";
import { describeStatus } from "../../model/signals.ts";
import { dirfd, fd, flags, int, oneOf, path, pointer, reading, signal, stringCount, strings, uint } from "./args.ts";
import { type Call, type CallSpec, out } from "./call.ts";
import * as names from "./names.ts";
import { flagNames, quote } from "./text.ts";

/** How a process is made, by the call's flags. */
export interface Making {
  flags: number;
  how: "fork" | "vfork" | "clone";
}

/** What a clone, clone3, fork or vfork call asks for. */
export function makingOf(call: Call): Making {
  const kept = call.kept as number | undefined;
  const asked = kept ?? 0;
  if (call.name === "fork") return { flags: 0, how: "fork" };
  if (call.name === "vfork") return { flags: names.CLONE_VM | names.CLONE_VFORK, how: "vfork" };
  const how = (asked & names.CLONE_VFORK) !== 0 ? "vfork" : (asked & names.CLONE_VM) !== 0 ? "clone" : "fork";
  return { flags: asked, how };
}

const SIGNAL_MASK = 0xff;

function cloneFlags(value: number, exitSignal: number): string {
  const signal = exitSignal === 0 ? "" : exitSignal === 17 ? "SIGCHLD" : String(exitSignal);
  const named = flagNames(value, names.CLONE, "");
  return [named, signal].filter(Boolean).join("|") || "0";
}

/** struct clone_args: flags at 0, exit_signal at 32. */
function readClone3(call: Call): void {
  const args = readBlock(call.tid, call.size(0), 40);
  call.kept = args?.u32(0) ?? 0;
  call.text[0] = args ? `{flags=${cloneFlags(args.u32(0), 0)}, exit_signal=${args.u32(32) === 17 ? "SIGCHLD" : args.u32(32)}}` : "&...";
}

const isVfork = (call: Call): boolean => makingOf(call).how === "vfork";
const onAnyChild = (): { child: number } => ({ child: -1 });

/** Wait status in words, where the call gave one. */
const status = out("status", reading(4, (call, i) => {
  const found = call.ret > 0 ? readStatus(call, i) : undefined;
  return found ? `{${describeStatus(found)}}` : "&status";
}));

function readStatus(call: Call, i: number): WaitStatus | undefined {
  const block = readWindow(call.tid, call.size(i), 4);
  return block && plain(waitStatus(block.i32(0)));
}

function plain(from: ReturnType<typeof waitStatus>): WaitStatus {
  switch (from.kind) {
    case "exited": return { kind: "exited", code: from.code };
    case "signaled": return { kind: "signaled", signal: from.signal, core: from.core };
    case "stopped": return { kind: "stopped", signal: from.signal };
    case "continued": return { kind: "continued" };
  }
}

function waited(call: Call): Op {
  const found = call.ret > 0 ? readStatus(call, 1) : undefined;
  return { op: "wait", child: call.ret, ...(found ? { status: found } : {}), ...nohang(call.uint(2)) };
}

const WNOHANG = 1;
const WNOWAIT = 0x1000000;
function nohang(options: number): { nohang?: true } {
  return (options & WNOHANG) !== 0 ? { nohang: true } : {};
}

/** siginfo_t of a child: si_signo at 0, si_code 8, si_pid 16, si_status 24. */
function waitedId(call: Call): Op {
  const info = readBlock(call.tid, call.size(2), 28);
  const child = info?.i32(16) ?? 0;
  const found = info && child > 0 ? plain(waitStatus(rawStatus(info.i32(8), info.i32(24)))) : undefined;
  const kept = (call.uint(3) & WNOWAIT) !== 0 ? { kept: true as const } : {};
  return { op: "wait", child, ...(found ? { status: found } : {}), ...kept, ...nohang(call.uint(3)) };
}

const waitInfo = out("info", (call, i) => {
  const info = readBlock(call.tid, call.size(i), 28);
  const child = info?.i32(16) ?? 0;
  return info && child > 0 ? `{si_pid=${child}, ${describeStatus(plain(waitStatus(rawStatus(info.i32(8), info.i32(24)))))}}` : "{si_pid=0}";
});

function prctlArg(call: Call, i: number): string {
  switch (call.int(0)) {
    case names.PR_SET_NAME: return quote(readString(call.tid, call.size(i), 15)?.text ?? "");
    case names.PR_SET_PDEATHSIG: return signal(call, i);
    case 2: case 16: case 37: case 0x53564d41: return pointer(call, i);
    default: return uint(call, i);
  }
}

function prctl(call: Call): Op | undefined {
  switch (call.int(0)) {
    case names.PR_SET_NAME: return { op: "name", name: comm(call.tid) };
    case names.PR_SET_CHILD_SUBREAPER: return { op: "subreaper", on: call.size(1) !== 0 };
    default: return undefined;
  }
}

const execve: CallSpec = { args: [path, strings, stringCount] };

export const PROCESSES: Record<string, CallSpec> = {
  fork: { args: [] },
  vfork: { args: [], vfork: () => true, on: onAnyChild },
  clone: {
    args: [(call) => cloneFlags(call.uint(0) & ~SIGNAL_MASK, call.uint(0) & SIGNAL_MASK)],
    entry: (call) => { call.kept = (call.uint(0) & ~SIGNAL_MASK) >>> 0; },
    vfork: isVfork,
    on: onAnyChild,
  },
  clone3: { args: [pointer], entry: readClone3, vfork: isVfork, on: onAnyChild },
  execve,
  execveat: { args: [dirfd, path, strings, stringCount, flags([["AT_EMPTY_PATH", 0x1000], ["AT_SYMLINK_NOFOLLOW", 0x100]])] },
  wait4: { later: true, args: [int, status, flags(names.WAIT), pointer], op: waited, on: (call) => ({ child: call.int(0) }) },
  waitid: { args: [oneOf(names.IDTYPE), int, waitInfo, flags(names.WAIT), pointer], op: waitedId, on: (call) => (call.int(0) === 1 ? { child: call.int(1) } : { child: -1 }) },
  setpgid: { later: true, args: [int, int], op: (call) => ({ op: "setpgid", pid: call.int(0), pgid: call.int(1) }) },
  setsid: { later: true, args: [], op: () => ({ op: "setsid" }) },
  prctl: { args: [oneOf(names.PRCTL), prctlArg], op: prctl },
  kill: { later: true, args: [int, signal], op: (call) => ({ op: "kill", target: call.int(0), signal: call.int(1) }) },
  tkill: { args: [int, signal], op: (call) => ({ op: "kill", target: call.int(0), signal: call.int(1) }) },
  tgkill: { later: true, args: [int, int, signal], op: (call) => ({ op: "kill", target: call.int(1), signal: call.int(2) }) },
  rt_sigqueueinfo: { args: [int, signal, pointer], op: (call) => ({ op: "kill", target: call.int(0), signal: call.int(1) }) },
  rt_tgsigqueueinfo: { args: [int, int, signal, pointer], op: (call) => ({ op: "kill", target: call.int(1), signal: call.int(2) }) },
  pidfd_send_signal: { args: [fd, signal, pointer, uint], op: pidfdKill, entry: keepTarget },
  unshare: { args: [flags(names.CLONE)] },
  setns: { args: [fd, flags(names.CLONE)] },
};

/** The descriptor may be closed by another thread before the call returns: whom it names is read at entry. */
function keepTarget(call: Call): void {
  call.kept = call.facts.pidOf(call.pid, call.int(0));
}

function pidfdKill(call: Call): Op | undefined {
  const target = call.kept as number | undefined;
  return target === undefined ? undefined : { op: "kill", target, signal: call.int(1) };
}
