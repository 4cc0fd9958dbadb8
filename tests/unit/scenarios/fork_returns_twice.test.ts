import { describe, expect, it } from "vitest";
import type { Event, FdFacts } from "../../../lib/model/event.ts";
import { Timeline } from "../../../lib/model/mod.ts";
import { type Claim, type Evidence, judge } from "../../../scenarios/claim.ts";
import { check, claims, descriptorsStayOpen, parentOfChild, returnsTwice } from "../../../scenarios/fork_returns_twice.check.ts";

/** An event without the fields every event has; `n` and `t` are counted. */
type Bare = Event extends infer E ? (E extends Event ? Omit<E, "n" | "t"> : never) : never;

const file: FdFacts = { fd: 3, link: "/tmp/x/poem.txt", inode: "1:7", type: "file", flags: 0, cloexec: false, pos: 0, size: 4096 };

/** A run as the kernel gives it: 100 forks 101, which reads and closes. */
const events: Bare[] = [
  { kind: "start", pid: 100, snapshot: { unknown: [], processes: [{ pid: 100, ppid: 1, pgid: 100, sid: 100, start: 5, state: "R", name: "main", fds: [] }] } },
  { kind: "call", pid: 100, call: "openat", args: [], ret: 3, op: { op: "open", file } },
  { kind: "fork", pid: 100, child: 101, start: 6, how: "fork" },
  { kind: "call", pid: 100, call: "clone", args: [], ret: 101 },
  { kind: "fact", pid: 100, name: "parent", value: { returned: 101, pid: 100 } },
  { kind: "fact", pid: 100, name: "same description", value: true },
  { kind: "call", pid: 101, call: "clone", args: [], ret: 0 },
  { kind: "fact", pid: 101, name: "child", value: { returned: 0, pid: 101, ppid: 100 } },
  { kind: "fact", pid: 101, name: "ppid in /proc", value: 100 },
  { kind: "call", pid: 101, call: "read", args: [], ret: 1024, op: { op: "read", fd: 3, bytes: 1024, pos: 1024 } },
  { kind: "fact", pid: 101, name: "bytes the child read", value: 1024 },
  { kind: "call", pid: 101, call: "close", args: [], ret: 0, op: { op: "close", fd: 3 } },
  { kind: "fact", pid: 100, name: "offset after the child read", value: 1024 },
  { kind: "fact", pid: 100, name: "read after the child closed", value: 1024 },
];

function run(bare: readonly Bare[]): Evidence {
  const numbered = bare.map((event, n) => ({ ...event, n, t: n }) as Event);
  const timeline = new Timeline();
  timeline.append(numbered);
  return { events: numbered, at: (n) => timeline.at(n) };
}

const verdicts = (evidence: Evidence): string[] => check(evidence).map(({ claim, verdict }) => `${claim} ${verdict}`);

describe("check of fork-returns-twice", () => {
  it("agrees with a run that shows it all", () => {
    expect(verdicts(run(events))).toEqual(["F1 agrees", "F4 agrees", "F9 agrees"]);
  });

  it("has nothing to say about a run without events", () => {
    expect(verdicts(run([]))).toEqual(["F1 unchecked", "F4 unchecked", "F9 unchecked"]);
  });

  it("judges each part: made false, it differs", () => {
    for (const claim of claims) {
      for (const part of Object.keys(claim.says)) {
        expect([claim.id, part, judge({ ...claim, says: { ...claim.says, [part]: "something else" } }, run(events)).verdict]).toEqual([claim.id, part, "differs"]);
      }
    }
  });

  it.each([
    ["fork returns 1 in the child", { ...returnsTwice, says: { ...returnsTwice.says, child: 1 } }],
    ["the child's parent is init", { ...parentOfChild, says: { ...parentOfChild.says, getppid: 1 } }],
    ["the count stays 1", { ...descriptorsStayOpen, says: { ...descriptorsStayOpen.says, references: [1, 1, 1] } }],
  ] as [string, Claim][])("a false text (%s) differs", (_text, claim) => {
    expect(judge(claim, run(events)).verdict).toBe("differs");
  });

  it.each([
    ["the child's return as the tracer saw it", (event: Bare) => event.kind === "call" && event.pid === 101 && event.call === "clone", "F1"],
    ["the child's return as the program got it", (event: Bare) => event.kind === "fact" && event.name === "child", "F1"],
    ["the parent's word", (event: Bare) => event.kind === "fact" && event.name === "parent", "F1"],
    ["/proc", (event: Bare) => event.kind === "fact" && event.name === "ppid in /proc", "F4"],
    ["kcmp", (event: Bare) => event.kind === "fact" && event.name === "same description", "F9"],
    ["the child's close", (event: Bare) => event.kind === "call" && event.op?.op === "close", "F9"],
    ["the opening of the file", (event: Bare) => event.kind === "call" && event.op?.op === "open", "F9"],
  ])("without %s the claim is unchecked", (_what, gone, claim) => {
    expect(verdicts(run(events.filter((event) => !gone(event))))).toContain(`${claim} unchecked`);
  });

  it.each([
    ["a child that got its own pid", "child", { returned: 101, pid: 101, ppid: 100 }, "F1 differs"],
    ["a child of another parent", "child", { returned: 0, pid: 101, ppid: 1 }, "F4 differs"],
    ["two descriptions", "same description", false, "F9 differs"],
    ["an offset of its own", "offset after the child read", 0, "F9 differs"],
    ["a read that failed after the close", "read after the child closed", 0, "F9 differs"],
  ])("a run with %s differs", (_what, name, value, verdict) => {
    const other = events.map((event) => (event.kind === "fact" && event.name === name ? { ...event, value } : event));
    expect(verdicts(run(other))).toContain(verdict);
  });
});
