/**
 * The traced tree as /proc and kcmp show it: the start of a recording, and what the model is checked against.
 *
 * @module
 */
import { isRuntimeDescriptor } from "../core/process/runtime_fds.ts";
import { fdTable, type TableEntry } from "../core/proc/fd.ts";
import { isGone } from "../core/proc/file.ts";
import { groupDescriptions } from "../core/proc/kcmp.ts";
import { cmdline, cwd, exe } from "../core/proc/process.ts";
import { unixSockets, type UnixSocket } from "../core/proc/sock_diag.ts";
import { parseStat } from "../core/proc/stat.ts";
import { status } from "../core/proc/status.ts";
import { readFile } from "../core/proc/process.ts";
import { SystemError } from "../ffi/mod.ts";
import type { FdFacts, ProcessFacts, Snapshot } from "../model/event.ts";
import { MASK_BORROWED } from "./decode/signals.ts";
import type { FactReader } from "./facts.ts";
import type { Process, Tree } from "./tasks.ts";

export interface SnapshotOptions {
  /** Mark the descriptors that a language runtime made for itself. */
  runtime: boolean;
}

/** Takes a snapshot of a tree that is held or asleep. */
export function takeSnapshot(tree: Tree, facts: FactReader, options: SnapshotOptions): Snapshot {
  const unknown: string[] = [];
  const sockets = allSockets(unknown);
  const processes: ProcessFacts[] = [];
  for (const process of tree.processes.values()) {
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
