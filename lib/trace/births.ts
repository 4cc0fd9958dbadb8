/** New processes and threads: what made them, and what they have from their parents. @module */
import { parseStat } from "../core/proc/stat.ts";
import { readFile } from "../core/proc/process.ts";
import { status } from "../core/proc/status.ts";
import { CLONE_FILES, CLONE_PARENT, CLONE_THREAD } from "./decode/names.ts";
import { type Making, makingOf, pidfdOf } from "./decode/processes.ts";
import type { Family } from "./family.ts";
import * as ptrace from "./ptrace.ts";
import { quietly } from "./quietly.ts";
import type { Reporter } from "./report.ts";
import type { Process, Task, Tree } from "./tasks.ts";

/** The new task. Told when a parent stands at its FORK, VFORK or CLONE event. `helpers`: threads it makes are its runtime's own. */
export function bear(tree: Tree, report: Reporter, family: Family, task: Task, event: number, helpers: boolean): Task | undefined {
  const child = ptrace.eventMessage(task.tid);
  if (child === 0) return undefined;
  const { call, process: parent } = task;
  const making = call ? makingOf(call) : byEvent(event, parent.pid, child);
  const thread = (making.flags & CLONE_THREAD) !== 0;
  const sibling = !thread && (making.flags & CLONE_PARENT) !== 0;
  if (!thread) family.reused(child);
  const start = startOf(thread ? parent.pid : child, child);
  const process = thread ? parent : tree.addProcess(child, start, sibling ? parent.ppid : parent.pid);
  const born = tree.addTask(child, process);
  born.bornBy = report.reporting ? call : undefined;
  if (thread) born.quiet = task.quiet || helpers;
  else inherit(process, parent);
  born.entered = thread ? 0 : task.entered;
  const pidfd = call && !thread ? pidfdOf(call) : undefined;
  report.of(born.quiet ? born : task, {
    kind: "fork", child, start, how: making.how,
    ...(thread ? { thread: true as const } : {}),
    ...(!thread && (making.flags & CLONE_FILES) !== 0 ? { sharesFiles: true as const } : {}),
    ...(sibling ? { sibling: true as const } : {}),
    ...(pidfd ? { pidfd } : {}),
    ...(!thread && task.entered > 0 ? { blocked: ptrace.blockedSignals(task.tid) } : {}),
  });
  return born;
}

/**
 * fork returns twice: a new child stands behind the call, and its register holds what the call returns in it.
 * Told when the child is about to run for the first time.
 */
export function returnInChild(report: Reporter, task: Task): void {
  const { bornBy } = task;
  task.bornBy = undefined;
  const ret = bornBy && ptrace.resultRegister(task.tid);
  if (bornBy && ret !== undefined) report.of(task, { kind: "call", call: bornBy.name, args: [...bornBy.text], ret });
}

/** Before the recording begins calls are not looked at: the event alone tells. */
function byEvent(event: number, pid: number, child: number): Making {
  const thread = event === ptrace.EVENT_CLONE && quietly(() => status(child).tgid) === pid;
  const how = event === ptrace.EVENT_VFORK ? "vfork" : event === ptrace.EVENT_FORK ? "fork" : "clone";
  return { flags: thread ? CLONE_THREAD : 0, how };
}

/** What a forked child has from its parent; not the quiet: it begins with steps of its own. */
function inherit(child: Process, parent: Process): void {
  child.line = parent.line;
  child.exe = parent.exe;
  child.foreign = parent.foreign;
  child.handlers = new Map(parent.handlers);
}

function startOf(pid: number, tid: number): number {
  return quietly(() => parseStat(readFile(`${pid}/task/${tid}/stat`)).start) ?? 0;
}
