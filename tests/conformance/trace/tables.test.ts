/** Rare ways in which a descriptor table changes, followed by the model and checked against the kernel after every step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { skip } from "../../helpers/skip.ts";
import { programs, traced } from "./programs.ts";

type Told = Record<string, unknown>;
const ops = (events: Told[], call: string): Told[] => events.filter((event) => event["call"] === call && event["op"] !== undefined).map((event) => event["op"] as Told);

interface Row {
  program: string;
  why: string;
  /** What the events must show. */
  shows: (events: Told[]) => unknown;
  is: unknown;
}

const ROWS: Row[] = [
  { program: "shared", why: "clone(2): CLONE_FILES shares a table, unshare(2) and execve(2) copy it", shows: (e) => [e.filter((one) => one["sharesFiles"]).length, ops(e, "unshare").length], is: [3, 1] },
  { program: "ranges", why: "close_range(2): CLOSE_RANGE_UNSHARE closes in a copy", shows: (e) => ops(e, "close_range").map((op) => op["unshare"]), is: [true] },
  {
    program: "pidfds", why: "clone(2): CLONE_PIDFD gives the parent a descriptor; pidfd_getfd(2) shares the child's description",
    shows: (e) => [(e.find((one) => one["kind"] === "fork")?.["pidfd"] as Told | undefined)?.["type"], ops(e, "pidfd_getfd").map((op) => (op["of"] as Told)["fd"])], is: ["anon", [50]],
  },
  { program: "many", why: "sendmmsg(2), recvmmsg(2): every message is told, with its descriptors", shows: (e) => ops(e, "recvmmsg").map((op) => [op["bytes"], (op["fds"] as unknown[]).length]), is: [[2, 1], [1, 1]] },
  { program: "terminal", why: "ioctl(TIOCGPTPEER) gives the other end of a terminal", shows: (e) => ops(e, "ioctl").map((op) => op["op"]), is: ["open"] },
  { program: "hung-up", why: "unix(7): what a client sent before it hung up is accepted in its turn", shows: (e) => ops(e, "recvmsg").map((op) => (op["fds"] as unknown[]).length), is: [1] },
  { program: "kinds", why: "calls that make descriptors of every kind", shows: (e) => ops(e, "openat2").length, is: 1 },
  { program: "in-handler", why: "sigaction(2): a child born within a handler blocks what the handler blocks, until it returns there", shows: (e) => e.filter((one) => one["kind"] === "fork").map((one) => (one["blocked"] as number[]).length > 50), is: [true] },
  { program: "another-user", why: "setuid(2): a process that gave up its rights is followed", shows: (e) => e.filter((one) => one["kind"] === "exec").length, is: 1 },
];

for (const { program, why, shows, is } of ROWS) {
  test(`tables of ${program}: ${why}`, async (t) => {
    const path = programs("trace_tables");
    if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    const run = await traced({ schedule: "turns", verify: true, give: "events" }, path, program);
    assert.equal(run.failure, undefined);
    assert.deepEqual(run.disagreements, []);
    assert.deepEqual(run.status, { kind: "exited", code: 0 });
    assert.ok(run.checks > 3, `${run.checks} checks`);
    assert.deepEqual(shows(run.events as Told[]), is);
  });
}
