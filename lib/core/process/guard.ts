/**
 * Every end of a forked child becomes _exit.
 *
 * A child shares its parent's exit handlers, pending timers and half-done work, and must run none of it. So process.exit and its kin,
 * an uncaught error, an unhandled rejection and the plain end of the synchronous run that called fork all lead to _exit.
 *
 * All of it is set up in the parent, before the fork, where code has run before and memory is no copy yet. What does nothing there stays;
 * what would change what the parent does is taken away again right after the fork.
 *
 * @module
 */
import { libc, usable } from "../../ffi/mod.ts";
import type { EndingFunction, Host } from "../../ffi/backend/types.ts";
import { safePoint } from "../safe_point.ts";
import { leave } from "./exit.ts";
import { isForkedChild } from "./forked.ts";
import { say } from "./say.ts";

const SIGABRT = 6;
const SIG_DFL = 0;
/** Events for the end of the process: the first listener ends a child, and does nothing in its parent. */
const LAST_EVENTS = ["exit", "beforeExit"];
/** Events whose listeners of the parent must not hear of a child. */
const PARENTS_EVENTS = ["uncaughtException", "uncaughtExceptionMonitor", "unhandledRejection", "rejectionHandled", "disconnect", "message"];

/** Rejected when the child's run is over. */
const OVER = Symbol("over");

type Listener = (value: unknown) => void;
interface Emitter {
  listeners(event: string): unknown[];
  listenerCount(event: string): number;
  prependListener(event: string, listener: Listener): unknown;
  removeListener(event: string, listener: Listener): unknown;
  removeAllListeners(event: string): unknown;
}

/** What is left for the child to do; nothing in most programs. */
export interface Guard {
  /** Events of the process object that somebody listens to. */
  readonly heard: readonly string[];
  readonly timers: readonly unknown[];
}

let listening = false;
let ending = false;

/** Listens on the global object, in the parent, where it does nothing: the earlier, the fewer listeners of the program come before. */
export function listenFirst(): void {
  if (!listening) listenOnGlobal(usable().host);
  listening = true;
}

/** In the parent, right before the fork. */
export function armGuard(): Guard {
  const { host } = usable();
  const emitter = processEmitter();
  listenFirst();
  for (const one of host.endings()) keepEnding(host, one);
  for (const event of LAST_EVENTS) keepFirst(emitter, event);
  const heard = PARENTS_EVENTS.filter((event) => !host.errorEvents.includes(event) && emitter.listenerCount(event) > 0);
  for (const event of host.errorEvents) emitter.prependListener(event, onError);
  if (!ending) host.afterThisRun(isThisRunOver, () => end(host), OVER);
  ending = true;
  return { heard, timers: host.timers() };
}

/** In the parent, right after the fork. */
export function disarmGuard(): void {
  for (const event of usable().host.errorEvents) processEmitter().removeListener(event, onError);
}

/** In the child. */
export function guard({ heard, timers }: Guard): void {
  for (const event of heard) processEmitter().removeAllListeners(event);
  if (timers.length > 0) usable().host.forgetTimers(timers);
}

const processEmitter = (): Emitter => globalThis.process as unknown as Emitter;

/** The child ends with the status the program asked for, when handlers of signals that came before have run. */
function end(host: Host, code?: unknown): never {
  runLastHandlers();
  const status = Number(code ?? host.exitCode() ?? 0);
  return leave(Number.isInteger(status) ? status : 1);
}

function runLastHandlers(): void {
  try {
    safePoint();
  } catch (error) {
    fail(error);
  }
}

/** The child ends with status 1 and says why. */
export function fail(error: unknown): never {
  try {
    say(error instanceof Error && error.stack ? withMessage(error) : `Uncaught ${shown(error)}`);
  } finally {
    leave(1);
  }
}

/** An uncaught error, or the reason of an unhandled rejection. */
function onError(reason: unknown): never {
  return reason === OVER ? end(usable().host) : fail(reason);
}

function onLast(): void {
  if (isForkedChild()) end(usable().host);
}

/** Called when the run that called fork is over, in the parent too: true in a child. */
function isThisRunOver(): boolean {
  ending = false;
  return isForkedChild();
}

function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "value that has no text";
  }
}

/** Some engines leave the message out of `stack`. */
function withMessage(error: Error): string {
  const head = `${error.name}: ${error.message}`;
  return error.stack?.includes(error.message) ? error.stack : `${head}\n${error.stack}`;
}

function abort(): never {
  libc().signal(SIGABRT, SIG_DFL);
  libc().raise(SIGABRT);
  return leave(134);
}

const standing = new WeakSet<object>();

/** A function by which a program ends ends a child too, its own way. */
function keepEnding(host: Host, { object, name }: EndingFunction): void {
  const was: unknown = Reflect.get(object, name);
  if (typeof was !== "function" || standing.has(was)) return;
  const inChild: (code?: unknown) => never = name === "abort" ? abort : (code) => end(host, code);
  const value = { [name](this: unknown, ...args: unknown[]): unknown {
    return isForkedChild() ? inChild(args[0]) : Reflect.apply(was, this, args);
  } }[name] as object;
  standing.add(value);
  Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: true });
}

/** Listeners that the program adds before ours, or takes ours away with, are noticed at the next fork. */
function keepFirst(emitter: Emitter, event: string): void {
  if (emitter.listeners(event)[0] === onLast) return;
  emitter.removeListener(event, onLast);
  emitter.prependListener(event, onLast);
}

function listenOnGlobal(host: Host): void {
  if (typeof globalThis.addEventListener !== "function") return;
  const listen = (name: string, act: (event: Event) => void): void => {
    globalThis.addEventListener(name, (event) => {
      if (!isForkedChild()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act(event);
    }, { capture: true });
  };
  listen("error", (event) => fail(Reflect.get(event, "error") ?? Reflect.get(event, "message")));
  listen("unhandledrejection", (event) => onError(Reflect.get(event, "reason")));
  listen("beforeunload", () => end(host));
  listen("unload", () => end(host));
}
