/** Dispositions, masks, and waiting for signals. @module */
import { signalName } from "../../core/signal/signals.ts";
import type { Op } from "../../model/event.ts";
import { blockedSignals } from "../ptrace.ts";
import { setMembers } from "../signal_set.ts";
import { readBlock, readWindow } from "../tracee_memory.ts";
import { fd, int, oneOf, pointer, reading, signal, size, uint } from "./args.ts";
import { type Arg, type Call, type CallSpec, out } from "./call.ts";
import { ACTION, MASK_HOW, SA_RESTORER } from "./names.ts";
import { flagNames } from "./text.ts";
import { onAnySignal, onPolled, onQueue, onRegistered, onSelected, onSemaphore, onSignals, onTime } from "./waits.ts";

const SIG_DFL = 0;
const SIG_IGN = 1;

/** The kernel's struct sigaction: handler at 0, flags at 8. */
interface Action {
  disposition: "default" | "ignore" | "handler";
  flags: number;
}

function readAction(call: Call, i: number): Action | undefined {
  const block = readWindow(call.tid, call.size(i), 16);
  if (!block) return undefined;
  const handler = block.u64(0);
  return { disposition: handler === SIG_DFL ? "default" : handler === SIG_IGN ? "ignore" : "handler", flags: block.u32(8) };
}

const WORDS = { default: "SIG_DFL", ignore: "SIG_IGN", handler: "handler" };

const action: Arg = reading(16, (call, i) => {
  const read = readAction(call, i);
  if (!read) return "NULL";
  const flags = (read.flags & ~SA_RESTORER) >>> 0;
  return flags === 0 ? WORDS[read.disposition] : `{${WORDS[read.disposition]}, ${flagNames(flags, ACTION)}}`;
});

function acted(call: Call): Op | undefined {
  const read = call.kept as Action | undefined;
  return read && { op: "sigaction", signal: call.int(0), disposition: read.disposition, flags: (read.flags & ~SA_RESTORER) >>> 0 };
}

/** A set of signals in memory, by name. */
const set: Arg = reading(8, (call, i) => {
  const block = readWindow(call.tid, call.size(i), 8);
  return block ? setText(block.u32(0), block.u32(4)) : pointer(call, i);
});

/** Sets come again and again: their texts are made once. */
const texts = new Map<number, string>();

function setText(low: number, high: number): string {
  const key = high * 4294967296 + low;
  const known = high < 0x100000 ? texts.get(key) : undefined;
  if (known !== undefined) return known;
  const members = setMembers(low, high);
  const text = members.length > 32 ? `~[${missing(members)}]` : `[${members.map(signalName).join(" ")}]`;
  if (high < 0x100000) texts.set(key, text);
  return text;
}

function missing(members: number[]): string {
  const names: string[] = [];
  for (let n = 1; n <= 64; n++) if (!members.includes(n)) names.push(signalName(n));
  return names.join(" ");
}

/** The mask that holds now is read, not computed; asking only (no new set) changes nothing. */
function masked(call: Call): Op | undefined {
  return call.size(1) === 0 ? undefined : { op: "sigmask", blocked: blockedSignals(call.tid) };
}

export const SIGNALS: Record<string, CallSpec> = {
  rt_sigaction: {
    later: true,
    args: [signal, action, out("old", action)],
    entry: (call) => { call.kept = readAction(call, 1); },
    op: acted,
  },
  rt_sigprocmask: { later: true, args: [oneOf(MASK_HOW), set, out("old", set)], op: masked },
  rt_sigreturn: { later: true, args: [], noResult: true },
  rt_sigpending: { args: [out("set", set)] },
  rt_sigsuspend: { args: [set], on: onAnySignal },
  rt_sigtimedwait: { args: [set, pointer, pointer], on: onSignals },
  pause: { args: [], on: onAnySignal },
  nanosleep: { args: [duration, pointer], on: onTime },
  clock_nanosleep: { args: [int, int, duration, pointer], on: onTime },
  poll: { args: [polled, uint, int], on: onPolled },
  ppoll: { args: [polled, uint, pointer, pointer], on: onPolled },
  select: { args: [int, pointer, pointer, pointer, pointer], on: onSelected },
  pselect6: { args: [int, pointer, pointer, pointer, pointer, pointer], on: onSelected },
  epoll_wait: { args: [fd, pointer, int, int], on: onRegistered },
  epoll_pwait: { args: [fd, pointer, int, int, pointer], on: onRegistered },
  epoll_pwait2: { args: [fd, pointer, int, pointer, pointer], on: onRegistered },
  semop: { args: [int, pointer, size], on: onSemaphore },
  semtimedop: { args: [int, pointer, size, pointer], on: onSemaphore },
  semget: { args: [int, int, int] },
  shmget: { args: [int, size, int] },
  shmat: { args: [int, pointer, int], noResult: true },
  shmdt: { args: [pointer] },
  msgget: { args: [int, int] },
  msgsnd: { args: [int, pointer, size, int], on: onQueue },
  msgrcv: { args: [int, pointer, size, size, int], on: onQueue },
};

/** Calls during which the thread's mask is not its own. */
export const MASK_BORROWED: ReadonlySet<string> = new Set(["rt_sigsuspend", "ppoll", "pselect6", "epoll_pwait", "epoll_pwait2"]);

function duration(call: Call, i: number): string {
  const block = readBlock(call.tid, call.size(i), 16);
  return block ? `${block.u64(0) + block.u64(8) / 1e9} s` : pointer(call, i);
}

/** struct pollfd: descriptors asked about. */
function polled(call: Call, i: number): string {
  const count = Math.min(call.uint(i + 1), 8);
  const block = count > 0 ? readBlock(call.tid, call.size(i), 8 * count) : undefined;
  if (!block) return pointer(call, i);
  const fds = Array.from({ length: count }, (_, k) => block.i32(8 * k));
  return `[${fds.join(", ")}${call.uint(i + 1) > count ? ", ..." : ""}]`;
}
