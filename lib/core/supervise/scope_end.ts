/** Ending and reaping everything that was started in a scope. @module */
import { EPOLLIN } from "../../ffi/constants/event.ts";
import { libc } from "../../ffi/mod.ts";
import { ready } from "../async/ready.ts";
import { SIGNALS } from "../signal/signals.ts";
import { P_PID, waitidCall, WEXITED, WNOWAIT } from "../process/waitid_call.ts";
import { isLiving, isRefused, killAll, type Member, openMember, signalMember } from "./tree.ts";

/** A scope as it is seen from here. */
export interface Ending {
  /** Its processes as they are, parents first, zombies included. */
  members(): Member[];
  /** Reaps those that have ended. */
  reap(): void;
}

/** So many are waited for by descriptor at a time; the others are looked at when one of these ends. */
const WATCHED = 32;
/** How long, in ms, until a look that nothing has called for: what a zombie's parent does, no descriptor tells. */
const LOOK_AGAIN = 100;

/** Pids that may not be signalled by this user. */
export class Survivors extends Error {
  override readonly name = "Survivors";
  readonly code = "ERR_SCOPE_SURVIVORS";
  readonly pids: readonly number[];

  constructor(pids: readonly number[]) {
    super(`Cannot end the scope: processes ${pids.join(", ")} may not be signalled by user ${libc().geteuid()}`);
    this.pids = pids;
  }
}

/** Sends the first signal, waits for `graceful` ms, kills what is left, until nothing is. */
export async function endGently(scope: Ending, graceful: number, first: number, hurry: AbortSignal): Promise<void> {
  const told = new Set<string>();
  const giveUp = performance.now() + graceful;
  for (;;) {
    scope.reap();
    const members = scope.members();
    if (members.length === 0) return;
    const left = hurry.aborted ? 0 : giveUp - performance.now();
    if (left > 0) tell(members, first, told);
    else refuse(killAll(scope.members).refused, members);
    await someEnd(members.filter(isLiving), left > 0 ? Math.min(left, LOOK_AGAIN) : LOOK_AGAIN, hurry);
  }
}

/** Kills all, sleeping until each is reaped; the event loop sleeps too. */
export function endAtOnce(scope: Ending): void {
  for (;;) {
    scope.reap();
    const members = scope.members();
    if (members.length === 0) return;
    refuse(killAll(scope.members).refused, members);
    const child = members.find((member) => member.ppid === libc().getpid());
    if (child) waitidCall("waitid", P_PID, child.pid, WEXITED | WNOWAIT);
  }
}

/** One that is stopped is let go on, as it could not end otherwise. */
function tell(members: readonly Member[], signal: number, told: Set<string>): void {
  for (const member of members) {
    const name = `${member.pid} ${member.start}`;
    if (told.has(name) || !isLiving(member)) continue;
    told.add(name);
    isRefused(() => signalMember(member, signal) && signalMember(member, SIGNALS.SIGCONT));
  }
}

/** Nothing more can be done when only those are left that may not be signalled. */
function refuse(refused: readonly Member[], members: readonly Member[]): void {
  const pids = new Set(refused.map(({ pid }) => pid));
  if (pids.size > 0 && members.filter(isLiving).every(({ pid }) => pids.has(pid))) throw new Survivors([...pids]);
}

/** Until one of them has ended, for so many ms at most. */
async function someEnd(members: readonly Member[], ms: number, hurry: AbortSignal): Promise<void> {
  const over = new AbortController();
  const pidfds = members.slice(0, WATCHED).flatMap((member) => openMember(member) ?? []);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    if (!hurry.aborted) hurry.addEventListener("abort", () => resolve(), { signal: over.signal });
  });
  const ends = pidfds.map((fd) => ready(fd, EPOLLIN, { call: "waitid", args: [], signal: over.signal }).catch(() => late));
  try {
    await Promise.race([late, ...ends]);
  } finally {
    clearTimeout(timer);
    over.abort();
    for (const fd of pidfds) libc().close(fd); // waits for them are given up
  }
}
