import { describe, expect, test } from "vitest";
import { diff, type Difference, type Event } from "../../../lib/model/mod.ts";
import { does, exits, file, forks, numbered, P, pipe, standing, type Told, waits } from "./story.ts";

const told = (...events: Told[]): Event[] => numbered([standing(), ...events]);
const runs = (pid: number, name: string, ...words: string[]): Told => ({ kind: "exec", pid, exe: `/bin/${name}`, name, argv: [name, ...words] });
const one = (pid: number, name: string, ...between: Told[]): Told[] => [forks(P, pid), runs(pid, name), ...between, exits(pid), waits(P, pid)];

describe("two recordings compared", () => {
  test("the same deeds under other pids: no difference", () => {
    expect(diff(told(...one(200, "ls"), ...one(201, "sort")), told(...one(800, "ls"), ...one(850, "sort")))).toEqual([]);
  });

  test.each<[string, Told[], Told[], Pick<Difference, "who" | "what" | "first" | "second">[]]>([
    ["a process less", [...one(200, "ls"), ...one(201, "sort"), ...one(202, "head")], [...one(300, "ls"), ...one(301, "head")], [{ who: "story > sort", what: "missing", first: ["sort"], second: [] }]],
    ["a process more", one(200, "ls"), [...one(300, "ls"), ...one(301, "ls")], [{ who: "story > ls[2]", what: "extra", first: [], second: ["ls"] }]],
    ["another end", one(200, "ls"), [forks(P, 300), runs(300, "ls"), { kind: "exit", pid: 300, status: { kind: "signaled", signal: 13, core: false } }, waits(P, 300)], [{ who: "story > ls", what: "status", first: ["exited, status 0"], second: ["killed by SIGPIPE"] }]],
    ["other arguments", [forks(P, 200), runs(200, "ls", "-l"), exits(200), waits(P, 200)], one(300, "ls"), [{ who: "story > ls", what: "arguments", first: ["ls -l"], second: ["ls"] }]],
    ["one inherited descriptor more", one(200, "ls"), [does(P, pipe(3, 4)), does(P, { op: "close", fd: 3 }), ...one(300, "ls")], [{ who: "story > ls", what: "inherited", first: [], second: ["4 pipe"] }]],
    ["a handler is missing", [does(P, { op: "sigaction", signal: 17, disposition: "handler" })], [], [{ who: "story", what: "dispositions", first: ["SIGCHLD handler"], second: [] }]],
    ["another failure", one(200, "ls", { kind: "call", pid: 200, call: "openat", args: [], ret: -1, errno: "ENOENT" }), one(300, "ls"), [{ who: "story > ls", what: "failures", first: ["openat ENOENT"], second: [] }]],
    ["another file", one(200, "ls", does(200, { op: "open", file: file(3) })), one(300, "ls"), [{ who: "story > ls", what: "opened", first: ["/tmp/f3"], second: [] }]],
    ["a signal more", one(200, "ls"), one(300, "ls", { kind: "signal", pid: 300, signal: 15, code: 0, from: P }), [{ who: "story > ls", what: "signals", first: [], second: ["SIGTERM"] }]],
    ["a zombie left", one(200, "ls"), one(300, "ls").slice(0, -1), [{ who: "story > ls", what: "reaped", first: ["reaped"], second: ["left a zombie"] }]],
  ])("%s", (_, first, second, differences) => {
    expect(diff(told(...first), told(...second)).map(({ pids: _pids, ...rest }) => rest)).toEqual(differences);
  });

  test("a difference names both pids", () => {
    const first = told(...one(200, "ls"));
    const second = told(forks(P, 300), runs(300, "ls"), exits(300, 3), waits(P, 300));
    expect(diff(first, second)).toEqual([{ who: "story > ls", pids: [200, 300], what: "status", first: ["exited, status 0"], second: ["exited, status 3"] }]);
  });

  test("grandchildren are aligned below their parents", () => {
    const tree = (pid: number, code: number): Event[] => told(forks(P, pid), runs(pid, "make"), { ...forks(pid, pid + 1) }, runs(pid + 1, "cc"), exits(pid + 1, code), waits(pid, pid + 1), exits(pid), waits(P, pid));
    expect(diff(tree(200, 0), tree(700, 1)).map(({ who }) => who)).toEqual(["story > make > cc"]);
  });
});
