/** Deno as the host of a program that forks. */
import type { EndingFunction, Host } from "./types.ts";

declare const Deno: { pid: number; exitCode: number; addSignalListener(name: string, run: () => void): void; removeSignalListener(name: string, run: () => void): void };
declare const process: { pid: number; argv: string[]; exitCode?: unknown; stdout: object; stderr: object; nextTick(call: () => void): void };

/** Deno's own mark that the unload event has been sent: with it, no exit sends it again. */
const UNLOAD_SENT = Symbol.for("Deno.isUnloadDispatched");

/** The process object, whose `pid` cannot be redefined: a child's global `process` is a proxy of it, made when it is asked for. What was imported from "node:process" keeps the parent's. */
let original: typeof process | undefined;
const real = (): typeof process => original ?? process;

const TAKEN_LATE: readonly string[] = ["SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1"];
const nothing = (): void => {};

export const host: Host = {
  safeEnvironment: { DENO_V8_FLAGS: "--single-threaded" },
  lists: ["DENO_V8_FLAGS"],
  // V8 starts its workers before the program, unless it was told to be single-threaded: they are there or they never will be.
  isSafe: ({ threads }) => !threads.some((name) => name.startsWith("V8 ")),
  idleThreads: /^tokio-/,
  ownSignals: [],
  // Half a second after its start it takes these: for the inspector, and to tidy up before the end. It does so once for a signal.
  claimSignal(name) {
    if (!TAKEN_LATE.includes(name)) return;
    Deno.addSignalListener(name, nothing);
    Deno.removeSignalListener(name, nothing);
  },
  environment: () => undefined,
  setVariable() {},
  prepare() {
    // Over a terminal they take their place in the event loop.
    void process.stdout;
    void process.stderr;
  },
  pastRandom: { bytes: 4096, draws: 17, uuids: 129 }, // fresh entropy each 64 KiB, 128 UUIDs ahead
  writesThroughCopies: false,
  wakesItself: true,
  unblocksSignals: false,
  isScriptOnStdin: () => /\/\$deno\$stdin\.\w+$/.test(process.argv[1] ?? ""),
  keepPidTrue({ isForked, getpid }) {
    const parent = (original = process);
    let renumbered: typeof process | undefined;
    const child = (): typeof process => (renumbered ??= new Proxy(parent, { get: (target, key) => (key === "pid" ? getpid() : Reflect.get(target, key)) }));
    const own = Object.getOwnPropertyDescriptor(Deno, "pid")?.get;
    getBy(Deno, "pid", () => (isForked() ? getpid() : own?.call(Deno)));
    getBy(globalThis, "process", () => (isForked() ? child() : parent));
  },
  atEnd(call) {
    globalThis.addEventListener("unload", call);
  },
  endings: (): EndingFunction[] => [
    { object: real(), name: "exit" },
    { object: real(), name: "reallyExit" },
    { object: real(), name: "abort" },
    { object: Deno, name: "exit" },
  ],
  errorEvents: [], // the global object tells of them first
  forgetUnload(on) {
    Reflect.set(globalThis, UNLOAD_SENT, on);
  },
  timers: () => [], // rejections are reported before the next one, and afterThisRun is the last of them
  forgetTimers() {},
  afterThisRun(isOver, _call, over) {
    real().nextTick(() => {
      if (isOver()) queueMicrotask(() => real().nextTick(() => void Promise.reject(over)));
    });
  },
  exitCode: () => (Deno.exitCode === 0 ? real().exitCode : Deno.exitCode),
};

/** A property that is got by a function until somebody sets it. */
function getBy(object: object, name: string, get: () => unknown): void {
  const set = (value: unknown): void => void Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: true });
  Object.defineProperty(object, name, { get, set, configurable: true, enumerable: true });
}
