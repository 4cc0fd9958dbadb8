import { describe, expect, test } from "vitest";
import { layout, type Figure } from "../../../app/renderer/figure/layout.ts";
import { compactMetrics, fullMetrics, type Metrics } from "../../../app/renderer/figure/metrics.ts";
import { load, type Loaded } from "./world.ts";

const drawing = load("drawing");

function figureAt({ timeline, digest }: Loaded, step: number, metrics: Metrics = fullMetrics): Figure {
  const n = digest.steps[step] ?? -1;
  const placement = digest.placements[step];
  if (!placement) throw new Error(`Draw step ${step}: the recording has ${digest.steps.length}`);
  return layout({ world: timeline.at(n), placement, metrics, since: digest.steps[step - 1] ?? -1, hidden: digest.memory.hidden });
}

const steps = drawing.digest.steps.map((_, step) => step);
const stepOf = (match: (kind: string, pid: number) => boolean) => drawing.digest.steps.findIndex((n) => {
  const event = drawing.events[n];
  return event !== undefined && match(event.kind, event.pid);
});

describe("layout()", () => {
  test("gives the same figure again when the reader comes back to a step", () => {
    const forward = steps.map((step) => JSON.stringify(figureAt(drawing, step)));
    const backward = [...steps].reverse().map((step) => JSON.stringify(figureAt(drawing, step))).reverse();
    expect(backward).toEqual(forward);
  });

  test("keeps every description where it was for as long as it lives", () => {
    const places = new Map<number, number>();
    for (const step of steps) {
      for (const box of figureAt(drawing, step).descriptions) {
        const before = places.get(box.ofd);
        if (before !== undefined) expect([step, box.ofd, box.y]).toEqual([step, box.ofd, before]);
        places.set(box.ofd, box.y);
      }
    }
    expect(places.size).toBe(7);
  });

  for (const [name, metrics] of [["full", fullMetrics], ["compact", compactMetrics]] as const) {
    test(`draws no two objects of a column over each other, ${name}`, () => {
      for (const step of steps) {
        const figure = figureAt(drawing, step, metrics);
        for (const column of [figure.cards, figure.descriptions, figure.inodes]) {
          const boxes = [...column].sort((a, b) => a.y - b.y);
          boxes.forEach((box, i) => {
            const next = boxes[i + 1];
            if (next) expect(box.y + box.h).toBeLessThanOrEqual(next.y);
          });
          for (const box of boxes) expect(box.y + box.h).toBeLessThan(figure.height);
        }
      }
    });
  }

  test("draws one edge for each drawn row, from the row's right end to the left side of its description", () => {
    const figure = figureAt(drawing, steps.length - 8);
    const rows = figure.cards.flatMap((card) => card.rows.filter((row) => row.kind === "fd").map((row) => ({ row, right: card.x + card.w })));
    const edges = figure.edges.filter((edge) => edge.kind === "reference");
    expect(edges.map((edge) => edge.id).sort()).toEqual(rows.map(({ row }) => row.id).sort());
    for (const { row, right } of rows) {
      const edge = edges.find((each) => each.id === row.id);
      const box = figure.descriptions.find((each) => each.ofd === row.ofd);
      expect(edge?.from).toEqual({ x: right, y: row.y });
      expect(edge?.to.x).toBe(box?.x);
    }
  });

  test("gives references that converge on one description ports of their own", () => {
    for (const step of steps) {
      const ports = figureAt(drawing, step).edges.filter((edge) => edge.kind === "reference").map((edge) => `${edge.to.x},${edge.to.y}`);
      expect(new Set(ports).size).toBe(ports.length);
    }
  });

  test("draws a zombie without rows and drops it one step after it was reaped", () => {
    const exit = stepOf((kind, pid) => kind === "exit" && pid === 4103);
    const zombie = figureAt(drawing, exit).cards.find((card) => card.process.pid === 4103);
    expect(zombie?.ghost).toBe(true);
    expect(zombie?.rows).toEqual([]);
    const reap = drawing.digest.steps.findIndex((n) => {
      const event = drawing.events[n];
      return event?.kind === "call" && event.op?.op === "wait" && event.op.child === 4103;
    });
    expect(figureAt(drawing, reap).cards.find((card) => card.process.pid === 4103)?.reaped).toBe(true);
    expect(figureAt(drawing, reap + 1).cards.map((card) => card.process.pid)).toEqual([4101, 4104]);
  });

  test("draws dots from a dead first parent and a branch from the one that adopted", () => {
    const adopt = stepOf((kind, pid) => kind === "adopt" && pid === 4104);
    const figure = figureAt(drawing, adopt);
    const kinds = figure.branches.filter((branch) => branch.id.includes("4104")).map((branch) => branch.kind);
    expect(kinds.sort()).toEqual(["tree", "was"]);
  });

  test("shows a description that only a message holds as floating, with a dashed edge from the channel", () => {
    const receive = drawing.digest.steps.findIndex((n) => {
      const event = drawing.events[n];
      return event?.kind === "call" && event.op?.op === "receive";
    });
    const figure = figureAt(drawing, receive);
    const floating = figure.descriptions.filter((box) => box.floating);
    expect(floating.map((box) => box.description.link)).toEqual(["/home/u/demo/audit.log"]);
    expect(figure.edges.filter((edge) => edge.kind === "flight").map((edge) => edge.ofd)).toEqual(floating.map((box) => box.ofd));
  });

  test("marks the row a message brought, and not the socket it came through", () => {
    const receive = drawing.digest.steps.findIndex((n) => {
      const event = drawing.events[n];
      return event?.kind === "call" && event.op?.op === "receive";
    });
    const now = figureAt(drawing, receive).cards.flatMap((card) => card.rows.filter((row) => row.now).map((row) => [row.id, row.isNew]));
    expect(now).toEqual([["4102/3", true]]);
  });

  test("folds 0-2 to one row in full and leaves them out when compact", () => {
    expect(figureAt(drawing, 0).cards[0]?.rows.map((row) => row.label)).toEqual(["0-2"]);
    expect(figureAt(drawing, 0, compactMetrics).cards[0]?.rows).toEqual([]);
  });
});
