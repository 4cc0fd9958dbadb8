/**
 * Every end of a forked child becomes _exit.
 *
 * A child shares its parent's exit handlers, pending timers and half-done work, and must run none of it. So process.exit and its kin,
 * an uncaught error, an unhandled rejection and the plain end of the synchronous run that called fork all lead to _exit.
 *
 * @module
 */
import { libc, usable } from "../../ffi/mod.ts";
import type { EndingFunction, Host } from "../../ffi/backend/types.ts";
import { safePoint } from "../safe_point.ts";
import { leave } from "./exit.ts";
import { say } from "./say.ts";

const SIGABRT = 6;
const SIG_DFL = 0;
const PROCESS_EVENTS = ["exit", "beforeExit", "uncaughtException", "uncaughtExceptionMonitor", "unhandledRejection", "rejectionHandled", "warning", "disconnect", "message"];

/** Rejected when the child's run is over. */
const OVER = Symbol("over");

interface Emitter {
  on(event: string, listener: (value: unknown) => void): unknown;
  removeAllListeners(event: string): unknown;
}

let guarded = false;

/** To be called in a child straight after fork. */
export function guard(): void {
  const { host } = usable();
  if (!guarded) {
    guarded = true;
    replaceEndings(host);
    listenOnProcess(host);
    listenOnGlobal(host);
  }
  host.forgetTimers();
  host.afterThisRun(() => end(host), OVER);
}

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

function rejected(host: Host, reason: unknown): never {
  return reason === OVER ? end(host) : fail(reason);
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

function replaceEndings(host: Host): void {
  const by: Record<EndingFunction["name"], (code?: unknown) => never> = {
    exit: (code) => end(host, code),
    reallyExit: (code) => end(host, code),
    abort,
  };
  for (const { object, name } of host.endings()) {
    Object.defineProperty(object, name, { value: by[name], configurable: true, writable: true });
  }
  host.forgetUnload();
}

function listenOnProcess(host: Host): void {
  const emitter = globalThis.process as unknown as Emitter;
  for (const event of PROCESS_EVENTS) emitter.removeAllListeners(event);
  emitter.on("uncaughtException", fail);
  emitter.on("unhandledRejection", (reason) => rejected(host, reason));
  emitter.on("beforeExit", () => end(host));
  emitter.on("exit", () => end(host));
}

function listenOnGlobal(host: Host): void {
  if (typeof globalThis.addEventListener !== "function") return;
  const listen = (name: string, act: (event: Event) => void): void => {
    globalThis.addEventListener(name, (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      act(event);
    }, { capture: true });
  };
  listen("error", (event) => fail(Reflect.get(event, "error") ?? Reflect.get(event, "message")));
  listen("unhandledrejection", (event) => rejected(host, Reflect.get(event, "reason")));
  listen("beforeunload", () => end(host));
  listen("unload", () => end(host));
}
