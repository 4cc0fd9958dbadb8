/** Dispositions, masks, and waiting for signals. @module */
import type { Op } from "../../model/event.ts";
import { readWindow } from "../tracee_memory.ts";
import { oneOf, signal, size, viewing } from "./args.ts";
import { type Arg, type Call, type Deed, out } from "./call.ts";
import { ACTION, MASK_HOW, SA_RESTORER } from "./names.ts";
import { setText, signalSet } from "./signal_sets.ts";
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

const HANDLERS = ["SIG_DFL", "SIG_IGN"];
const KERNEL_ACTION_SIZE = 32;

/** The kernel's struct sigaction: handler at 0, flags at 8, mask at 24. The restorer is libc's own. */
const action: Arg = viewing(KERNEL_ACTION_SIZE, (view) => {
  const handler = Number(view.getBigUint64(0, true));
  const flags = flagNames((view.getUint32(8, true) & ~SA_RESTORER) >>> 0, ACTION);
  return `{sa_handler=${HANDLERS[handler] ?? "&..."}, sa_mask=${setText(view.getUint32(24, true), view.getUint32(28, true))}, sa_flags=${flags}}`;
});

function acted(call: Call): Op | undefined {
  const read = call.kept as Action | undefined;
  return read && { op: "sigaction", signal: call.int(0), disposition: read.disposition, flags: (read.flags & ~SA_RESTORER) >>> 0 };
}

/** The mask that holds now is read, not computed; asking only (no new set) changes nothing. */
function masked(call: Call): Op | undefined {
  const blocked = call.size(1) === 0 ? undefined : call.facts.blocked(call.tid);
  return blocked && { op: "sigmask", blocked };
}

/** A handler returned: the mask is that of before, which a child born within it has not seen. */
function restored(call: Call): Op | undefined {
  const blocked = call.facts.blocked(call.tid);
  return blocked && { op: "sigmask", blocked };
}

export const SIGNALS: Record<string, Deed> = {
  rt_sigaction: {
    args: [signal, action, out("old", action), size],
    entry: (call) => { call.kept = readAction(call, 1); },
    op: acted,
  },
  rt_sigprocmask: { args: [oneOf(MASK_HOW), signalSet, out("old", signalSet), size], op: masked },
  rt_sigreturn: { args: [], noResult: true, op: restored },
  rt_sigpending: {},
  rt_sigsuspend: { on: onAnySignal },
  rt_sigtimedwait: { on: onSignals },
  pause: { args: [], on: onAnySignal },
  nanosleep: { on: onTime },
  clock_nanosleep: { on: onTime },
  poll: { on: onPolled },
  ppoll: { on: onPolled },
  select: { on: onSelected },
  pselect6: { on: onSelected },
  epoll_wait: { on: onRegistered },
  epoll_pwait: { on: onRegistered },
  epoll_pwait2: { on: onRegistered },
  semop: { on: onSemaphore },
  semtimedop: { on: onSemaphore },
  semget: {},
  shmget: {},
  shmat: { noResult: true },
  shmdt: {},
  msgget: {},
  msgsnd: { on: onQueue },
  msgrcv: { on: onQueue },
};

/** Calls during which the thread's mask is not its own. */
export const MASK_BORROWED: ReadonlySet<string> = new Set(["rt_sigsuspend", "ppoll", "pselect6", "epoll_pwait", "epoll_pwait2"]);
