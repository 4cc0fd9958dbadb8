/**
 * The traced tree as /proc and kcmp show it: the start of a recording, and what the model is checked against.
 *
 * @module
 */
import { isRuntimeDescriptor } from "../core/process/runtime_fds.ts";
import { fdTable, type TableEntry } from "../core/proc/fd.ts";
import { isGone } from "../core/proc/file.ts";
import { groupDescriptions, sameDescription } from "../core/proc/kcmp.ts";
import { cmdline, cwd, exe } from "../core/proc/process.ts";
import { unixSockets, type UnixSocket } from "../core/proc/sock_diag.ts";
import { parseStat } from "../core/proc/stat.ts";
import { status } from "../core/proc/status.ts";
import { readFile } from "../core/proc/process.ts";
import { libc, SystemError } from "../ffi/mod.ts";
import type { FdFacts, ProcessFacts, Snapshot } from "../model/event.ts";
import { MASK_BORROWED } from "./decode/signals.ts";
import type { FactReader } from "./facts.ts";
import type { Process, Tree } from "./tasks.ts";

export interface SnapshotOptions {
  /** Mark the descriptors that a language runtime made for itself. */
  runtime: boolean;
}

/** A snapshot, and which of its descriptors share their description with the tracer's own standard streams, as "pid fd N". */
export interface OwnedSnapshot {
  snapshot: Snapshot;
  foreign: ReadonlySet<string>;
}

/**
 * A snapshot to check the model against. What the tracer's process reads or writes itself moves the offset of a
 * description it shares with the tree, unseen by any tracer: those are named.
 */
export function takeOwnedSnapshot(tree: Tree, facts: FactReader): OwnedSnapshot {
  const snapshot = takeSnapshot(tree, facts, { runtime: false });
  const self = libc().getpid();
  const foreign = new Set<string>();
  for (const { pid, fds } of snapshot.processes) {
    for (const { fd, type } of fds) if (type === "file" || type === "char") if (STREAMS.some((own) => isSame(pid, fd, self, own))) foreign.add(`${pid} fd ${fd}`);
  }
  return { snapshot, foreign };
}

const STREAMS = [0, 1, 2];

function isSame(pid: number, fd: number, self: number, own: number): boolean {
  try {
    return sameDescription({ pid, fd }, { pid: self, fd: own });
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}

/** Takes a snapshot of a tree that is held or asleep. */
export function takeSnapshot(tree: Tree, facts: FactReader, options: SnapshotOptions): Snapshot {
  const unknown: string[] = [];
  const sockets = allSockets(unknown);
  const processes: ProcessFacts[] = [];
  for (const process of tree.processes.values()) {
    if (process.outside) continue;
    const one = readProcess(tree, process, facts, sockets, unknown);
    if (one) processes.push(one);
  }
  group(processes, unknown);
  if (options.runtime) markRuntime(processes);
  return { processes, unknown };
}

function readProcess(tree: Tree, process: Process, facts: FactReader, sockets: ReadonlyMap<number, UnixSocket>, unknown: string[]): ProcessFacts | undefined {
  const { pid } = process;
  try {
    const { comm, state, ppid, pgrp, session, start } = parseStat(readFile(`${pid}/stat`));
    const base: ProcessFacts = { pid, ppid, pgid: pgrp, sid: session, start, state, name: comm, fds: [] };
    if (state === "Z" || state === "X") return base;
    const threads = [...process.threads].map((task) => task.tid).filter((tid) => tid !== pid);
    const table = read(unknown, `fd table of ${pid}`, () => fdTable(pid));
    return {
      ...base,
      ...optional("exe", read(unknown, `exe of ${pid}`, () => exe(pid))),
      ...optional("argv", read(unknown, `argv of ${pid}`, () => cmdline(pid))),
      ...optional("cwd", read(unknown, `cwd of ${pid}`, () => cwd(pid))),
      ...optional("signals", signalSets(tree, process)),
      ...(threads.length > 0 ? { threads } : {}),
      ...(process.foreign ? { bits: 32 as const } : {}),
      fds: (table ?? []).map((entry: TableEntry) => facts.entry(entry, undefined, sockets)),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Left out while the first thread sleeps in a call that lends it another mask. */
function signalSets(tree: Tree, process: Process): ProcessFacts["signals"] {
  const call = tree.leader(process)?.call ?? tree.leader(process)?.interrupted;
  if (call && MASK_BORROWED.has(call.name)) return undefined;
  const { blocked, ignored, caught, pending, shared } = status(process.pid).signals;
  return { blocked, ignored, caught, pending: [...new Set([...pending, ...shared])].sort((a, b) => a - b) };
}

function group(processes: ProcessFacts[], unknown: string[]): void {
  const entries = processes.flatMap((process) => process.fds.map((facts) => ({ pid: process.pid, fd: facts.fd, inode: facts.inode, facts })));
  const groups = read(unknown, "which descriptors share a description", () => groupDescriptions(entries));
  groups?.forEach((number, i) => {
    const entry = entries[i];
    if (entry) entry.facts.group = number;
  });
}

/** Whether the program made a descriptor through the library cannot be seen from outside: what is close-on-exec at the start is not the story's. */
function markRuntime(processes: ProcessFacts[]): void {
  for (const { fds } of processes) {
    const stdio = new Set(fds.filter((one) => one.fd <= 2).map((one) => one.group));
    for (const one of fds) if (isRuntime(one, stdio)) one.runtime = true;
  }
}

function isRuntime(one: FdFacts, stdio: ReadonlySet<number | undefined>): boolean {
  return isRuntimeDescriptor({
    fd: one.fd,
    link: one.link,
    cloexec: one.cloexec,
    made: false,
    unnamedSocket: one.type === "socket" && one.address === undefined,
    stdioCopy: one.group !== undefined && stdio.has(one.group),
  });
}

function allSockets(unknown: string[]): ReadonlyMap<number, UnixSocket> {
  const sockets = read(unknown, "unix sockets", unixSockets) ?? [];
  return new Map(sockets.map((socket) => [socket.inode, socket]));
}

/** What cannot be read is said in words; a process that is gone is no such case. */
function read<T>(unknown: string[], what: string, from: () => T): T | undefined {
  try {
    return from();
  } catch (error) {
    if (!(error instanceof SystemError) || isGone(error)) throw error;
    unknown.push(`${what}: ${error.code}`);
    return undefined;
  }
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { [P in K]?: V };
}
