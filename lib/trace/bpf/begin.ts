/** Who runs already, and what they have: the start of a recording that nobody was stopped for. @module */
import { children, threads } from "../../core/proc/process.ts";
import { stat } from "../../core/proc/stat.ts";
import type { Snapshot } from "../../model/event.ts";
import type { FactReader } from "../facts.ts";
import { quietly } from "../quietly.ts";
import { takeSnapshot } from "../snapshot.ts";
import type { Process, Tree } from "../tasks.ts";
import { TraceError } from "../types.ts";
import type { Watch } from "./watch.ts";

/** A start state during which something happened is taken anew so often at most. */
const QUIET_TRIES = 20;

/** Watches a tree first and looks at it then, until nothing happened during the look. */
export function joinTree(root: number, tree: Tree, watch: Watch, facts: FactReader): { process: Process; snapshot: Snapshot } {
  if (quietly(() => stat(root).start) === undefined) throw new TraceError({ call: "openat", errno: "ENOENT", message: `attach to ${root}: there is no such process` });
  for (let tries = 1; ; tries++) {
    tree.processes.clear();
    tree.tasks.clear();
    while (meet(root, undefined, tree, watch) > 0);
    watch.drain(() => {});
    const snapshot = takeSnapshot(tree, facts, { runtime: false });
    const quiet = !watch.drain(() => {});
    const process = tree.processes.get(root);
    if (!process) throw new TraceError({ message: `attach to ${root}: it ended meanwhile` });
    if (!quiet && tries < QUIET_TRIES) continue;
    if (!quiet) snapshot.unknown.push("what happened while the processes were looked at: they were never quiet");
    return { process, snapshot };
  }
}

/** Watches what is new below a process; gives how many that were. */
function meet(pid: number, parent: Process | undefined, tree: Tree, watch: Watch): number {
  const known = tree.processes.get(pid);
  const process = known ?? newcomer(pid, parent, tree);
  if (!process) return 0;
  if (!known) watch.add(pid);
  for (const tid of quietly(() => threads(pid)) ?? []) if (!tree.tasks.has(tid)) tree.addTask(tid, process).fresh = false;
  const below = (quietly(() => children(pid)) ?? []).map((child) => meet(child, process, tree, watch));
  return below.reduce((sum, found) => sum + found, known ? 0 : 1);
}

function newcomer(pid: number, parent: Process | undefined, tree: Tree): Process | undefined {
  const facts = quietly(() => stat(pid));
  if (facts === undefined || facts.state === "Z" || facts.state === "X") return undefined;
  return tree.addProcess(pid, facts.start, parent?.pid ?? facts.ppid);
}
