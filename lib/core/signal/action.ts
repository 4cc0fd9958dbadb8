/** What a signal does to the process. @module */
import { SA_NOCLDSTOP, SA_NOCLDWAIT, SA_RESTART, SA_SIGINFO } from "../../ffi/constants/process.ts";
import { SA_NODEFER, SA_ONSTACK, SA_RESETHAND } from "../../ffi/constants/signal.ts";
import { type Block, check, libc, scratch } from "../../ffi/mod.ts";
import { SIGACTION, SIGSET } from "../../ffi/layout/process.ts";
import { entering } from "../tap.ts";
import { checkFlags, checkFunction, wrongValue } from "../validate.ts";
import { changeHandling, type Handling, handlingOf, theInbox } from "./handlers.ts";
import { isOurHandler } from "./inbox.ts";
import type { SignalInfo } from "./info.ts";
import { watchFromLoop } from "./loop.ts";
import { claimFromRuntime, keepFromOtherThreads, refuseHandlers } from "./runtime.ts";
import { signalNumbers, type SignalSet, signalsIn } from "./set.ts";
import { type SignalName, signalNumber } from "./signals.ts";

/** Set by libc itself for its return from a handler. */
const SA_RESTORER = 0x04000000;
const WORDS = ["default", "ignore"] as const;
const FLAGS = SA_NOCLDSTOP | SA_NOCLDWAIT;
const HANDLER_FLAGS = FLAGS | SA_NODEFER | SA_RESETHAND | SA_RESTART | SA_SIGINFO | SA_ONSTACK;

/** A handler in JavaScript, for {@linkcode sigaction}. */
export interface SignalAction {
  /** Called with what came with the signal, at the next safe point after it: see {@linkcode sigaction}. */
  readonly handler: (info: SignalInfo) => void;
  /** Further signals that are blocked while the handler runs. Its own is, unless SA_NODEFER says otherwise. */
  readonly mask?: SignalSet;
  /** SA_NODEFER, SA_RESETHAND (once, then the default action), SA_NOCLDSTOP, SA_NOCLDWAIT; the others make no difference. */
  readonly flags?: number;
}

/** A disposition as {@linkcode sigaction} found it; given back to sigaction, it is put in place again, a handler included. */
export interface Disposition {
  /** "handler": a function of this program's, or of native code, such as the one by which the runtime serves `process.on`. */
  readonly action: "default" | "ignore" | "handler";
  /** SA_RESTART, SA_NOCLDSTOP... */
  readonly flags: number;
  /** Signals blocked while the handler runs. */
  readonly mask: readonly number[];
  /** The handler, when it is one in JavaScript. */
  readonly handler?: (info: SignalInfo) => void;
}

/** What was given out, and what is behind it: no other object can name a handler of native code. */
const given = new WeakMap<Disposition, Action>();

/** An action as the kernel and this library are told of it. */
interface Action {
  /** struct sigaction, but for a handler in JavaScript, whose place in it is the library's. */
  readonly bytes: Uint8Array;
  readonly handling: Handling | undefined;
}

/**
 * `sigaction(signum, act, oldact)`: sets what a signal does to the process (default, nothing, or a handler), and gives what it did before.
 *
 * A handler in JavaScript runs at the next safe point after the signal: when a call of the library that sleeps is interrupted (the call
 * then goes on; if the handler throws, it ends with that error), at the entry and the end of every call of the library, in
 * {@linkcode runPendingHandlers}, and, in the main process, from the event loop soon after. Each delivery runs it once, in the order of
 * delivery, with what came with the signal; of a standard signal that is pending already the kernel drops the second. While it runs,
 * its signal and those of `mask` are blocked and their handlers wait. An error thrown from the event loop is an uncaught error.
 *
 * The disposition is the whole process's. fork copies it, handlers included: they run in the child; exec keeps "ignore" and turns a
 * handler into "default"; spawn takes `sigdefault`. A pending signal is thrown away when it becomes ignored. With SIGCHLD ignored,
 * children leave no zombie and every wait for them ends with ECHILD, the runtime's own too. Handlers are for the main thread: not for a
 * Worker. A handler keeps no event loop alive ({@linkcode onSignal} does when asked). One for SIGALRM takes a forked child its deadline.
 *
 * @param action left out: only asks. A value that sigaction returned: puts that back
 * @param flags with "default" or "ignore" for SIGCHLD: SA_NOCLDSTOP, SA_NOCLDWAIT
 * @throws {TypeError} a handler for SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP or SIGSYS, after which the program cannot go on, or for a signal that the
 *   runtime uses itself
 * @throws {SystemError} EINVAL: SIGKILL or SIGSTOP, which cannot be changed, or a signal of libc's own
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 * @example
 * ```ts
 * import { getpid, sigaction, sigqueue } from "forkscope";
 * const before = sigaction("SIGUSR2", { handler: ({ value }) => console.log(value) });
 * sigqueue(getpid(), "SIGUSR2", 42); // the handler prints 42
 * console.log(before.action); // "default"
 * console.log(sigaction("SIGUSR2", before).action); // "handler"
 * ```
 */
export function sigaction(signal: number | SignalName, action?: "default" | "ignore" | Disposition | SignalAction, flags = 0): Disposition {
  entering("sigaction");
  const number = signalNumber("sigaction", signal);
  const args = [signal, action, flags];
  return exchange(number, action === undefined ? undefined : actionOf(number, action, flags), args);
}

/** Puts a disposition back, whatever handlers that are due may throw. */
export function putBack(signal: number, disposition: Disposition): void {
  exchange(signal, given.get(disposition), [signal, disposition.action]);
}

function actionOf(signal: number, action: unknown, flags: number): Action {
  const former = given.get(action as Disposition);
  if (former) return former;
  if (typeof action === "object" && action !== null && "handler" in action) return handlerAction(signal, action as SignalAction, flags);
  checkFlags("sigaction", "flags", flags, FLAGS);
  const word = WORDS.indexOf(action as "default");
  if (word < 0) throw wrongValue("sigaction", "action", action, `"default", "ignore", an object with a handler, or what sigaction returned`);
  return { bytes: structure(word, flags), handling: undefined };
}

function handlerAction(signal: number, { handler, mask = [], flags = 0 }: SignalAction, more: number): Action {
  checkFunction("sigaction", handler, "handler");
  const blocked = signalNumbers("sigaction", mask, "mask");
  checkFlags("sigaction", "flags", flags, HANDLER_FLAGS);
  checkFlags("sigaction", "flags", more, HANDLER_FLAGS);
  refuseHandlers("sigaction", [signal]);
  const all = (flags | more) >>> 0;
  const bytes = structure(theInbox().handler, (all & FLAGS) | SA_SIGINFO | SA_RESTART);
  bytes.fill(0xff, SIGACTION.at.sa_mask, SIGACTION.at.sa_mask + SIGSET.size);
  return { bytes, handling: Object.freeze({ handler, mask: Object.freeze(blocked), flags: all }) };
}

function structure(handler: number, flags: number): Uint8Array {
  using room = scratch();
  const block = room.take(SIGACTION.size);
  block.setU64(SIGACTION.at.sa_handler, handler);
  block.setU32(SIGACTION.at.sa_flags, flags);
  return block.bytes.slice();
}

/** The one place where a disposition changes. */
function exchange(signal: number, to: Action | undefined, args: readonly unknown[]): Disposition {
  const wasSet = handlingOf(signal);
  using room = scratch();
  const before = room.take(SIGACTION.size);
  check(libc().sigaction(signal, 0, before.address), "sigaction", args);
  if (to) set(signal, to, args);
  return found(before, wasSet);
}

function set(signal: number, to: Action, args: readonly unknown[]): void {
  using room = scratch();
  const after = room.take(SIGACTION.size);
  after.bytes.set(to.bytes);
  claimFromRuntime(signal);
  changeHandling(signal, to.handling, () => check(libc().sigaction(signal, after.address, 0), "sigaction", args));
  if (to.handling) keepFromOtherThreads(signal);
  watchFromLoop();
}

function found(structure: Block, wasSet: Handling | undefined): Disposition {
  const handler = structure.u64(SIGACTION.at.sa_handler);
  const handling = isOurHandler(handler) ? wasSet : undefined;
  const disposition = Object.freeze({
    action: WORDS[handler] ?? "handler",
    flags: handling?.flags ?? structure.u32(SIGACTION.at.sa_flags) & ~SA_RESTORER,
    mask: handling?.mask ?? Object.freeze(signalsIn(structure, SIGACTION.at.sa_mask)),
    ...(handling ? { handler: handling.handler } : {}),
  });
  given.set(disposition, { bytes: structure.bytes.slice(), handling });
  return disposition;
}
