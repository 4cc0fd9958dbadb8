import { describe, expect, test } from "vitest";
import { gapWidth, Scale } from "../../../app/renderer/dock/scale.ts";
import { load } from "./world.ts";

const { digest, events } = load("drawing");
const { lanes, arrows } = digest.lanes;
const laneOf = (pid: number) => lanes.find((lane) => lane.pid === pid);

describe("LaneBook", () => {
  test("has a lane for each process in order of birth", () => {
    expect(lanes.map((lane) => lane.pid)).toEqual([4101, 4102, 4103, 4104]);
  });

  test("follows a process from birth over sleep and zombie to the reap", () => {
    const lane = laneOf(4103);
    expect(lane?.segments.map((segment) => segment.state)).toEqual(["running", "zombie"]);
    expect(lane?.reaped?.by).toBe(4101);
    expect(lane?.segments.at(-1)?.to).toBe(lane?.reaped?.step);
    expect(laneOf(4102)?.segments.map((segment) => segment.state)).toEqual(["running", "sleeping", "running", "zombie"]);
  });

  test("marks adoption once", () => {
    expect(laneOf(4104)?.adopted?.by).toBe(4101);
    expect(laneOf(4102)?.adopted).toBeUndefined();
  });

  test("joins forks, signals and messages across lanes", () => {
    const kinds = arrows.map((arrow) => `${arrow.kind} ${lanes[arrow.from.lane]?.pid} ${arrow.to ? lanes[arrow.to.lane]?.pid : "-"}`);
    expect(kinds).toEqual(["fork 4101 4102", "fork 4101 4103", "fork 4103 4104", "signal 4103 4101", "pass 4101 4102", "pass 4101 4102"]);
  });
});

describe("Digest.stepOf()", () => {
  test("leads a quiet event to the step before it", () => {
    const quiet = events.findIndex((event) => event.quiet);
    expect(digest.steps[digest.stepOf(quiet)]).toBe(quiet - 1);
    digest.steps.forEach((n, step) => { expect(digest.stepOf(n)).toBe(step); });
  });
});

describe("Scale", () => {
  test("draws a longer gap wider, up to a limit", () => {
    expect(gapWidth(10)).toBeLessThan(gapWidth(1000));
    expect(gapWidth(60_000_000)).toBe(gapWidth(600_000_000));
  });
  test("finds the step under the pointer", () => {
    const scale = new Scale(digest.times, 1, 900);
    digest.times.forEach((_, step) => { expect(scale.stepAt(scale.x(step) + 2)).toBe(step); });
  });
  test("keeps earlier steps in place while a live run grows", () => {
    const before = new Scale(digest.times.slice(0, 10), 1, 0);
    const after = new Scale(digest.times, 1, 0);
    for (let step = 0; step < 10; step++) expect(after.x(step)).toBe(before.x(step));
  });
});
