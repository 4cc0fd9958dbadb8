/** Deno as the host of a program that forks. */
import type { EndingFunction, Host } from "./types.ts";

declare const Deno: { pid: number; exitCode: number; addSignalListener(name: string, run: () => void): void; removeSignalListener(name: string, run: () => void): void };
declare const process: { pid: number; argv: string[]; exitCode?: unknown; stdout: object; stderr: object; nextTick(call: () => void): void };

/** Deno's own mark that the unload event has been sent: with it, no exit sends it again. */
const UNLOAD_SENT = Symbol.for("Deno.isUnloadDispatched");

/**
 * The process object, whose `pid` cannot be redefined: a child's global `process` is a proxy of it. What was imported from
 * "node:process" keeps the parent's number.
 */
let original: typeof process | undefined;

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
  writesThroughCopies: false,
  wakesItself: true,
  isScriptOnStdin: () => /\/\$deno\$stdin\.\w+$/.test(process.argv[1] ?? ""),
  setPid(pid) {
    Object.defineProperty(Deno, "pid", { value: pid, configurable: true, enumerable: true, writable: true });
    original ??= process;
    const renumbered = new Proxy(original, { get: (target, key) => (key === "pid" ? pid : Reflect.get(target, key)) });
    Object.defineProperty(globalThis, "process", { value: renumbered, configurable: true, writable: true });
  },
  endings: (): EndingFunction[] => [
    { object: process, name: "exit" },
    { object: process, name: "reallyExit" },
    { object: process, name: "abort" },
    { object: Deno, name: "exit" },
  ],
  forgetUnload() {
    Reflect.set(globalThis, UNLOAD_SENT, true);
  },
  forgetTimers() {}, // rejections are reported before the next one, and afterThisRun is the last of them
  afterThisRun(_call, over) {
    process.nextTick(() => queueMicrotask(() => process.nextTick(() => void Promise.reject(over))));
  },
  exitCode: () => (Deno.exitCode === 0 ? process.exitCode : Deno.exitCode),
};
