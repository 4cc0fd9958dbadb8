import { describe, expect, test } from "vitest";
import { apply, clone, emptyWorld, type Event, type FdFacts, Timeline, type World } from "../../../lib/model/mod.ts";
import { Reference, type Thing } from "./reference.ts";
import { does, execs, exits, forks, numbered, P, person, standing, type Told, waits } from "./story.ts";

/** mulberry32: the same seed, the same run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Writes random but possible events, and does the same to the reference. */
class Writer {
  readonly told: Told[] = [standing(person({ fds: [] }))];
  readonly reference = new Reference();
  readonly #below: (below: number) => number;
  readonly #marked = new Set<string>();
  readonly #zombies: { pid: number; parent: number }[] = [];
  #pid = P;
  #label = 0;

  constructor(seed: number) {
    this.#below = random(seed);
    this.reference.tables.set(P, new Map());
  }

  step(): void {
    const pid = this.#pick([...this.reference.tables.keys()]) ?? P;
    const table = this.reference.of(pid);
    const fd = this.#pick([...table.keys()]);
    switch (this.#below(12)) {
      case 0: return this.#fork(pid);
      case 1: return this.#open(pid);
      case 2: case 3: return this.#pair(pid);
      case 4: return fd === undefined ? undefined : this.#dup(pid, fd);
      case 5: case 6: return fd === undefined ? undefined : this.#close(pid, fd);
      case 7: case 8: return this.#send(pid);
      case 9: return this.#receive(pid);
      case 10: return this.#below(3) === 0 ? this.#exec(pid) : this.#mark(pid, fd);
      default: return this.#below(2) === 0 ? this.#exit(pid) : this.#reap();
    }
  }

  #pick<T>(from: T[]): T | undefined {
    return from[this.#below(Math.max(1, from.length))];
  }

  #fork(pid: number): void {
    if (this.reference.tables.size > 8) return;
    const child = ++this.#pid;
    this.reference.tables.set(child, new Map(this.reference.of(pid)));
    for (const fd of this.reference.of(pid).keys()) if (this.#marked.has(`${pid}/${fd}`)) this.#marked.add(`${child}/${fd}`);
    this.told.push(forks(pid, child));
  }

  #facts(pid: number, kind: string): FdFacts {
    const fd = this.reference.lowest(pid);
    const label = `0:${++this.#label}`;
    this.reference.of(pid).set(fd, { label });
    return { fd, link: label, inode: label, type: kind === "file" ? "file" : "socket", flags: 2, cloexec: false, pos: 0, ...(kind === "file" ? {} : { socket: kind }) };
  }

  #open(pid: number): void {
    this.told.push(does(pid, { op: "open", file: this.#facts(pid, "file") }));
  }

  /** The odd one of two labels is the peer of the even one after it. */
  #pair(pid: number): void {
    if (this.#label % 2 === 1) this.#open(pid);
    const kind = this.#pick(["unix stream", "unix dgram", "unix seqpacket"]) ?? "";
    const a = this.#facts(pid, kind);
    this.told.push(does(pid, { op: "pair", a, b: this.#facts(pid, kind) }));
    this.#kinds.add(a.inode);
  }

  readonly #kinds = new Set<string>();

  #peer(label: string): string | undefined {
    const number = Number(label.slice(2));
    const other = `0:${number % 2 === 1 ? number + 1 : number - 1}`;
    return this.#kinds.has(label) || this.#kinds.has(other) ? other : undefined;
  }

  #dup(pid: number, from: number): void {
    const to = this.#below(2) === 0 ? this.reference.lowest(pid) : this.#below(12);
    const table = this.reference.of(pid);
    const cloexec = this.#below(3) === 0;
    this.told.push(does(pid, { op: "dup", from, to, cloexec }));
    if (from === to) return;
    table.set(to, table.get(from) as Thing);
    this.#setMark(pid, to, cloexec);
    this.reference.bury();
  }

  #close(pid: number, fd: number): void {
    this.told.push(does(pid, { op: "close", fd }));
    this.reference.of(pid).delete(fd);
    this.#setMark(pid, fd, false);
    this.reference.bury();
  }

  #mark(pid: number, fd: number | undefined): void {
    if (fd === undefined) return;
    const on = this.#below(2) === 0;
    this.told.push(does(pid, { op: "cloexec", fd, on }));
    this.#setMark(pid, fd, on);
  }

  #setMark(pid: number, fd: number, on: boolean): void {
    if (on) this.#marked.add(`${pid}/${fd}`);
    else this.#marked.delete(`${pid}/${fd}`);
  }

  #exec(pid: number): void {
    const table = this.reference.of(pid);
    for (const fd of [...table.keys()]) if (this.#marked.delete(`${pid}/${fd}`)) table.delete(fd);
    this.told.push(execs(pid));
    this.reference.bury();
  }

  /** One byte with up to three descriptors, to a peer that is still there. */
  #send(pid: number): void {
    const table = this.reference.of(pid);
    const alive = this.reference.receivable();
    const from = this.#pick([...table].filter(([, { label }]) => alive.has(this.#peer(label) ?? "")).map(([fd]) => fd));
    if (from === undefined) return;
    const fds = Array.from({ length: this.#below(4) }, () => this.#pick([...table.keys()]) ?? from);
    const to = this.#peer(table.get(from)?.label ?? "") ?? "";
    this.reference.mail.push({ to, things: fds.map((fd) => table.get(fd) as Thing) });
    this.told.push(does(pid, { op: "send", fd: from, bytes: 1, fds }));
  }

  #receive(pid: number): void {
    const table = this.reference.of(pid);
    const waiting = this.reference.mail.map(({ to }) => to);
    const at = this.#pick([...table].filter(([, { label }]) => waiting.includes(label)).map(([fd]) => fd));
    const mail = at === undefined ? undefined : this.reference.mail.find(({ to }) => to === table.get(at)?.label);
    if (at === undefined || mail === undefined) return;
    const kept = mail.things.slice(0, this.#below(2) === 0 ? mail.things.length : this.#below(mail.things.length + 1));
    this.reference.mail = this.reference.mail.filter((one) => one !== mail);
    const fds = kept.map((thing): FdFacts => {
      const fd = this.reference.lowest(pid);
      table.set(fd, thing);
      return { fd, link: thing.label, inode: thing.label, type: "file", flags: 2, cloexec: false, pos: 0 };
    });
    this.told.push(does(pid, { op: "receive", fd: at, bytes: 1, fds, truncated: kept.length < mail.things.length }));
    this.reference.bury();
  }

  #exit(pid: number): void {
    if (pid === P) return;
    this.reference.tables.delete(pid);
    for (const mark of [...this.#marked]) if (mark.startsWith(`${pid}/`)) this.#marked.delete(mark);
    this.#zombies.push({ pid, parent: P });
    this.told.push(exits(pid));
    this.reference.bury();
  }

  #reap(): void {
    const zombie = this.#zombies.pop();
    if (zombie !== undefined) this.told.push(waits(zombie.parent, zombie.pid));
  }
}

function modelCounts(world: World): string[] {
  return [...world.descriptions.values()].map(({ inode, refs, inFlight }) => `${inode}: ${refs} (${inFlight})`).sort();
}

/** Counted anew from tables and messages, whatever the counters say. */
function recounted(world: World): string[] {
  const counts = new Map<number, [number, number]>();
  const count = (ofd: number, flight: 0 | 1) => {
    const [refs, inFlight] = counts.get(ofd) ?? [0, 0];
    counts.set(ofd, [refs + 1, inFlight + flight]);
  };
  for (const { fds } of world.processes.values()) for (const { ofd } of fds.values()) count(ofd, 0);
  for (const { ofds } of world.messages) for (const ofd of ofds) count(ofd, 1);
  return [...counts].map(([ofd, [refs, inFlight]]) => `${world.descriptions.get(ofd)?.inode}: ${refs} (${inFlight})`).sort();
}

function inodesCounted(world: World): boolean {
  const counts = new Map<string, number>();
  for (const { inode } of world.descriptions.values()) counts.set(inode, (counts.get(inode) ?? 0) + 1);
  return world.inodes.size === counts.size && [...world.inodes.values()].every(({ key, descriptions }) => counts.get(key) === descriptions);
}

/** How many descriptors each message carries. */
function carried(mail: unknown[][]): number[] {
  return mail.map((things) => things.length);
}

function replay(events: readonly Event[], n: number): World {
  const world = emptyWorld();
  for (const event of events.slice(0, n + 1)) apply(world, event);
  return world;
}

const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);
const STEPS = 300;

describe("random runs", () => {
  test.each(SEEDS)("seed %i: after every event the model counts what a plain reference counts", (seed) => {
    const writer = new Writer(seed);
    const world = emptyWorld();
    apply(world, numbered(writer.told)[0] as Event);
    let compared = 0;
    for (let applied = 1, i = 0; i < STEPS; i++) {
      writer.step();
      for (; applied < writer.told.length; applied++) apply(world, { n: applied, t: applied, ...writer.told[applied] } as Event);
      const is = { event: writer.told.at(-1), counts: modelCounts(world), recounted: recounted(world), inodes: inodesCounted(world), mail: carried(world.messages.map(({ ofds }) => ofds)) };
      const counts = writer.reference.counts();
      const must = { event: writer.told.at(-1), counts, recounted: counts, inodes: true, mail: carried(writer.reference.mail.map(({ things }) => things)) };
      if (JSON.stringify(is) !== JSON.stringify(must)) expect(is).toEqual(must);
      compared++;
    }
    expect(compared).toBe(STEPS);
    expect(writer.told.length).toBeGreaterThan(STEPS / 3);
  }, 60_000);

  test.each(SEEDS.slice(0, 4))("seed %i: any seek equals replay from the beginning, and changes no world given before", (seed) => {
    const writer = new Writer(seed);
    while (writer.told.length < 700) writer.step();
    const events = numbered(writer.told);
    const timeline = new Timeline();
    const below = random(seed + 1000);
    for (let from = 0; from < events.length; from += 97) timeline.append(events.slice(from, from + 97));
    const given = new Map<number, { world: World; then: World }>();
    for (let i = 0, n = 0; i < 30; i++) {
      n = i % 3 === 0 ? below(events.length) : Math.min(events.length - 1, Math.max(-1, n + (below(2) === 0 ? 1 : -1)));
      const world = timeline.at(n);
      expect(world).toEqual(replay(events, n));
      given.set(n, { world, then: structuredClone(world) });
    }
    for (const { world, then } of given.values()) expect(world).toEqual(then);
  }, 60_000);

  test("a clone goes its own way", () => {
    const writer = new Writer(7);
    while (writer.told.length < 200) writer.step();
    const events = numbered(writer.told);
    const world = replay(events, 99);
    const before = structuredClone(world);
    const copy = clone(world);
    for (const event of events.slice(100)) apply(copy, event);
    expect(world).toEqual(before);
    expect(copy).toEqual(replay(events, events.length - 1));
    for (const event of events.slice(100)) apply(world, event);
    expect(world).toEqual(copy);
  });
});
