/** Calls that make, replace, await and place processes. @module */
import type { FdFacts, Op, WaitStatus } from "../../model/event.ts";
import { arch } from "../../ffi/arch.ts";
import { readBlock, readWindow } from "../tracee_memory.ts";
import { rawStatus, waitStatus } from "../../core/process/status.ts";
import { dirfd, fd, flags, int, oneOf, path, reading, signal, size, stringCount, strings, structure, uint, viewing } from "./args.ts";
import { type Arg, type Call, type Deed, out } from "./call.ts";
import * as names from "./names.ts";
import { signalOrZero } from "./structs.ts";
import { flagNames, hex } from "./text.ts";

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

/** CLONE_PIDFD: the descriptor that the parent, which stands at the birth of its child, has got for it. */
export function pidfdOf(call: Call): FdFacts | undefined {
  if ((makingOf(call).flags & names.CLONE_PIDFD) === 0) return undefined;
  const at = call.name === "clone3" ? readBlock(call.tid, call.size(0) + PIDFD_IN_CLONE_ARGS, 8)?.u64(0) : call.size(2);
  const fd = at ? readBlock(call.tid, at, 4)?.i32(0) : undefined;
  return fd === undefined ? undefined : call.facts.fd(call.pid, fd);
}

const PIDFD_IN_CLONE_ARGS = 8;
const SIGNAL_MASK = 0xff;

function cloneFlags(value: number, exitSignal: number): string {
  const named = flagNames(value, names.CLONE, "");
  return [named, exitSignal === 0 ? "" : signalOrZero(exitSignal)].filter(Boolean).join("|") || "0";
}

/** Where the thread and its address stand among the arguments of clone, which differs. */
const TLS_FIRST = arch === "aarch64";

/** The arguments of clone as its flags ask for them. */
const cloneArgs: Arg[] = [
  (call) => (call.size(1) === 0 ? "child_stack=NULL" : `child_stack=${hex(call.size(1))}`),
  (call) => `flags=${cloneFlags(call.uint(0) & ~SIGNAL_MASK, call.uint(0) & SIGNAL_MASK)}`,
  (call) => extras(call).join(", ") || undefined,
];

function extras(call: Call): string[] {
  const asked = (bits: number): boolean => (call.uint(0) & bits) !== 0;
  const [tls, tid] = TLS_FIRST ? [3, 4] : [4, 3];
  return [
    ...(asked(names.CLONE_PARENT_SETTID | names.CLONE_PIDFD) ? [`parent_tid=${hex(call.size(2))}`] : []),
    ...(asked(names.CLONE_SETTLS) ? [`tls=${hex(call.size(tls))}`] : []),
    ...(asked(names.CLONE_CHILD_SETTID | names.CLONE_CHILD_CLEARTID) ? [`child_tidptr=${hex(call.size(tid))}`] : []),
  ];
}

/** struct clone_args: flags at 0, exit_signal at 32, stack at 40. */
const clone3Args: Arg = viewing(64, (view) => {
  const word = (at: number): number => Number(view.getBigUint64(at, true));
  const parts = [`flags=${cloneFlags(view.getUint32(0, true), 0)}`, `exit_signal=${signalOrZero(view.getUint32(32, true))}`];
  return `{${[...parts, `stack=${word(40) === 0 ? "NULL" : hex(word(40))}`, `stack_size=${hex(word(48))}`].join(", ")}}`;
});

function readClone3(call: Call): void {
  call.kept = readBlock(call.tid, call.size(0), 40)?.u32(0) ?? 0;
}

const isVfork = (call: Call): boolean => makingOf(call).how === "vfork";
const onAnyChild = (): { child: number } => ({ child: -1 });

/** Wait status in words, where the call gave one. */
const status = out("status", reading(4, (call, i) => {
  const found = call.ret > 0 ? readStatus(call, i) : undefined;
  return found ? `[${statusText(found)}]` : "NULL";
}));

/** As the macros of wait(2) take it apart. */
function statusText(found: WaitStatus): string {
  switch (found.kind) {
    case "exited": return `{WIFEXITED(s) && WEXITSTATUS(s) == ${found.code}}`;
    case "signaled": return `{WIFSIGNALED(s) && WTERMSIG(s) == ${signalOrZero(found.signal)}${found.core ? " && WCOREDUMP(s)" : ""}}`;
    case "stopped": return `{WIFSTOPPED(s) && WSTOPSIG(s) == ${signalOrZero(found.signal)}}`;
    case "continued": return "{WIFCONTINUED(s)}";
  }
}

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

/** si_code of a child's siginfo. */
const CHILD_CODES = ["", "CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"];

const waitInfo = out("info", viewing(48, (view) => {
  const [signo, code, child, uid, status] = [0, 8, 16, 20, 24].map((at) => view.getInt32(at, true));
  if (!signo) return "{}";
  const how = code === 1 ? String(status) : signalOrZero(status ?? 0);
  return `{si_signo=${signalOrZero(signo)}, si_code=${CHILD_CODES[code ?? 0] ?? code}, si_pid=${child}, si_uid=${uid}, si_status=${how}, si_utime=${view.getBigInt64(32, true)}, si_stime=${view.getBigInt64(40, true)}}`;
}));
const usage = out("rusage", structure("rusage"));

function named(call: Call): Op | undefined {
  const name = call.facts.name(call.tid);
  return name === undefined ? undefined : { op: "name", name };
}

function prctl(call: Call): Op | undefined {
  switch (call.int(0)) {
    case names.PR_SET_NAME: return named(call);
    case names.PR_SET_CHILD_SUBREAPER: return { op: "subreaper", on: call.size(1) !== 0 };
    default: return undefined;
  }
}

const execve: Deed = { args: [path, strings, stringCount] };

export const PROCESSES: Record<string, Deed> = {
  fork: { args: [], atOnce: true },
  vfork: { args: [], atOnce: true, vfork: () => true, on: onAnyChild },
  clone: {
    args: cloneArgs,
    atOnce: true,
    entry: (call) => { call.kept = (call.uint(0) & ~SIGNAL_MASK) >>> 0; },
    vfork: isVfork,
    on: onAnyChild,
  },
  clone3: { args: [clone3Args, size], atOnce: true, entry: readClone3, vfork: isVfork, on: onAnyChild },
  execve,
  execveat: { args: [dirfd, path, strings, stringCount, flags([["AT_EMPTY_PATH", 0x1000], ["AT_SYMLINK_NOFOLLOW", 0x100]])] },
  wait4: { args: [int, status, flags(names.WAIT), usage], op: waited, on: (call) => ({ child: call.int(0) }) },
  waitid: { args: [oneOf(names.IDTYPE), int, waitInfo, flags(names.WAIT), usage], op: waitedId, on: (call) => (call.int(0) === 1 ? { child: call.int(1) } : { child: -1 }) },
  setpgid: { args: [int, int], op: (call) => ({ op: "setpgid", pid: call.int(0), pgid: call.int(1) }) },
  setsid: { args: [], op: () => ({ op: "setsid" }) },
  prctl: { op: prctl },
  kill: { args: [int, signal], op: (call) => ({ op: "kill", target: call.int(0), signal: call.int(1) }) },
  tkill: { args: [int, signal], op: (call) => ({ op: "kill", target: call.int(0), signal: call.int(1) }) },
  tgkill: { args: [int, int, signal], op: (call) => ({ op: "kill", target: call.int(1), signal: call.int(2) }) },
  rt_sigqueueinfo: { op: (call) => ({ op: "kill", target: call.int(0), signal: call.int(1) }) },
  rt_tgsigqueueinfo: { op: (call) => ({ op: "kill", target: call.int(1), signal: call.int(2) }) },
  pidfd_send_signal: { args: [fd, signal, structure("siginfo"), uint], op: pidfdKill, entry: keepTarget },
  unshare: { args: [flags(names.CLONE)], op: unshared },
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

/** A thread's own copy of a table that it shared with other threads is not followed: the table drawn is that of the first. */
function unshared(call: Call): Op | undefined {
  return (call.uint(0) & names.CLONE_FILES) !== 0 && call.tid === call.pid ? { op: "unshare" } : undefined;
}
