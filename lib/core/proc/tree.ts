/**
 * Processes as the tree of who is whose child.
 *
 * @module
 */
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkPid } from "../validate.ts";
import { inDirectory, isGone, known, numbers, type Place, present, ROOT, text, type Unknown } from "./file.ts";
import { words } from "./process.ts";
import { parseStat, type Stat } from "./stat.ts";

/** One process of a tree. */
export interface ProcessNode {
  pid: number;
  /** Start time in clock ticks since boot: with the pid it names a process for good. */
  start: number;
  /** Parent; 0 when it has none, or one outside this pid namespace. */
  ppid: number;
  /** Name of the program, at most 15 bytes. */
  name: string;
  /** R running, S sleeping, D uninterruptible, T stopped, t traced, Z zombie, X dead, I idle. */
  state: string;
  /** Its arguments; empty for a zombie and a kernel thread. Undefined when they may not be read. */
  argv: string[] | undefined;
  /** How many threads it has. */
  threads: number;
  /** Process group. */
  pgid: number;
  /** Session. */
  sid: number;
  /** Controlling terminal: "pts/3", "tty1"; undefined for none. */
  tty: string | undefined;
  /** Oldest first. */
  children: ProcessNode[];
  /** What could not be read, with the reason. */
  unknown: Unknown;
}

/**
 * The processes of this pid namespace as trees, each node with its children: all of them, or one with its descendants.
 *
 * A process that ends while the tree is read is in it as it was seen, or not at all; nothing is read of one process under the number
 * of another. What a node hangs on is the parent it had when it was looked at; one whose parent is not to be seen is a root.
 *
 * @param root the process on top; undefined for all, with every process that has no parent as a root
 * @throws {SystemError} ESRCH: there is no process `root`
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * const show = (node: proc.ProcessNode, depth = 0): void => {
 *   console.log("  ".repeat(depth) + node.pid, node.name, node.state);
 *   for (const child of node.children) show(child, depth + 1);
 * };
 * proc.tree(getpid()).forEach((node) => show(node));
 * ```
 */
export function tree(root?: number): ProcessNode[] {
  entering("proc.tree");
  if (root !== undefined) checkPid("proc.tree", root, "root");
  const nodes = new Map(present(numbers(ROOT, "/proc"), readNode).map((node) => [node.pid, node]));
  const roots = hang(nodes);
  if (root === undefined) return roots;
  const top = nodes.get(root);
  if (!top) throw new SystemError("proc.tree", ERRNO.ESRCH, [root]);
  return [top];
}

/** Puts each node under its parent, and gives those that have none. */
function hang(nodes: ReadonlyMap<number, ProcessNode>): ProcessNode[] {
  const roots: ProcessNode[] = [];
  for (const node of nodes.values()) {
    // A parent that ended between the two looks has left its child to another.
    if (node.ppid !== 0 && !nodes.has(node.ppid)) node.ppid = parentNow(node);
    const parent = nodes.get(node.ppid);
    // A parent is never younger: a number that was given anew meanwhile is not taken for it.
    if (parent && parent.start <= node.start && parent !== node) parent.children.push(node);
    else roots.push(node);
  }
  for (const { children } of nodes.values()) children.sort((a, b) => a.start - b.start || a.pid - b.pid);
  return roots;
}

/** Reads one process through its own directory, which never comes to mean another. */
function readNode(pid: number): ProcessNode {
  return inDirectory(`/proc/${pid}`, (place) => {
    const { start, ppid, comm, state, threads, pgrp, session, ttyNr } = statOf(place);
    const unknown: Record<string, string> = {};
    const argv = known(unknown, "argv", () => words(text(place, "cmdline")));
    return { pid, start, ppid, name: comm, state, argv, threads, pgid: pgrp, sid: session, tty: terminalName(ttyNr), children: [], unknown };
  });
}

function statOf(place: Place): Stat {
  return parseStat(text(place, "stat"));
}

function parentNow({ pid, start, ppid }: ProcessNode): number {
  try {
    const now = parseStat(text(ROOT, `/proc/${pid}/stat`));
    return now.start === start ? now.ppid : ppid;
  } catch (error) {
    if (isGone(error)) return ppid;
    throw error;
  }
}

/** Name of a terminal's device number as ps writes it; undefined for 0. Majors are those of Linux's device list. */
export function terminalName(device: number): string | undefined {
  if (device === 0) return undefined;
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  if (major === 5 && minor === 1) return "console";
  return `${major}:${minor}`;
}
