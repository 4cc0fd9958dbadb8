/** Records of births, signals and ends, as what events say of them. @module */
import { arch } from "../../ffi/arch.ts";
import { syscallNumber, syscalls } from "../../ffi/constants/syscall.ts";
import type { Block } from "../../ffi/mod.ts";
import type { ForkEvent, SignalEvent } from "../../model/event.ts";
import { CLONE_VFORK } from "../decode/names.ts";
import { EXIT, FORK, SIGNAL } from "./records.ts";

const SIGCHLD = 17;
const SIG_IGN = 1;
const SA_NOCLDWAIT = 2;
const SIGNAL_GROUP_EXIT = 4;
const CLONE = syscallNumber("clone");
const CLONE3 = syscallNumber("clone3");
const VFORK = syscalls(arch).get("vfork");

/** How a child came to be, and what it shares. */
export function forkEvent(record: Block, child: number, start: number, thread: boolean, sibling: boolean): Pick<ForkEvent, "kind" | "child" | "start" | "how" | "thread" | "sharesFiles" | "sibling"> {
  const same = (a: number, b: number): boolean => record.u32(a) === record.u32(b) && record.u32(a + 4) === record.u32(b + 4);
  const how = asksForVfork(record) ? "vfork" : same(FORK.memory, FORK.ownMemory) ? "clone" : "fork";
  return {
    kind: "fork", child, start, how,
    ...(thread ? { thread: true as const } : {}),
    ...(!thread && same(FORK.files, FORK.ownFiles) ? { sharesFiles: true as const } : {}),
    ...(sibling ? { sibling: true as const } : {}),
  };
}

/** Wait status of a process whose last thread ended. */
export function statusOf(record: Block): number {
  const group = (record.u32(EXIT.flags) & SIGNAL_GROUP_EXIT) !== 0;
  return group ? record.u32(EXIT.groupCode) : record.u32(EXIT.leaderCode);
}

/** The kernel itself reaps a child of one that ignores SIGCHLD or has set SA_NOCLDWAIT. */
export function isUnawaited(record: Block): boolean {
  if (record.u32(EXIT.signal) !== SIGCHLD) return false;
  return record.u64(EXIT.handler) === SIG_IGN || (record.u32(EXIT.actionFlags) & SA_NOCLDWAIT) !== 0;
}

/** By the call that made it. */
function asksForVfork(record: Block): boolean {
  switch (record.u32(FORK.call)) {
    case CLONE: return (record.u32(FORK.word) & CLONE_VFORK) !== 0;
    case CLONE3: return (record.u32(FORK.flags) & CLONE_VFORK) !== 0;
    default: return record.u32(FORK.call) === VFORK;
  }
}

export type SignalFacts = Pick<SignalEvent, "kind" | "signal" | "code" | "from">;

/** Of a record of either kind. */
export function signalEvent(record: Block): SignalFacts {
  const code = record.i32(SIGNAL.code);
  const sender = record.u32(SIGNAL.sender);
  return { kind: "signal", signal: record.u32(SIGNAL.signal), code, ...(code <= 0 && sender > 0 ? { from: sender } : {}) };
}
