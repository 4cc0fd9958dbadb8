/**
 * Handlers of signals written in JavaScript: which are set, and their running at safe points.
 *
 * @module
 */
import { SIG_BLOCK, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { SA_NODEFER, SA_RESETHAND } from "../../ffi/constants/signal.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { SIGSET } from "../../ffi/layout/process.ts";
import { safePoint, setDue, setNotes } from "../safe_point.ts";
import { entering } from "../tap.ts";
import { forgetHeldBack, heldBack, type Inbox, moveIn, openInbox, releaseHeldBack, setHandled, takeNoted } from "./inbox.ts";
import type { SignalInfo } from "./info.ts";
import { signalsIn, sigset } from "./set.ts";

/** A handler as it was set. */
export interface Handling {
  readonly handler: (info: SignalInfo) => void;
  /** Signals whose handlers wait while it runs, beside its own. */
  readonly mask: readonly number[];
  readonly flags: number;
}

/** A signal that came, with the handler that was set then. */
interface Arrived {
  readonly info: SignalInfo;
  readonly handling: Handling;
}

const handlers = new Map<number, Handling>();
/** Noted, and not handled yet. */
const queue: Arrived[] = [];
/** What handlers threw after a call that was done. */
const thrown: unknown[] = [];
/** Signals whose handlers wait for one that is running. */
let waiting: ReadonlySet<number> = new Set();
let inbox: Inbox | undefined;
/** How many lost ones handlers have been told of. */
let toldLost = 0;

/** Where signals are noted; opened by the first handler. */
export function theInbox(): Inbox {
  if (inbox) return inbox;
  inbox = openInbox();
  setNotes({ woken: inbox.woken, calling: inbox.calling, run });
  return inbox;
}

/** The handler of a signal, if one is set. */
export function handlingOf(signal: number): Handling | undefined {
  return handlers.get(signal);
}

/** True while any handler is set. */
export function hasHandlers(): boolean {
  return handlers.size > 0;
}

/**
 * Sets the handler of a signal, or takes it away, around the kernel's part of it. What came before is for the handler that was there.
 */
export function changeHandling<T>(signal: number, to: Handling | undefined, kernel: () => T): T {
  if (!to && !handlers.has(signal)) return kernel();
  const before = handlers.get(signal);
  collect();
  if (to) note(signal, to);
  try {
    const result = kernel();
    if (!to) collect();
    if (!to) note(signal, undefined);
    return result;
  } catch (error) {
    note(signal, before);
    throw error;
  }
}

function note(signal: number, handling: Handling | undefined): void {
  if (handling) handlers.set(signal, handling);
  else handlers.delete(signal);
  setHandled(theInbox(), signal, handling !== undefined, handling !== undefined && (handling.flags & SA_RESETHAND) !== 0);
}

/**
 * Runs the handlers of signals that have come, at once: for a long computation that makes no call of the library, in which no handler can
 * run otherwise.
 *
 * Every call of the library does the same at its entry, when a signal interrupts it, and at its end; in the main process the event loop
 * does.
 *
 * @throws {Error} what a handler throws
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 * @example
 * ```ts
 * import { alarm, onSignal, runPendingHandlers } from "forkscope";
 * let isLate = false;
 * using handler = onSignal("SIGALRM", () => { isLate = true; });
 * alarm(1);
 * let rounds = 0;
 * while (!isLate) if (++rounds % 1000 === 0) runPendingHandlers();
 * console.log(rounds > 0); // true
 * ```
 */
export function runPendingHandlers(): void {
  entering("runPendingHandlers");
  safePoint();
}

/** Runs what is due. A handler that throws leaves the rest for the next safe point. */
function run(keeping: boolean): void {
  try {
    if (!keeping && thrown.length > 0) throw thrown.shift();
    for (let next = nextDue(); next; next = nextDue()) {
      if (keeping) keep(next);
      else runOne(next);
    }
  } finally {
    setDue(thrown.length > 0 || queue.some(isFree));
  }
}

function keep(arrived: Arrived): void {
  try {
    runOne(arrived);
  } catch (error) {
    thrown.push(error);
  }
}

/** The oldest signal whose handler need not wait for another one. */
function nextDue(): Arrived | undefined {
  for (;;) {
    collect();
    const at = queue.findIndex(isFree);
    if (at >= 0) return queue.splice(at, 1)[0];
    if (!inbox || !releaseHeldBack(inbox)) return undefined;
  }
}

const isFree = ({ info }: Arrived): boolean => !waiting.has(info.signal);

/** Takes what was noted; each signal is for the handler that is set at this moment. */
function collect(): void {
  if (!inbox) return;
  for (const noted of takeNoted(inbox)) {
    const handling = handlers.get(noted.signal);
    if (!handling) continue;
    const lost = lostSoFar() - toldLost;
    toldLost += lost;
    queue.push({ info: lost > 0 ? { ...noted, lost } : noted, handling });
    if (handling.flags & SA_RESETHAND) note(noted.signal, undefined);
  }
}

/** Signals for a handler that were lost in this process. */
export function lostSoFar(): number {
  return inbox ? Atomics.load(inbox.lost, 0) : 0;
}

/** Runs a handler as the kernel would: with its own signal and those of its mask blocked, and the mask put back after it. */
function runOne({ info, handling }: Arrived): void {
  const before = waiting;
  const held = handling.flags & SA_NODEFER ? handling.mask : [info.signal, ...handling.mask];
  waiting = new Set([...before, ...held]);
  const mask = block(held);
  try {
    handling.handler(info);
  } finally {
    waiting = before;
    putBack(mask);
  }
}

/** Gives the mask before, without what is held back only for want of room. */
function block(signals: readonly number[]): number[] {
  using room = scratch();
  const before = room.take(SIGSET.size);
  check(libc().sigprocmask(SIG_BLOCK, sigset(room, signals).address, before.address), "sigprocmask");
  const back = inbox ? heldBack(inbox) : [];
  return signalsIn(before).filter((signal) => !back.includes(signal));
}

function putBack(mask: readonly number[]): void {
  using room = scratch();
  const back = inbox ? heldBack(inbox) : [];
  check(libc().sigprocmask(SIG_SETMASK, sigset(room, [...mask, ...back]).address, 0), "sigprocmask");
}

/** The program's own view of a mask: without what the library holds back; and what it changes is its own from now on. */
export function ownMask(mask: readonly number[], changed: readonly number[]): number[] {
  const back = inbox ? heldBack(inbox) : [];
  if (inbox && back.length > 0) forgetHeldBack(inbox, changed);
  return mask.filter((signal) => !back.includes(signal));
}

/**
 * Runs a step before which no signal is noted: around a sleep that replaces the mask and that a signal is to end, so that none comes
 * between the last look and the sleep.
 */
export function withoutNotes<T>(step: () => T): T {
  const putBackMask = holdNotes();
  try {
    safePoint();
    return step();
  } finally {
    putBackMask();
  }
}

/** Has no signal noted until what it gives is called: so around fork each is noted in one of the two processes alone. */
export function holdNotes(): () => void {
  if (handlers.size === 0) return () => {};
  const mask = block([...handlers.keys()]);
  return () => putBack(mask);
}

/** True once a handler was set: a child has something to forget. */
export function notesSignals(): boolean {
  return inbox !== undefined;
}

/** In a forked child, with the signals that have a handler blocked: what came before the fork is its parent's. */
export function startHandlersAnew(): void {
  if (!inbox) return;
  moveIn(inbox);
  queue.length = 0;
  thrown.length = 0;
  toldLost = 0;
  setDue(false);
}
