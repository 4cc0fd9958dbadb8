/**
 * The model predicts, the kernel confirms: every point in which a World and a fresh snapshot disagree.
 *
 * @module
 */
import type { FdFacts, ProcessFacts, Snapshot } from "./event.ts";
import type { FdEntry, Process, World } from "./world.ts";

/** One point of disagreement. `where` names the object ("4101 fd 3"), `what` the property. */
export interface Disagreement {
  what: string;
  where: string;
  model: unknown;
  kernel: unknown;
}

/** O_CLOEXEC is a mark of the entry, O_LARGEFILE is set by the kernel on its own. */
const NOT_COMPARED = 0o2000000 | 0o100000;

/** Compares what both know; what either does not know is left out. */
export function compare(world: World, snapshot: Snapshot): Disagreement[] {
  const found: Disagreement[] = [];
  const seen = new Set<number>();
  const pairs: Pair[] = [];
  for (const facts of snapshot.processes) {
    seen.add(facts.pid);
    const key = world.byPid.get(facts.pid);
    const process = key === undefined ? undefined : world.processes.get(key);
    if (!process || process.state === "reaped") found.push({ what: "process", where: `${facts.pid}`, model: "absent", kernel: facts.state });
    else compareProcess(world, process, facts, found, pairs);
  }
  for (const process of world.processes.values()) {
    if (process.state !== "reaped" && !seen.has(process.pid)) found.push({ what: "process", where: `${process.pid}`, model: process.state, kernel: "absent" });
  }
  compareGroups(pairs, found);
  return found;
}

interface Pair { where: string; ofd: number; group: number }

function compareProcess(world: World, process: Process, facts: ProcessFacts, found: Disagreement[], pairs: Pair[]): void {
  const where = `${facts.pid}`;
  const say = (what: string, model: unknown, kernel: unknown): void => {
    if (model !== undefined && kernel !== undefined && model !== kernel) found.push({ what, where, model, kernel });
  };
  say("start time", process.start, facts.start);
  say("state", coarse(process.state), coarseLetter(facts.state, process.state));
  say("ppid", process.ppid, facts.ppid);
  say("pgid", process.pgid, facts.pgid);
  say("sid", process.sid, facts.sid);
  if (process.state === "zombie") return;
  say("name", process.name, facts.name);
  say("cwd", process.cwd, facts.cwd);
  say("blocked", process.handling === undefined ? list(process.signals?.blocked) : undefined, list(facts.signals?.blocked));
  say("ignored", list(process.signals?.ignored), list(facts.signals?.ignored));
  say("caught", list(process.signals?.caught), list(facts.signals?.caught));
  compareTable(world, process, facts, found, pairs);
}

/** Only what a stop of the tracer cannot hide: zombie or not, stopped by a signal or not. */
function coarse(state: Process["state"]): string {
  return state === "zombie" || state === "stopped" ? state : "alive";
}

function coarseLetter(letter: string, model: Process["state"]): string {
  if (letter === "Z" || letter === "X") return "zombie";
  if (letter === "T") return "stopped";
  return letter === "t" && model === "stopped" ? "stopped" : "alive";
}

function list(set: readonly number[] | undefined): string | undefined {
  return set?.join(" ");
}

function compareTable(world: World, process: Process, facts: ProcessFacts, found: Disagreement[], pairs: Pair[]): void {
  const kernel = new Map(facts.fds.map((fd) => [fd.fd, fd]));
  for (const [fd, entry] of process.fds) {
    const there = kernel.get(fd);
    if (there) compareEntry(world, process.pid, entry, there, found, pairs);
    else found.push({ what: "descriptor", where: `${process.pid} fd ${fd}`, model: world.descriptions.get(entry.ofd)?.link ?? "open", kernel: "closed" });
  }
  for (const fd of facts.fds) {
    if (!process.fds.has(fd.fd)) found.push({ what: "descriptor", where: `${process.pid} fd ${fd.fd}`, model: "closed", kernel: fd.link });
  }
}

function compareEntry(world: World, pid: number, entry: FdEntry, facts: FdFacts, found: Disagreement[], pairs: Pair[]): void {
  const where = `${pid} fd ${entry.fd}`;
  if (facts.group !== undefined) pairs.push({ where, ofd: entry.ofd, group: facts.group });
  if (entry.cloexec !== facts.cloexec) found.push({ what: "close-on-exec", where, model: entry.cloexec, kernel: facts.cloexec });
  const description = world.descriptions.get(entry.ofd);
  if (!description) return;
  const inode = description.inode.startsWith("anon:") ? undefined : description.inode;
  if (inode !== undefined && facts.type !== "anon" && inode !== facts.inode) found.push({ what: "inode", where, model: inode, kernel: facts.inode });
  const flags = [description.flags, facts.flags].map((f) => f & ~NOT_COMPARED);
  if (flags[0] !== flags[1]) found.push({ what: "flags", where, model: octal(flags[0]), kernel: octal(flags[1]) });
  if (facts.type === "file" && description.pos !== undefined && description.pos !== facts.pos) {
    found.push({ what: "offset", where, model: description.pos, kernel: facts.pos });
  }
}

function octal(flags = 0): string {
  return `0${flags.toString(8)}`;
}

/** The same entries must share a description in both: each group is one description, each description one group. */
function compareGroups(pairs: Pair[], found: Disagreement[]): void {
  const groupOf = new Map<number, Pair>();
  const ofdOf = new Map<number, Pair>();
  for (const pair of pairs) {
    const sameOfd = groupOf.get(pair.ofd);
    const sameGroup = ofdOf.get(pair.group);
    if (sameOfd && sameOfd.group !== pair.group) found.push({ what: "description", where: pair.where, model: `shared with ${sameOfd.where}`, kernel: "another one" });
    if (sameGroup && sameGroup.ofd !== pair.ofd) found.push({ what: "description", where: pair.where, model: "another one", kernel: `shared with ${sameGroup.where}` });
    if (!sameOfd) groupOf.set(pair.ofd, pair);
    if (!sameGroup) ofdOf.set(pair.group, pair);
  }
}
