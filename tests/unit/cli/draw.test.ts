import { describe, expect, it } from "vitest";
import { draw, forest } from "../../../cli/draw.ts";
import { grouped } from "../../../cli/draw_descriptions.ts";
import { colourPaint, widthOf } from "../../../cli/text.ts";
import type { Description, FdEntry, Process, World } from "../../../lib/model/world.ts";

function entry(fd: number, ofd: number, more: Partial<FdEntry> = {}): FdEntry {
  return { fd, ofd, cloexec: false, origin: { how: "open" }, bornAt: 1, ...more };
}

function process(pid: number, ppid: number, order: number, more: Partial<Process> = {}): Process {
  return { key: `${pid}@1`, pid, start: 1, ppid, pgid: 100, sid: 100, state: "running", name: `p${pid}`, subreaper: false, threads: [], fds: new Map(), bornAt: 0, order, ...more };
}

function description(id: number, inode: string, more: Partial<Description> = {}): Description {
  return { id, inode, link: `/tmp/${inode}`, flags: 0, refs: 1, inFlight: 0, runtime: false, bornAt: 1, ...more };
}

function world(processes: Process[], descriptions: Description[] = []): World {
  return {
    n: 1, t: 0, lost: 0, unknown: [], messages: [], nextDescription: 9, nextMessage: 1,
    processes: new Map(processes.map((one) => [one.key, one])),
    byPid: new Map(processes.map((one) => [one.pid, one.key])),
    descriptions: new Map(descriptions.map((one) => [one.id, one])),
    inodes: new Map(descriptions.map((one) => [one.inode, { key: one.inode, type: "file", link: one.link, size: 20480 }])),
    touched: { pids: [], fds: [], closed: [], ofds: [], inodes: [], messages: [], delivered: [] },
  };
}

const table = (...entries: FdEntry[]): Map<number, FdEntry> => new Map(entries.map((one) => [one.fd, one]));

describe("forest", () => {
  it("puts children under their parent in birth order, an adopted one under its new parent", () => {
    const w = world([process(4, 1, 3, { bornTo: 3 }), process(1, 0, 0), process(3, 1, 2), process(2, 1, 1), process(5, 2, 4)]);
    expect(forest(w).map(({ process: { pid }, follows }) => [pid, follows])).toEqual([
      [1, []], [2, [true]], [5, [true, false]], [3, [true]], [4, [false]],
    ]);
  });
});

describe("draw", () => {
  it("draws a table row by row with its descriptions beside it", () => {
    const w = world([process(41, 1, 0, { name: "main", fds: table(entry(3, 1, { cloexec: true })) })], [description(1, "report.csv", { pos: 4096 })]);
    const lines = draw(w, { width: 100, lang: "en" });
    expect(lines[0]).toMatch(/^┌─ 41 main ─+ ● running ─┐ {2}\/tmp\/report\.csv {2}20\u2009480 B$/);
    expect(lines[2]).toMatch(/^│ {3}3 report\.csv +⇥ ─ #1 │/);
    expect(lines[1]).toContain("#1  O_RDONLY  @4\u2009096  ×1");
  });

  it("puts descriptions below where the terminal is narrow, and is never wider than it", () => {
    const w = world([process(41, 1, 0, { fds: table(entry(3, 1)) })], [description(1, "report.csv")]);
    const lines = draw(w, { width: 60, lang: "en" });
    expect(lines.findIndex((line) => line.startsWith("/tmp/report.csv"))).toBeGreaterThan(2);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60);
  });

  it("keeps borders straight with wide characters and long names", () => {
    const w = world([process(41, 1, 0, { name: "进程进程", fds: table(entry(3, 1)) })], [description(1, "报告".repeat(40))]);
    const left = draw(w, { width: 60, lang: "zh" }).slice(0, 4);
    expect(new Set(left.map((line) => widthOf(line)))).toEqual(new Set([60]));
  });

  it("draws the branches of the tree", () => {
    const lines = draw(world([process(1, 0, 0), process(2, 1, 1), process(3, 2, 2), process(4, 1, 3)]), { width: 60, lang: "en" });
    const heads = lines.filter((line) => line.includes("┌")).map((line) => line.slice(0, line.indexOf("┌")));
    expect(heads).toEqual(["", "├─ ", "│  └─ ", "└─ "]);
  });

  it("draws a zombie dashed, with its status and without a table", () => {
    const lines = draw(world([process(41, 1, 0, { state: "zombie", status: { kind: "exited", code: 3 } })]), { width: 70, lang: "en" });
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("◌ zombie, exited with status 3");
    expect(lines[1]).toMatch(/^┆/);
  });

  it("draws a stopped process with a double border", () => {
    expect(draw(world([process(41, 1, 0, { state: "stopped" })]), { width: 70, lang: "en" })[0]).toMatch(/^╔/);
  });

  it("folds 0 to 2 while all are inherited, and what only they refer to", () => {
    const inherited = { origin: { how: "start" } as const };
    const w = world([process(41, 1, 0, { fds: table(entry(0, 1, inherited), entry(1, 1, inherited), entry(2, 1, inherited)) })], [description(1, "null", { bornAt: 0, refs: 3 })]);
    const text = draw(w, { width: 100, lang: "en" }).join("\n");
    expect(text).toContain("0-2 inherited");
    expect(text).not.toContain("#1");
  });

  it("names the sender's number of a received descriptor", () => {
    const w = world([process(41, 1, 0, { fds: table(entry(3, 1, { origin: { how: "receive", from: { pid: 40, fd: 4 } } })) })], [description(1, "r", { refs: 2 })]);
    expect(draw(w, { width: 100, lang: "en" })[2]).toContain("3 r, 4 in 40");
    expect(draw(w, { width: 100, lang: "zh" })[2]).toContain("3 r，在 40 中是 4");
  });

  it("says what a message in flight holds", () => {
    const w = world([process(41, 1, 0)], [description(7, "audit.log", { inFlight: 1 })]);
    w.messages.push({ id: 1, from: "a", bytes: 1, ofds: [7], sender: { pid: 41, fds: [4] }, sentAt: 1 });
    expect(draw(w, { width: 60, lang: "en" })).toContain("✉ 1 byte + #7, sent by 41, not yet received");
  });

  it("leaves out what the runtime opened for itself", () => {
    const w = world([process(41, 1, 0, { fds: table(entry(3, 1)) })], [description(1, "epoll", { runtime: true })]);
    expect(draw(w, { width: 60, lang: "en" }).join("\n")).not.toContain("epoll");
  });

  it("paints in orange what the event touched, and nothing else", () => {
    const w = world([process(41, 1, 0, { fds: table(entry(3, 1), entry(4, 2)) })], [description(1, "a"), description(2, "b")]);
    w.touched.fds.push("41/3");
    const painted = draw(w, { width: 60, lang: "en", paint: colourPaint }).filter((line) => line.includes("38;5;208"));
    expect(painted).toHaveLength(1);
    expect(painted[0]).toContain("3 a");
  });

  it("shows control characters of a name and never sends them", () => {
    const w = world([process(41, 1, 0, { name: "\x1b[2J" })]);
    expect(draw(w, { width: 60, lang: "en" })[0]).toContain("\\x1b[2J");
  });
});

describe("grouped", () => {
  it.each([[0, "0"], [999, "999"], [4096, "4\u2009096"], [1234567, "1\u2009234\u2009567"]])("%i is %s", (value, text) => {
    expect(grouped(value)).toBe(text);
  });
});
