/** A program run as init runs one: signals go to it, orphans are reaped, and nothing is left when it ends. @module */
import { libc } from "../../ffi/mod.ts";
import { asyncSignal } from "../async/pending.ts";
import type { Fd } from "../fd/fd.ts";
import { spawn, type SpawnOptions } from "../process/spawn.ts";
import { checkedRequest } from "../process/spawn_options.ts";
import type { WaitStatus } from "../process/status.ts";
import type { SignalSet } from "../signal/set.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { checkForwarding, forwardSignals } from "./forward.ts";
import { endNamespace } from "./namespace.ts";
import { type Reaped, reaper } from "./reaper.ts";
import { ProcessScope } from "./scope.ts";
import { hasForeground, keepForeground } from "./terminal.ts";

const GRACEFUL = 5000;
const MAX_MS = 0x7fffffff;
/** A shell's status for a program that a signal ended, less the signal. */
const SIGNALED = 128;

/** How to run it: as {@linkcode spawn}, and further. */
export interface InitOptions extends SpawnOptions {
  /** Signals to hand on; those of {@linkcode forwardSignals} unless given. */
  forward?: SignalSet;
  /** Hand them on to its whole process group. */
  group?: boolean;
  /** Milliseconds that what is left when it ends has between SIGTERM and SIGKILL: 5000 unless given. */
  graceful?: number;
  /** Is called with each orphan that was reaped. */
  reaped?: (ended: Reaped) => void;
  /** Ends it and all below it. */
  signal?: AbortSignal;
}

/**
 * Runs a program as PID 1 of a container does, or as a subreaper where this process is not PID 1: signals that this process gets are
 * handed on to it, orphans are reaped, and when it ends so does all that is left of it, by SIGTERM, then SIGKILL.
 *
 * The program has a process group of its own unless `pgroup` or `setsid` says otherwise, which gets the terminal's foreground where this process
 * has it. Where this process is PID 1, all of its pid namespace is below it, and /proc need not be mounted there.
 *
 * @returns the status to exit with: the program's own, or 128 and the signal that ended it
 * @throws {SystemError} as {@linkcode spawn}: the program could not be started
 * @throws {unknown} the signal's reason, when all have ended
 * @see https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 * @example
 * ```ts
 * import { runAsInit } from "forkscope";
 * const status = await runAsInit("sh", ["sh", "-c", "sleep 600 & exit 7"]);
 * console.log(status); // 7
 * process.exitCode = status === 7 ? 0 : status;
 * ```
 */
export async function runAsInit(file: string | number | Fd, argv: readonly string[], options: InitOptions = {}): Promise<number> {
  entering("runAsInit");
  const signal = asyncSignal("runAsInit", options);
  const { forward, group, graceful = GRACEFUL, reaped, signal: _given, ...rest } = options;
  checkInteger("runAsInit", "graceful", graceful, 0, MAX_MS);
  checkForwarding([], forward, { group });
  checkedRequest(file, argv, rest);
  const program = rest.setsid || rest.pgroup !== undefined ? rest : { ...rest, pgroup: 0, ...(hasForeground() && { foreground: 0 }) };
  using _orphans = reaper({ ...(reaped && { reaped }) });
  using forwarding = forwardSignals([], forward, { group });
  using _terminal = keepForeground();
  await using below = libc().getpid() === 1 ? { spawn, [Symbol.asyncDispose]: () => endNamespace(graceful, reaped) } : new ProcessScope({ graceful, ...(reaped && { reaped }) });
  const child = below.spawn(file, argv, program);
  forwarding.add(child);
  return statusOf(await child.waitAsync({ signal }));
}

function statusOf(status: WaitStatus): number {
  if (status.kind === "exited") return status.code;
  return status.kind === "signaled" ? SIGNALED + status.signal : SIGNALED;
}
