/** What a sleeping call waits for, read while its thread sleeps. @module */
import { fdStat } from "../../core/proc/fd.ts";
import { isGone, ROOT, text } from "../../core/proc/file.ts";
import { locks } from "../../core/proc/locks.ts";
import { SystemError } from "../../ffi/mod.ts";
import type { WaitsOn } from "../../model/event.ts";
import { setMembers } from "../signal_set.ts";
import { readBlock } from "../tracee_memory.ts";
import type { Call } from "./call.ts";

const POLLFD_SIZE = 8;
const MOST_POLLED = 256;
const MOST_SELECTED = 1024;

export const onFd = (call: Call): WaitsOn => ({ fd: call.int(0) });
export const onTime = (): WaitsOn => ({ time: true });
export const onAnySignal = (): WaitsOn => ({ signals: [] });
export const onSemaphore = (call: Call): WaitsOn => ({ ipc: "sem", id: call.int(0) });
export const onQueue = (call: Call): WaitsOn => ({ ipc: "msg", id: call.int(0) });

/** The signals of the set in argument 0. */
export function onSignals(call: Call): WaitsOn {
  const set = readBlock(call.tid, call.size(0), 8);
  return { signals: set ? setMembers(set.u32(0), set.u32(4)) : [] };
}

/** Any of these descriptors; nothing to name: a time. `timed`: the call has an end of its own. */
function onAny(fds: number[], timed: boolean): WaitsOn {
  if (fds.length === 0) return { time: true };
  return timed ? { fds, timed: true } : { fds };
}

/** poll and epoll_wait give milliseconds, -1 for no end; their newer kin an address. */
const INFINITE_IN_MS = new Set(["poll", "epoll_wait", "epoll_pwait"]);

function isTimed(call: Call, i: number): boolean {
  return INFINITE_IN_MS.has(call.name) ? call.int(i) >= 0 : call.size(i) !== 0;
}

/** Descriptors of a pollfd array in argument 0; negative ones are left out, as the kernel does. */
export function onPolled(call: Call): WaitsOn {
  const count = Math.min(call.uint(1), MOST_POLLED);
  const block = count > 0 ? readBlock(call.tid, call.size(0), POLLFD_SIZE * count) : undefined;
  const fds = block ? Array.from({ length: count }, (_, i) => block.i32(POLLFD_SIZE * i)).filter((fd) => fd >= 0) : [];
  return onAny(fds, isTimed(call, 2));
}

/** Descriptors in the three sets of select. */
export function onSelected(call: Call): WaitsOn {
  const most = Math.min(Math.max(0, call.int(0)), MOST_SELECTED);
  const bytes = 8 * Math.ceil(most / 64);
  const fds = new Set<number>();
  for (const i of [1, 2, 3]) {
    const set = bytes > 0 ? readBlock(call.tid, call.size(i), bytes) : undefined;
    if (set) for (let fd = 0; fd < most; fd++) if (((set.bytes[fd >> 3] ?? 0) >> (fd & 7)) & 1) fds.add(fd);
  }
  return onAny([...fds].sort((a, b) => a - b), isTimed(call, 4));
}

/** Descriptors that are registered with an epoll set: its fdinfo names each. */
export function onRegistered(call: Call): WaitsOn {
  const info = quietText(`/proc/${call.pid}/fdinfo/${call.int(0)}`);
  const fds = [...info.matchAll(/^tfd:\s*(\d+)/gm)].map(([, fd]) => Number(fd));
  return fds.length > 0 ? onAny(fds, isTimed(call, 3)) : { fd: call.int(0) };
}

/** A lock on the file behind the descriptor in argument 0, and the processes that hold it. */
export function onLock(call: Call): WaitsOn {
  return { lock: call.int(0), holders: holdersOf(call) };
}

function holdersOf(call: Call): number[] {
  try {
    const { ino } = fdStat(call.pid, call.int(0));
    const held = locks({ holders: true }).locks.filter((lock) => lock.ino === ino && lock.waiting.length > 0);
    const pids = held.flatMap(({ pid, holders }) => (holders && holders.length > 0 ? holders.map((one) => one.pid) : pid > 0 ? [pid] : []));
    return [...new Set(pids)].filter((pid) => pid !== call.pid);
  } catch (error) {
    if (error instanceof SystemError) return [];
    throw error;
  }
}

function quietText(path: string): string {
  try {
    return text(ROOT, path);
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}
