/** The life of a process: fork(2), execve(2), _exit(2), wait(2), and whose child it is. @module */
import { addProcess, editPid } from "./draft.ts";
import type { ExecEvent, ExitEvent, ForkEvent, Op, WaitStatus } from "./event.ts";
import { childMask, raise, resetHandlers } from "./apply_signals.ts";
import { processKey, takeOrder } from "./apply_start.ts";
import { SIGCHLD } from "./signals.ts";
import { closeFd, describe, install, leaveTable, unshareTable } from "./table.ts";
import { touchPid } from "./touch.ts";
import { hide } from "./unseen.ts";
import type { Process, World } from "./world.ts";

export function fork(world: World, parent: Process, event: ForkEvent): void {
  if (event.thread) return startThread(parent, event);
  const stale = editPid(world, event.child);
  if (stale !== undefined) remove(world, stale);
  const child = addProcess(world, beget(world, parent, event));
  touchPid(world, child.pid);
  if (event.sharesFiles) shareTable(parent, child, world);
  else copyTable(world, parent, child);
  if (event.pidfd !== undefined) install(world, parent, { fd: event.pidfd.fd, ofd: describe(world, event.pidfd).id, cloexec: event.pidfd.cloexec, origin: { how: "open" }, bornAt: world.n });
}

function startThread(process: Process, event: ForkEvent): void {
  process.threads = [...process.threads, event.child];
  const mask = childMask(process, event.tid);
  if (mask !== undefined) process.masks = new Map(process.masks).set(event.child, mask);
}

/** What fork(2) copies and what it clears: pending signals and the subreaper mark are not inherited, nor are threads. */
function beget(world: World, parent: Process, event: ForkEvent): Process {
  const { pgid, sid, name, exe, argv, cwd, line, signals, resetHand } = parent;
  const mask = event.blocked ?? childMask(parent, event.tid);
  return {
    key: processKey(event.child, event.start),
    pid: event.child,
    start: event.start,
    ppid: event.sibling ? parent.ppid : parent.pid,
    pgid, sid, name,
    state: "running",
    ...(exe === undefined ? {} : { exe }),
    ...(argv === undefined ? {} : { argv }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(line === undefined ? {} : { line }),
    ...(resetHand === undefined ? {} : { resetHand }),
    ...(signals === undefined || mask === undefined ? {} : { signals: { ...signals, blocked: mask, pending: [] } }),
    subreaper: false,
    ...(parent.unseen ? { unseen: true as const } : {}),
    threads: [],
    fds: new Map(),
    bornAt: world.n,
    order: takeOrder(world),
  };
}

function copyTable(world: World, parent: Process, child: Process): void {
  for (const { fd, ofd, cloexec } of parent.fds.values()) {
    const origin = { how: "fork", from: { pid: parent.pid, fd } } as const;
    install(world, child, { fd, ofd, cloexec, origin, bornAt: world.n });
  }
}

/** CLONE_FILES: one table, so no reference more. */
function shareTable(parent: Process, child: Process, world: World): void {
  parent.table ??= world.n;
  child.table = parent.table;
  child.fds = parent.fds;
}

/** execve: same process, new image. Ignored signals, mask, pending signals and all other descriptors stay. */
export function exec(world: World, process: Process, event: ExecEvent): void {
  unshareTable(world, process);
  const closing = [...process.fds.values()].filter((entry) => entry.cloexec);
  for (const { fd } of closing) closeFd(world, process, fd);
  resetHandlers(process, event.tid);
  process.threads = [];
  process.exe = event.exe;
  process.argv = event.argv;
  process.name = event.name;
  process.state = "running";
  delete process.blockedIn;
  delete process.line;
  if (event.line !== undefined) process.line = event.line;
  if (event.bits !== undefined) hide(world, process);
}

/** A zombie keeps its pid and status; all else it held is gone. Its children stay its own until seen adopted. */
export function exit(world: World, process: Process, event: ExitEvent): void {
  if (event.thread) return endThread(process, event.tid ?? event.pid);
  die(world, process, event.status);
  const parent = editPid(world, process.ppid);
  if (parent !== undefined && raise(parent, SIGCHLD)) touchPid(world, parent.pid);
}

function endThread(process: Process, tid: number): void {
  process.threads = process.threads.filter((thread) => thread !== tid);
  if (process.masks === undefined) return;
  process.masks = new Map(process.masks);
  process.masks.delete(tid);
}

function die(world: World, process: Process, status: WaitStatus | undefined): void {
  leaveTable(world, process);
  process.state = "zombie";
  process.threads = [];
  process.exitedAt = world.n;
  if (status !== undefined) process.status = status;
  if (process.signals !== undefined) process.signals = { ...process.signals, pending: [] };
  delete process.blockedIn;
  delete process.stopSignal;
  delete process.handling;
  delete process.masks;
}

/** wait4, waitid: an ended child is reaped unless WNOWAIT left it; a stopped or continued one only looked at. */
export function waited(world: World, parent: Process, op: Extract<Op, { op: "wait" }>): void {
  const child = op.child > 0 ? editPid(world, op.child) : undefined;
  if (child === undefined) return;
  touchPid(world, child.pid);
  const ended = op.status === undefined || op.status.kind === "exited" || op.status.kind === "signaled";
  if (op.kept || !ended) return;
  if (child.state !== "zombie") die(world, child, op.status);
  child.reapedBy = parent.pid;
  reap(world, child);
}

/** A reaped process stays for one step, to be drawn; the next event sweeps it away. */
export function reap(world: World, process: Process): void {
  if (process.state !== "zombie") die(world, process, undefined);
  process.state = "reaped";
  process.reapedAt = world.n;
}

/** Removes what the event before reaped; all of that is in its `touched`. */
export function sweep(world: World): void {
  for (const pid of world.touched.pids) {
    const process = world.processes.get(world.byPid.get(pid) ?? "");
    if (process?.state === "reaped") remove(world, process);
  }
}

function remove(world: World, process: Process): void {
  if (process.fds.size > 0) leaveTable(world, process);
  world.processes.delete(process.key);
  if (world.byPid.get(process.pid) === process.key) world.byPid.delete(process.pid);
}

export function adopt(process: Process, ppid: number): void {
  if (process.ppid === ppid) return;
  process.bornTo ??= process.ppid;
  process.ppid = ppid;
}

type Standing = Extract<Op, { op: "setpgid" | "setsid" | "chdir" | "subreaper" | "name" }>;

/** setpgid(2), setsid(2), chdir(2), PR_SET_CHILD_SUBREAPER and PR_SET_NAME. */
export function lead(world: World, process: Process, op: Standing, leader: boolean): void {
  switch (op.op) {
    case "setpgid": return setGroup(world, process, op.pid, op.pgid);
    case "setsid":
      process.sid = process.pid;
      process.pgid = process.pid;
      return;
    case "chdir": return void (process.cwd = op.cwd);
    case "subreaper": return void (process.subreaper = op.on);
    case "name":
      if (leader) process.name = op.name;
  }
}

/** Pid 0 means the caller, group 0 the group named after the process itself. */
function setGroup(world: World, caller: Process, pid: number, pgid: number): void {
  const process = pid === 0 ? caller : editPid(world, pid);
  if (process === undefined) return;
  process.pgid = pgid === 0 ? process.pid : pgid;
  touchPid(world, process.pid);
}
