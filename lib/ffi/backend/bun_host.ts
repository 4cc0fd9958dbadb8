/** Bun as the host of a program that forks. */
import { getProtectedObjects } from "bun:jsc";
import type { Host } from "./types.ts";

declare const process: { pid: number; argv: string[]; stdout: object; stderr: object; exitCode?: unknown; on(event: string, call: () => void): void; env: Record<string, string | undefined>; nextTick(call: () => void): void };
declare function setImmediate(call: () => void): unknown;
declare function clearTimeout(timer: unknown): void;
declare function clearImmediate(timer: unknown): void;

const TIMER = /^\[object (?:Timeout|Immediate)\]$/;
const OFF = new Set(["0", "false"]);

/**
 * Without these a child can wait for ever for a thread that fork did not copy: a compiler thread, a collector thread, the thread
 * that warms up memory blocks. The allocator's scavenger was never seen to do harm; it is turned off as a belt.
 */
const SAFE = {
  BUN_JSC_useConcurrentGC: "0",
  BUN_JSC_useConcurrentJIT: "0",
  BUN_JSC_numberOfGCMarkers: "1",
  BUN_JSC_useWarmUpMarkedBlocks: "0",
  MIMALLOC_SCAVENGER: "0",
};

export const host: Host = {
  safeEnvironment: SAFE,
  lists: [],
  isSafe({ environment }) {
    const off = ["BUN_JSC_useConcurrentGC", "BUN_JSC_useConcurrentJIT", "BUN_JSC_useWarmUpMarkedBlocks"];
    return environment.get("BUN_JSC_numberOfGCMarkers") === "1" && off.every((name) => OFF.has(environment.get(name) ?? ""));
  },
  idleThreads: /^(?:Bun Pool|mi-scavenger|JSCWarmUp|HTTP Client)/,
  environment: () => process.env,
  ownSignals: ["SIGPWR"], // the collector stops a thread by it
  claimSignal() {},
  setVariable(name, value) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  },
  prepare() {
    void process.stdout;
    void process.stderr;
  },
  pastRandom: { bytes: 256, draws: 9, uuids: 0 }, // 2048 bytes ahead, for draws of at most 256 and for UUIDs; larger ones ask BoringSSL, which notices a fork
  writesThroughCopies: true,
  wakesItself: false,
  unblocksSignals: true,
  isScriptOnStdin: () => process.argv[1] === "-",
  keepPidTrue({ isForked, getpid }) {
    const own = process.pid;
    const set = (value: unknown): void => void Object.defineProperty(process, "pid", { value, configurable: true, enumerable: true, writable: true });
    Object.defineProperty(process, "pid", { get: () => (isForked() ? getpid() : own), set, configurable: true, enumerable: true });
  },
  atEnd(call) {
    process.on("exit", call);
  },
  endings: () => [
    { object: process, name: "exit" },
    { object: process, name: "reallyExit" },
    { object: process, name: "abort" },
  ],
  errorEvents: ["uncaughtException", "unhandledRejection"],
  forgetUnload() {},
  timers: () => getProtectedObjects().filter((object: unknown) => TIMER.test(Object.prototype.toString.call(object))),
  forgetTimers(timers) {
    for (const timer of timers) {
      clearTimeout(timer);
      clearImmediate(timer);
    }
  },
  afterThisRun(isOver, call) {
    process.nextTick(() => {
      if (isOver()) queueMicrotask(() => setImmediate(call));
    });
  },
  exitCode: () => process.exitCode,
};
