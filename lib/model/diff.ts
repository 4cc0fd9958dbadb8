/**
 * Two recordings compared by what their processes did, aligned by lineage: the nth child that ran this image, never by pid.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { processOf } from "./describe.ts";
import { emptyWorld } from "./draft.ts";
import type { Event, WaitStatus } from "./event.ts";
import { describeStatus, signalName } from "./signals.ts";
import type { World } from "./world.ts";

/** What one process did, in a form that does not depend on pids and times. */
export interface Deeds {
  pid: number;
  /** Images it ran, the one it was born with first: base names. */
  images: string[];
  argv: string[];
  /** Descriptors that each exec carried: "3 pipe", by number and kind. */
  inherited: string[];
  /** Signals that reached it. */
  signals: string[];
  /** Handlers it set: "SIGCHLD handler". */
  dispositions: string[];
  /** Calls that failed: "openat ENOENT", with how often. */
  failures: Map<string, number>;
  /** Files it opened, by path. */
  opened: Set<string>;
  status: WaitStatus | undefined;
  reaped: boolean;
  children: Deeds[];
}

/** One point in which two runs differ. */
export interface Difference {
  /** Lineage of the process: "bash > make[2] > cc1". */
  who: string;
  /** Pids in the first and the second recording. */
  pids: [number | undefined, number | undefined];
  what: "missing" | "extra" | "image" | "arguments" | "status" | "inherited" | "signals" | "dispositions" | "failures" | "opened" | "reaped";
  /** What the first run has and the second has not, and the other way round. */
  first: string[];
  second: string[];
}

/** What each process of a recording did; the first one's deeds, its children's inside. */
export function deeds(events: readonly Event[]): Deeds[] {
  const world = emptyWorld();
  const byKey = new Map<string, Deeds>();
  const roots: Deeds[] = [];
  for (const event of events) {
    apply(world, event);
    if (event.kind === "start") for (const process of world.processes.values()) begin(byKey, roots, world, process.pid, undefined);
    else if (event.kind === "fork" && !event.thread) begin(byKey, roots, world, event.child, byKey.get(keyOf(world, event.pid)));
    else note(byKey.get(keyOf(world, event.pid)), event, world);
  }
  for (const process of world.processes.values()) {
    const its = byKey.get(process.key);
    if (its && process.state === "zombie") its.reaped = false;
  }
  return roots;
}

function keyOf(world: World, pid: number): string {
  return world.byPid.get(pid) ?? "";
}

function begin(byKey: Map<string, Deeds>, roots: Deeds[], world: World, pid: number, parent: Deeds | undefined): void {
  const process = processOf(world, pid);
  if (process === undefined) return;
  const its: Deeds = {
    pid, images: [baseName(process.exe ?? process.name)], argv: process.argv ?? [], inherited: [], signals: [], dispositions: [],
    failures: new Map(), opened: new Set(), status: undefined, reaped: true, children: [],
  };
  byKey.set(process.key, its);
  const above = parent ?? byKey.get(keyOf(world, process.ppid));
  (above ? above.children : roots).push(its);
}

function note(its: Deeds | undefined, event: Event, world: World): void {
  if (its === undefined || event.quiet) return;
  switch (event.kind) {
    case "exec": return executed(its, event.exe, event.argv, world);
    case "signal": return void its.signals.push(signalName(event.signal));
    case "exit": if (!event.thread) its.status = event.status; return;
    case "call": return called(its, event);
  }
}

function executed(its: Deeds, exe: string, argv: string[], world: World): void {
  its.images.push(baseName(exe));
  its.argv = argv;
  const entries = [...(processOf(world, its.pid)?.fds.values() ?? [])].sort((a, b) => a.fd - b.fd);
  its.inherited = entries.filter(({ fd }) => fd > 2).map(({ fd, ofd }) => `${fd} ${kindOf(world.descriptions.get(ofd)?.link ?? "")}`);
}

/** "pipe", "socket", or a path: numbers in a link differ from run to run. */
function kindOf(link: string): string {
  return link.replace(/:?\[\d+\]$/, "");
}

function called(its: Deeds, event: Extract<Event, { kind: "call" }>): void {
  if (event.errno && !event.unreturned) {
    const what = `${event.call} ${event.errno}`;
    its.failures.set(what, (its.failures.get(what) ?? 0) + 1);
  }
  if (event.op?.op === "open" && event.op.file.type === "file") its.opened.add(event.op.file.link);
  if (event.op?.op === "sigaction") its.dispositions.push(`${signalName(event.op.signal)} ${event.op.disposition}`);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Where two recordings differ; nothing when their processes did the same. */
export function diff(first: readonly Event[], second: readonly Event[]): Difference[] {
  const found: Difference[] = [];
  compareChildren("", deeds(first), deeds(second), found);
  return found;
}

function compareChildren(above: string, first: Deeds[], second: Deeds[], found: Difference[]): void {
  const counted = new Map<string, number>();
  for (const [one, other] of align(first, second)) {
    const name = nameOf(one ?? other);
    const nth = (counted.get(name) ?? 0) + 1;
    counted.set(name, nth);
    const who = `${above}${above === "" ? "" : " > "}${name}${nth > 1 ? `[${nth}]` : ""}`;
    if (one && other) compareDeeds(who, one, other, found);
    else found.push({ who, pids: [one?.pid, other?.pid], what: one ? "missing" : "extra", first: one ? [one.argv.join(" ")] : [], second: other ? [other.argv.join(" ")] : [] });
  }
}

/** The last image names a process. */
function nameOf(its: Deeds | undefined): string {
  return its?.images.at(-1) ?? "";
}

/** The longest common sequence by name; what stands alone on either side is missing or extra. */
function align(first: Deeds[], second: Deeds[]): [Deeds | undefined, Deeds | undefined][] {
  const rows = first.length;
  const columns = second.length;
  const length = Array.from({ length: rows + 1 }, () => new Int32Array(columns + 1));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const row = length[i];
      if (row) row[j] = nameOf(first[i]) === nameOf(second[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [Deeds | undefined, Deeds | undefined][] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && nameOf(first[i]) === nameOf(second[j])) pairs.push([first[i++], second[j++]]);
    else if (j >= columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) pairs.push([first[i++], undefined]);
    else pairs.push([undefined, second[j++]]);
  }
  return pairs;
}

function compareDeeds(who: string, one: Deeds, other: Deeds, found: Difference[]): void {
  const differ = (what: Difference["what"], first: string[], second: string[]): void => {
    const [only, others] = [without(first, second), without(second, first)];
    if (only.length + others.length > 0) found.push({ who, pids: [one.pid, other.pid], what, first: only, second: others });
  };
  if (one.images.join() !== other.images.join()) differ("image", [one.images.join(" > ")], [other.images.join(" > ")]);
  if (one.argv.join("\0") !== other.argv.join("\0")) differ("arguments", [one.argv.join(" ")], [other.argv.join(" ")]);
  differ("status", statusWords(one), statusWords(other));
  differ("inherited", one.inherited, other.inherited);
  differ("signals", one.signals, other.signals);
  differ("dispositions", [...new Set(one.dispositions)], [...new Set(other.dispositions)]);
  differ("failures", [...one.failures.keys()], [...other.failures.keys()]);
  differ("opened", [...one.opened], [...other.opened]);
  differ("reaped", [one.reaped ? "reaped" : "left a zombie"], [other.reaped ? "reaped" : "left a zombie"]);
  compareChildren(who, one.children, other.children, found);
}

function statusWords({ status }: Deeds): string[] {
  return status ? [describeStatus(status)] : ["did not end"];
}

/** What the list has more often than the other. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
