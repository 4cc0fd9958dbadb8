import { describe, expect, test } from "vitest";
import { calls, clone, type Event, factsByName, Timeline, worldAfter } from "../../../lib/model/mod.ts";
import { does, exits, file, forks, numbered, P, process, standing, table, timelineOf, type Told, waits } from "./story.ts";

const C = 200;

describe("Timeline", () => {
  test("before the first event there is nothing", () => {
    expect(timelineOf().at(-1).processes.size).toBe(0);
  });

  test("seeks both ways", () => {
    const timeline = timelineOf(forks(P, C), exits(C), waits(P, C), does(P, { op: "setsid" }));
    const states = (n: number) => [...timeline.at(n).processes.values()].map(({ state }) => state);
    expect([4, 2, 3, 0, 1, -1].map(states)).toEqual([
      ["running"], ["running", "zombie"], ["running", "reaped"], ["running"], ["running", "running"], [],
    ]);
  });

  test("a world given before does not change with later events", () => {
    const timeline = timelineOf(forks(P, C));
    const world = timeline.at(1);
    timeline.append([{ n: 2, t: 2, ...does(C, { op: "open", file: file(3) }) } as Event]);
    expect([table(world, C), table(timeline.at(2), C)]).toEqual([[0, 1, 2], [0, 1, 2, 3]]);
  });

  test("asked for again it is the same object", () => {
    const timeline = timelineOf(forks(P, C));
    expect(timeline.at(0)).toBe(timeline.at(0));
  });

  test.each([[-2], [3], [0.5], [NaN]])("refuses to seek to %d", (n) => {
    expect(() => timelineOf(forks(P, C), exits(C)).at(n)).toThrow(RangeError);
  });

  test("refuses a gap", () => {
    const timeline = timelineOf();
    expect(() => timeline.append([{ n: 2, t: 0, ...exits(P) } as Event])).toThrow("Cannot append event 2: the next one is 1");
  });

  test("100,000 events: no seek replays more than one interval", () => {
    const told: Told[] = [standing()];
    for (let i = 0; i < 20_000; i++) {
      const child = 1000 + (i % 500);
      told.push(forks(P, child), does(child, { op: "open", file: file(3) }), does(child, { op: "seek", fd: 3, pos: i }), exits(child), waits(P, child));
    }
    const timeline = new Timeline();
    timeline.append(numbered(told));
    let slowest = 0;
    for (let i = 0; i < 40; i++) {
      const n = (i * 7919 * 13) % timeline.length;
      const begun = performance.now();
      expect(timeline.at(n).n).toBe(n);
      slowest = Math.max(slowest, performance.now() - begun);
    }
    expect(slowest).toBeLessThan(1000);
  }, 60_000);
});

describe("evidence", () => {
  const timeline = timelineOf(
    forks(P, C), does(C, { op: "setsid" }, { call: "setsid" }), { ...does(P, { op: "close", fd: 2 }, { call: "close" }), quiet: true } as Told,
    does(P, { op: "close", fd: 0 }, { call: "close" }), { kind: "fact", pid: C, name: "pid", value: C }, { kind: "fact", pid: P, name: "pid", value: P },
  );

  test.each([
    ["every call that is a step", {}, [2, 4]],
    ["by name", { call: "close" }, [4]],
    ["by process", { pid: C }, [2]],
    ["by what it did", { op: "setsid" as const }, [2]],
    ["all of it must match", { pid: C, op: "close" as const }, []],
  ])("calls(): %s", (_, filter, is) => {
    expect(calls(timeline.events, filter).map(({ n }) => n)).toEqual(is);
  });

  test("factsByName(): in order, of all processes", () => {
    const facts = factsByName(timeline.events);
    expect([...facts.keys()]).toEqual(["pid"]);
    expect(facts.get("pid")?.map(({ pid, value }) => [pid, value])).toEqual([[C, C], [P, P]]);
  });

  test("worldAfter(): as the event left it", () => {
    const event = timeline.events[4] as Event;
    expect(table(worldAfter(timeline, event), P)).toEqual([1]);
  });

  test("a clone may be changed, the timeline's world stays", () => {
    const copy = clone(timeline.at(0));
    copy.processes.clear();
    expect(process(timeline.at(0), P).pid).toBe(P);
  });
});
