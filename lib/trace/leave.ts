/** Leaving traced processes as they are. @module */
import { askToStop, goBackToSleep, leave } from "./attach.ts";
import * as ptrace from "./ptrace.ts";
import type { ScheduleParts } from "./schedule_parts.ts";
import type { Task } from "./tasks.ts";

/**
 * Leaves every process. Each is left as soon as it stands: a parent that waits for its vfork child stands only when that one has gone
 * on. What happens meanwhile is told.
 */
export function leaveAll(parts: ScheduleParts): void {
  const { tree, stops, report, bell } = parts;
  for (const task of tree.tasks.values()) if (task.state === "running" || task.state === "stopped") askToStop(task);
  for (;;) {
    for (const task of tree.tasks.values()) if (task.state === "held" || task.state === "queued") leaveOne(parts, task);
    if (tree.tasks.size === 0) break;
    ptrace.waitAny(true);
    if (bell.answered()) continue;
    const { tid, status } = ptrace.found;
    const task = tree.tasks.get(tid);
    if (task && (isStopForUs(status) || ptrace.isSpuriousReturn(task, status))) leaveOne(parts, task);
    else stops.handle(tid, status);
  }
  tree.processes.clear();
  report.workOff();
}

/** It stopped because it was told to. */
function isStopForUs(status: number): boolean {
  return (status & 0xff) === 0x7f && status >>> 16 === ptrace.EVENT_STOP;
}

function leaveOne({ tree, stops }: ScheduleParts, task: Task): void {
  goBackToSleep(task);
  if (task.bornBy) stops.returnInChild(task);
  leave(task);
  tree.removeTask(task);
}
