/**
 * The worker that traces one command. ptrace belongs to the thread that attached, so all of it happens here;
 * the thread that started the worker stays free.
 *
 * @module
 */
import { Accounting } from "./accounting.ts";
import { seizeTree, stopAll } from "./attach.ts";
import { arch } from "../ffi/arch.ts";
import { libc, SystemError } from "../ffi/mod.ts";
import { readFile } from "../core/proc/process.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { FORMAT_VERSION, type RecordingHeader, type WaitStatus } from "../model/event.ts";
import { Listener } from "./control.ts";
import { Bell } from "./bell.ts";
import { DataKeeper } from "./data.ts";
import { callsOf } from "./decode/table.ts";
import { FactReader } from "./facts.ts";
import { filterProgram } from "./filter.ts";
import { launch, type Launched, makeDoorbell, resolveCommand, whyNotStarted } from "./launch.ts";
import { ATTACH_OPTIONS } from "./ptrace.ts";
import type { Recorder } from "./recorder.ts";
import { type Hearers, Reporter } from "./report.ts";
import { Scheduler } from "./schedule.ts";
import { Stops } from "./stops.ts";
import { Tree } from "./tasks.ts";
import { Witness } from "./witness.ts";
import { TraceError, type FromWorker, type ToWorker, type TraceOptions, type TracePhase } from "./types.ts";
import { stat } from "../core/proc/stat.ts";

interface WorkerScope {
  addEventListener(type: "message", listener: (message: { data: ToWorker }) => void): void;
  postMessage(message: FromWorker, transfer: never[]): void;
}
const scope = globalThis as unknown as WorkerScope;
const say = (message: FromWorker): void => { scope.postMessage(message, []); };

scope.addEventListener("message", ({ data }) => {
  void work(data).catch((error: unknown) => { say({ say: "phase", phase: "failed", failure: failureOf(error) }); });
});
say({ say: "ready" });

async function work({ options, control }: ToWorker): Promise<void> {
  const path = options.attach === undefined ? resolveCommand(options.command, options.env, options.cwd) : "";
  const recorder = await recorderOf(options);
  const verifier = options.verify ? new (await import("./verify.ts")).Verifier({ treeOnly: options.level === "tree" }) : undefined;
  const accounting = options.beginAtMark ? new Accounting() : undefined;
  const hearers = { recorder, verifier, accounting, events: options.recordOnly !== true };
  const listener = new Listener(control);
  const { status, reporter } = options.engine === "bpf" ? await byBpf(options, path, listener, hearers) : byPtrace(options, path, listener, new Reporter(say, hearers));
  reporter.flush();
  recorder?.close();
  say({ say: "phase", phase: "ended" });
  say({ say: "done", ...(status ? { status } : {}) });
}

interface Traced {
  status: WaitStatus | undefined;
  reporter: Reporter;
}

function byPtrace(options: ToWorker["options"], path: string, listener: Listener, reporter: Reporter): Traced {
  return { status: traceAll(options, path, listener, reporter), reporter };
}

async function byBpf(options: ToWorker["options"], path: string, listener: Listener, hearers: Hearers): Promise<Traced> {
  const { traceByBpf } = await import("./bpf/engine.ts");
  return traceByBpf({
    options, path, listener,
    report: (clock) => new Reporter(say, { ...hearers, clock }),
    phase: (name) => { say({ say: "phase", phase: name }); },
    notice: (message) => { say({ say: "notice", failure: { message } }); },
  });
}

function traceAll(options: ToWorker["options"], path: string, listener: Listener, report: Reporter): WaitStatus | undefined {
  const attached = options.attach !== undefined;
  const calls = callsOf(options.level);
  const filter = options.level === "fds" && !attached ? filterProgram([...calls.keys(), syscallNumber("restart_syscall")]) : undefined;
  const tree = new Tree();
  const facts = new FactReader();
  const bell = makeDoorbell();
  const everyCall = options.level === "all" || (options.level === "fds" && attached);
  const stops = new Stops(tree, report, facts, { calls, filtered: filter !== undefined, everyCall, all: options.level === "all", data: options.data && new DataKeeper(options.data), attached, turns: options.schedule === "turns", beginAtMark: options.beginAtMark });
  using _witness = attached ? undefined : new Witness();
  const launched = options.attach === undefined ? launch(options, path, filter?.fprog ?? 0) : undefined;
  const root = options.attach ?? launched?.pid ?? 0;
  stops.family.root = root;
  if (attached) join(tree, stops, root, () => { stopAll(tree, calls, facts); });
  else tree.addTask(root, tree.addProcess(root, stat(root).start, libc().getpid()));
  const phase = (name: TracePhase): void => { say({ say: "phase", phase: name }); };
  const scheduler = new Scheduler(
    { tree, stops, report, facts, listener, bell: new Bell(bell.pid, listener), phase },
    { turns: options.schedule === "turns", held: options.held, pace: options.pace ?? 0, runtimeMarks: options.beginAtMark },
  );
  listener.setBell(bell.pid);
  try {
    scheduler.run();
  } finally {
    if (!attached && !scheduler.left) scheduler.kill();
    listener.setBell(0);
    libc().kill(bell.pid, 9);
    libc().waitpid(bell.pid, 0, 0);
  }
  void filter?.keep.bytes.length;
  if (!scheduler.left) return finish(stops, options, report, root, launched);
  report.end(root, undefined);
  return undefined;
}

/** Who runs already is held once, for the state that the recording starts with. */
function join(tree: Tree, stops: Stops, root: number, stopAll: () => void): void {
  stops.started = true;
  seizeTree(tree, root, ATTACH_OPTIONS);
  stops.beginning = [...tree.tasks.values()].find((task) => task.pid === root);
  if (!stops.beginning) throw new TraceError({ call: "ptrace(PTRACE_SEIZE)", errno: "ESRCH", message: `attach to ${root}: it ended meanwhile` });
  stopAll();
}

function finish(stops: Stops, options: TraceOptions, report: Reporter, root: number, launched: Launched | undefined): WaitStatus {
  const status = stops.family.rootStatus ?? { kind: "exited", code: 0 };
  if (!stops.started && launched) throw whyNotStarted(options.command[0] ?? "", launched, stops.startErrno);
  if (!report.reporting) {
    const how = status.kind === "signaled" ? `was killed by signal ${status.signal}` : `ended with status ${status.kind === "exited" ? status.code : 0}`;
    throw new TraceError({ message: `trace ${options.command.join(" ")}: the story ${how} before it began` });
  }
  report.end(stops.family.first ?? root, status);
  return status;
}

async function recorderOf(options: TraceOptions): Promise<Recorder | undefined> {
  if (options.record === undefined) return undefined;
  const { Recorder } = await import("./recorder.ts");
  const header: RecordingHeader = { forkscope: FORMAT_VERSION, ...options.header, kernel: readFile("sys/kernel/osrelease").trim(), arch, date: new Date().toISOString() };
  return new Recorder(options.record, header);
}

function failureOf(error: unknown): { call?: string; errno?: string; message: string; hint?: string } {
  if (error instanceof TraceError) return error.failure;
  if (error instanceof SystemError) return { call: error.syscall, errno: error.code, message: error.message };
  return { message: error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error) };
}
