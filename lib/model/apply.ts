/**
 * From events to the picture: `apply(world, event)` computes what follows from one observation.
 *
 * The rules are those of Linux (fork(2), execve(2), close(2), unix(7), signal(7), credentials(7)); each subject has
 * a file of its own beside this one. What an event names and the model does not know is left alone, never guessed.
 *
 * @module
 */
import { applyDescriptor } from "./apply_fds.ts";
import { applyTransfer } from "./apply_io.ts";
import { adopt, exec, exit, fork, lead, reap, sweep, waited } from "./apply_process.ts";
import { deliver, kill, setDisposition, setMask, returned } from "./apply_signals.ts";
import { accept, bind, connect, listen, receive, send } from "./apply_sockets.ts";
import { start } from "./apply_start.ts";
import { editPid, untouched } from "./draft.ts";
import type { CallEvent, Event } from "./event.ts";
import { touchPid } from "./touch.ts";
import type { Process, World } from "./world.ts";

/**
 * Changes `world` to what it is after `event`. Quiet events count like any other.
 *
 * `world` must be one that `emptyWorld` or `clone` made for the caller.
 */
export function apply(world: World, event: Event): void {
  sweep(world);
  world.touched = untouched();
  world.n = event.n;
  world.t = event.t;
  if (event.kind === "start") return start(world, event);
  if (event.kind === "lost") return lose(world, event.count, event.why);
  if (event.kind === "end") {
    if (event.status) world.ended = event.status;
    return;
  }
  const process = editPid(world, event.pid);
  if (process === undefined) return;
  touchPid(world, process.pid);
  if (event.line !== undefined) process.line = event.line;
  applyTo(world, process, event);
}

type OfProcess = Exclude<Event, { kind: "start" | "lost" | "end" }>;

function applyTo(world: World, process: Process, event: OfProcess): void {
  switch (event.kind) {
    case "fork": return fork(world, process, event);
    case "exec": return exec(world, process, event);
    case "exit": return exit(world, process, event);
    case "reap": return reap(world, process);
    case "adopt": return adopt(process, event.ppid);
    case "signal":
      run(process, event.tid);
      return deliver(process, event.signal);
    case "stop":
      process.state = "stopped";
      process.stopSignal = event.signal;
      return deliver(process, event.signal);
    case "continue": return go(process);
    case "block":
      if (isLeader(process, event.tid)) sleep(process, event);
      return;
    case "fact": return run(process, event.tid);
    case "call":
      run(process, event.tid);
      return call(world, process, event);
  }
}

function call(world: World, process: Process, event: CallEvent): void {
  if (event.call === "rt_sigreturn") returned(process);
  const op = event.op;
  if (op === undefined) return;
  switch (op.op) {
    case "open": case "pair": case "dup": case "close": case "close_range": case "cloexec": case "flags": case "unshare":
      return applyDescriptor(world, process, op);
    case "read": case "write": case "seek":
      return applyTransfer(world, process, op);
    case "accept": return accept(world, process, op);
    case "bind": return bind(world, process, op);
    case "listen": return listen(world, process, op);
    case "connect": return connect(world, process, op);
    case "send": return send(world, process, op);
    case "receive": return receive(world, process, op);
    case "wait": return waited(world, process, op);
    case "sigaction": return setDisposition(process, op);
    case "sigmask": return setMask(process, op.blocked, event.tid);
    case "kill": return kill(world, process, op);
    case "setpgid": case "setsid": case "chdir": case "subreaper": case "name":
      return lead(world, process, op, isLeader(process, event.tid));
  }
}

function lose(world: World, count: number, why: string): void {
  world.lost += count;
  world.unknown = [...world.unknown, `${count} events: ${why}`];
}

function isLeader(process: Process, tid: number | undefined): boolean {
  return tid === undefined || tid === process.pid;
}

/** The state drawn is that of the first thread: what another thread does says nothing of it. */
function run(process: Process, tid: number | undefined): void {
  if (isLeader(process, tid)) go(process);
}

function go(process: Process): void {
  if (process.state === "zombie" || process.state === "reaped") return;
  process.state = "running";
  delete process.blockedIn;
  delete process.stopSignal;
}

function sleep(process: Process, event: Extract<Event, { kind: "block" }>): void {
  process.state = "sleeping";
  const { call, args, on } = event;
  process.blockedIn = on === undefined ? { call, args } : { call, args, on };
}
