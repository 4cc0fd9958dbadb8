/** Tracing a command: the main thread's side. @module */
import type { WaitStatus } from "../model/event.ts";
import { Commander, COMMAND, makeControl, SAME_PACE } from "./control.ts";
import { takeThread } from "./thread.ts";
import { TraceError, type Failure, type FromWorker, type ToWorker, type TraceHandlers, type TraceOptions, type Tracer } from "./types.ts";

/** How often a sleeping worker with events not told yet is woken, in milliseconds. */
const NUDGE = 25;

/**
 * Runs a command under ptrace and tells what its processes do.
 *
 * Needs Linux, ptrace of own children, and a runtime that may start workers (Deno: --allow-read of this package, --allow-ffi).
 * Every process of a command dies with the tracer; one that was attached to goes on.
 *
 * @see https://man7.org/linux/man-pages/man2/ptrace.2.html
 * @example
 * ```ts
 * import { trace } from "../lib/trace/mod.ts";
 * const tracer = trace(
 *   { command: ["bash", "-c", "ls | wc -l"], level: "fds", schedule: "turns", beginAtMark: false, held: false, verify: false, header: { command: [] } },
 *   { events: (batch) => console.log(batch.length), phase: () => {} },
 * );
 * console.log(await tracer.done); // { kind: "exited", code: 0 }
 * ```
 */
export function trace(options: TraceOptions, handlers: TraceHandlers): Tracer {
  const control = makeControl();
  const commander = new Commander(control);
  const message: ToWorker = { options: { ...options, env: options.env ?? ownEnvironment() }, control };
  const { worker, listens } = takeThread();
  const nudge = setInterval(() => { commander.ringIfDirty(); }, NUDGE);
  const done = new Promise<WaitStatus | undefined>((resolve, reject) => {
    const finish = (): void => {
      clearInterval(nudge);
      worker.terminate();
    };
    const fail = (failure: Failure): void => {
      finish();
      handlers.phase("failed", failure);
      reject(new TraceError(failure));
    };
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.say === "done") {
        finish();
        resolve(data.status);
      } else if (data.say === "phase" && data.phase === "failed") fail(data.failure ?? { message: "trace: no reason was given" });
      else tell(handlers, data);
    });
    const broken = (why: string): void => { fail({ message: `trace: the worker cannot run: ${why}`, hint: "Deno needs --allow-read of the package and --allow-ffi" }); };
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      broken(event.message);
    });
    listens.then(() => { worker.postMessage(message, []); }, (error: Error) => { broken(error.message); });
  });
  return {
    run: (pace) => { commander.send(COMMAND.run, pace === undefined ? SAME_PACE : Math.round(pace * 1000)); },
    pause: () => { commander.send(COMMAND.pause); },
    step: (pid) => { commander.send(COMMAND.step, pid ?? 0); },
    kill: () => { commander.send(COMMAND.kill); },
    detach: () => {
      if (options.attach === undefined && options.level === "fds" && options.engine !== "bpf") handlers.phase("paused", cannotDetach());
      else commander.send(COMMAND.detach);
    },
    done,
  };
}

function tell(handlers: TraceHandlers, message: FromWorker): void {
  switch (message.say) {
    case "events": return handlers.events(message.events);
    case "checked": return handlers.checked?.(message.checks, message.disagreements);
    case "count": return handlers.count?.(message.events);
    case "phase": return handlers.phase(message.phase);
    case "notice": return handlers.notice?.(message.failure);
    case "ready": case "done": return;
  }
}

function cannotDetach(): Failure {
  return { call: "ptrace(PTRACE_DETACH)", message: "detach: a command started under a seccomp filter cannot go on without its tracer, its calls would fail with ENOSYS", hint: "let it run to its end, or kill it" };
}

/** The environment of this process, less what a launcher added to it. */
function ownEnvironment(): Record<string, string> {
  const own: Record<string, string> = {};
  const added = new Set(["FORKSCOPE_ADDED_ENV", ...(process.env["FORKSCOPE_ADDED_ENV"] ?? "").split(":")]);
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !added.has(name)) own[name] = value;
  return own;
}
