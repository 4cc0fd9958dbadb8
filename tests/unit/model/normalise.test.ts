import { describe, expect, test } from "vitest";
import { normalise } from "../../../lib/model/mod.ts";
import { anon, does, exits, forks, numbered, person, socket, standing, type Told, waits } from "./story.ts";

/** One story with the pids, inodes and times of a run. */
function run({ parent = 4101, child = 4102, number = 500, t = 1, runtimeFd = 9, code = 0, word = "hello" }): unknown[] {
  const pair = { link: `socket:[${number}]`, inode: `8:${number}` };
  const told: Told[] = [
    { ...standing(person({ pid: parent, start: parent, name: `run${t}`, threads: [t], fds: [{ ...anon(runtimeFd), runtime: true }, ...person().fds] })), pid: parent },
    { ...does(parent, { op: "close", fd: t }), quiet: true } as Told,
    { kind: "call", pid: parent, call: "socketpair", args: ["AF_UNIX", "[3, 4]"], ret: 0, took: t, op: { op: "pair", a: socket(3, "unix stream", pair), b: socket(4, "unix stream", { link: `socket:[${number + 1}]`, inode: `8:${number + 1}`, peer: `8:${number}` }) } },
    forks(parent, child),
    { kind: "call", pid: parent, call: "clone", args: ["SIGCHLD"], ret: child },
    { kind: "call", pid: child, call: "getppid", args: [], ret: parent },
    { kind: "fact", pid: child, name: "parent", value: { ppid: parent, word } },
    { kind: "call", pid: parent, call: "openat", args: ["AT_FDCWD", `"/tmp/run-${child}/out"`, "O_RDWR"], ret: 7 },
    { kind: "call", pid: parent, call: "kill", args: [String(child), "SIGTERM"], ret: 0, op: { op: "kill", target: child, signal: 15 } },
    { kind: "call", pid: parent, call: "kill", args: [`-${child}`, "SIGTERM"], ret: 0, op: { op: "kill", target: -child, signal: 15 } },
    { kind: "signal", pid: child, signal: 15, code: 0, from: parent },
    { kind: "block", pid: parent, call: "wait4", args: [String(child), "&status"], on: { child } },
    exits(child, code),
    { ...waits(parent, child), ...{ call: "wait4", args: [String(child), `{si_pid=${child}}`], ret: child } } as Told,
    { kind: "call", pid: parent, call: "brk", args: [`0x7ffd${number}000`], ret: 0 },
  ];
  return normalise(numbered(told).map((event) => ({ ...event, t: event.t * t })));
}

const first = run({});

describe("normalise", () => {
  test.each([
    ["other pids", run({ parent: 77_001, child: 77_200 })],
    ["pids in the other order", run({ parent: 900, child: 321 })],
    ["small pids, as in a namespace of its own", run({ parent: 12, child: 13 })],
    ["other inodes", run({ number: 90_000 })],
    ["other times, threads and housekeeping", run({ t: 8 })],
    ["other descriptors of the runtime", run({ runtimeFd: 14 })],
  ])("equal: %s", (_, other) => expect(other).toEqual(first));

  test.each([
    ["another exit code", run({ code: 1 })],
    ["another word published", run({ word: "bye" })],
  ])("not equal: %s", (_, other) => expect(other).not.toEqual(first));

  test("quiet events are left out", () => {
    expect(first.length).toBe(14);
  });

  test("every pid has its name, in every place", () => {
    const text = JSON.stringify(first);
    expect(text).not.toMatch(/410[12]/);
    expect(text).toContain("/tmp/run-P2/out");
    expect(text).toContain("\"target\":\"-P2\"");
    expect(text).toContain("\"args\":[\"-P2\",\"SIGTERM\"]");
    expect(text).toContain("{si_pid=P2}");
    expect(text).toContain("\"from\":\"P1\"");
    expect(text).toContain("\"value\":{\"ppid\":\"P1\",\"word\":\"hello\"}");
  });

  test("a result that happens to equal a pid is none", () => {
    const events = numbered([standing(person({ pid: 64, start: 64 })), { kind: "call", pid: 64, call: "read", args: ["3", "&buf", "64"], ret: 64, op: { op: "read", fd: 3, bytes: 64 } }]);
    expect(normalise(events)[1]).toEqual({ kind: "call", pid: "P1", call: "read", args: ["3", "&buf", "64"], ret: 64, op: { op: "read", fd: 3, bytes: 64 } });
  });

  test("addresses have names, as results and as arguments", () => {
    const call = (name: string, args: string[], ret: number) => ({ kind: "call" as const, pid: 100, call: name, args, ret });
    const events = numbered([standing(), call("mmap", ["NULL", "8192"], 0x7f8a8792a000), call("munmap", ["0x7f8a8792a000", "8192"], 0)]);
    expect(normalise(events).slice(1)).toMatchObject([{ ret: "addr1" }, { args: ["addr1", "8192"] }]);
  });

  test("a dup's source is a descriptor, not a process", () => {
    const events = numbered([standing(), does(100, { op: "dup", from: 100, to: 3, cloexec: false })]);
    expect(normalise(events)[1]).toMatchObject({ op: { from: 100, to: 3 } });
  });
});
