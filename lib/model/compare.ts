/**
 * The model predicts, the kernel confirms: where a World and a fresh snapshot of the same moment disagree.
 *
 * What either side does not know is not compared.
 *
 * @module
 */
import type { FdFacts, ProcessFacts, Snapshot } from "./event.ts";
import type { Process, World } from "./world.ts";

export interface Disagreement {
  /** What is not equal: "state", "close-on-exec mark". */
  what: string;
  /** Of whom: "4101", "4101 fd 3". */
  where: string;
  model: unknown;
  kernel: unknown;
}

/** Every point in which `world` and `snapshot` disagree; none when the model is right. */
export function compare(world: World, snapshot: Snapshot): Disagreement[] {
  const found: Disagreement[] = [];
  const living = snapshot.processes.filter((process) => process.state !== "X" && process.state !== "x");
  comparePresence(world, living, found);
  const groups = new Groups();
  for (const facts of living) {
    const process = world.processes.get(world.byPid.get(facts.pid) ?? "");
    if (process === undefined || process.start !== facts.start || process.state === "reaped") continue;
    compareProcess(process, facts, found);
    if (process.state !== "zombie" && facts.state !== "Z" && process.unseen !== true && !isUnread(snapshot, facts.pid)) {
      compareTable(world, process, facts, groups, found);
    }
  }
  return found;
}

/** "4101 fd 3: close-on-exec mark: the model says true, the kernel says false" */
export function disagreementLine({ where, what, model, kernel }: Disagreement): string {
  return `${where}: ${what}: the model says ${inWords(model)}, the kernel says ${inWords(kernel)}`;
}

function inWords(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function comparePresence(world: World, living: ProcessFacts[], found: Disagreement[]): void {
  const starts = new Map(living.map((facts) => [facts.pid, facts.start]));
  for (const process of world.processes.values()) {
    if (process.state === "reaped" || starts.get(process.pid) === process.start) continue;
    found.push({ what: "process", where: String(process.pid), model: process.state, kernel: "absent" });
  }
  for (const facts of living) {
    const process = world.processes.get(`${facts.pid}@${facts.start}`);
    if (process !== undefined && process.state !== "reaped") continue;
    found.push({ what: "process", where: String(facts.pid), model: process?.state ?? "absent", kernel: facts.state });
  }
}

function compareProcess(process: Process, facts: ProcessFacts, found: Disagreement[]): void {
  const differ = differences(found, String(process.pid));
  differ("zombie", process.state === "zombie", facts.state === "Z");
  if (facts.state === "T") differ("stopped", process.state === "stopped", true);
  if ("RSD".includes(facts.state)) differ("stopped", process.state === "stopped", false);
  differ("parent", process.ppid, facts.ppid);
  if (process.unseen) return;
  differ("process group", process.pgid, facts.pgid);
  differ("session", process.sid, facts.sid);
  differ("name", process.name, facts.name);
  if (process.state === "zombie" || facts.state === "Z") return;
  differ("working directory", process.cwd, facts.cwd);
  compareSignals(process, facts, found);
}

/** These put a mask of their own in place while they sleep. */
const MASKING = new Set(["rt_sigsuspend", "ppoll", "pselect6", "epoll_pwait", "epoll_pwait2"]);

/** A handler that may be running has its own mask, too; it is put back when it returns. */
function compareSignals(process: Process, facts: ProcessFacts, found: Disagreement[]): void {
  const differ = differences(found, String(process.pid));
  differ("ignored signals", process.signals?.ignored, facts.signals?.ignored);
  differ("caught signals", process.signals?.caught, facts.signals?.caught);
  if (process.handling !== undefined || MASKING.has(process.blockedIn?.call ?? "")) return;
  differ("blocked signals", process.signals?.blocked, facts.signals?.blocked);
}

function isUnread(snapshot: Snapshot, pid: number): boolean {
  return snapshot.unknown.some((words) => words.startsWith("fd") && words.split(/\D+/).includes(String(pid)));
}

function compareTable(
  world: World, process: Process, facts: ProcessFacts, groups: Groups, found: Disagreement[],
): void {
  const kernel = new Map(facts.fds.map((fd) => [fd.fd, fd]));
  for (const entry of process.fds.values()) {
    if (kernel.has(entry.fd)) continue;
    const link = world.descriptions.get(entry.ofd)?.link;
    found.push({ what: "descriptor", where: `${process.pid} fd ${entry.fd}`, model: link, kernel: "closed" });
  }
  for (const fd of facts.fds) compareFd(world, process, fd, groups, found);
}

function compareFd(world: World, process: Process, facts: FdFacts, groups: Groups, found: Disagreement[]): void {
  const where = `${process.pid} fd ${facts.fd}`;
  const entry = process.fds.get(facts.fd);
  const description = entry && world.descriptions.get(entry.ofd);
  if (entry === undefined || description === undefined) {
    found.push({ what: "descriptor", where, model: "closed", kernel: facts.link });
    return;
  }
  const differ = differences(found, where);
  const type = world.inodes.get(description.inode)?.type;
  differ("close-on-exec mark", entry.cloexec, facts.cloexec);
  differ("status flags", octal(description.flags), octal(facts.flags));
  differ("type", type, facts.type);
  if (type !== "anon") differ("inode", description.inode, facts.inode);
  if (facts.type === "file") differ("offset", description.pos, facts.pos);
  if (facts.group !== undefined) groups.check(where, entry.ofd, facts.group, found);
}

/** O_CLOEXEC is the entry's, and O_LARGEFILE (x86_64, aarch64) tells how the program was compiled. */
const NOT_STATUS = 0o2000000 | 0o100000 | 0o400000;

function octal(flags: number): string {
  return `0${(flags & ~NOT_STATUS).toString(8)}`;
}

/** Two entries are one description in the model exactly when they are in one group of the kernel's. */
class Groups {
  readonly #byGroup = new Map<number, { ofd: number; where: string }>();
  readonly #byDescription = new Map<number, { group: number; where: string }>();

  check(where: string, ofd: number, group: number, found: Disagreement[]): void {
    const sameGroup = this.#byGroup.get(group);
    const sameOfd = this.#byDescription.get(ofd);
    if (sameGroup === undefined) this.#byGroup.set(group, { ofd, where });
    else if (sameGroup.ofd !== ofd) found.push(sharing(where, sameGroup.where, false));
    if (sameOfd === undefined) this.#byDescription.set(ofd, { group, where });
    else if (sameOfd.group !== group) found.push(sharing(where, sameOfd.where, true));
  }
}

function sharing(where: string, other: string, shared: boolean): Disagreement {
  const words = (is: boolean) => is ? "one" : "two";
  return { what: `descriptions with ${other}`, where, model: words(shared), kernel: words(!shared) };
}

type Differ = (what: string, model: unknown, kernel: unknown) => void;

/** Notes a difference unless one side is unknown. Sets of numbers are compared as text. */
function differences(found: Disagreement[], where: string): Differ {
  return (what, model, kernel) => {
    if (model === undefined || kernel === undefined) return;
    if (JSON.stringify(model) !== JSON.stringify(kernel)) found.push({ what, where, model, kernel });
  };
}
