/** One small program for each thing processes do: traced by turns and checked against the kernel after every step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { skip } from "../../helpers/skip.ts";
import { programs, temporary, traced } from "./programs.ts";
import type { RunResult } from "../../fixtures/trace_run.ts";

const OK = { kind: "exited", code: 0 };
type Told = Record<string, unknown>;

interface Row {
  program: string;
  why: string;
  status?: unknown;
  /** What the events must show. */
  shows?: (events: Told[], run: RunResult) => unknown;
  is?: unknown;
}

const kinds = (events: Told[], kind: string): Told[] => events.filter((event) => event["kind"] === kind);
const calls = (events: Told[], call: string): Told[] => events.filter((event) => event["kind"] === "call" && event["call"] === call);
const of = (event: Told | undefined, key: string): unknown => event?.[key];
const op = (event: Told | undefined, key: string): unknown => (event?.["op"] as Told | undefined)?.[key];

const ROWS: Row[] = [
  { program: "vfork", why: "vfork(2): the parent sleeps until the child has run its program", shows: (e) => [of(kinds(e, "fork")[0], "how"), of(kinds(e, "block")[0], "call"), kinds(e, "exec").length], is: ["vfork", "vfork", 1] },
  { program: "spawn", why: "posix_spawn(3) makes its child as vfork does", shows: (e) => [of(kinds(e, "fork")[0], "how"), kinds(e, "exec").length], is: ["vfork", 1] },
  { program: "threads", why: "pthreads(7): threads are told as such, their ends too", shows: (e) => [kinds(e, "fork").filter((f) => f["thread"]).length, kinds(e, "exit").filter((f) => f["thread"]).length], is: [3, 3] },
  { program: "thread-exec", why: "execve(2): a thread's exec ends all others and takes the process's id", shows: (e) => kinds(e, "exec").length, is: 1 },
  { program: "stop", why: "SIGSTOP, SIGCONT: the stop, the parent's wait, the way on", shows: (e) => [of(kinds(e, "stop")[0], "signal"), kinds(e, "continue").length, calls(e, "wait4").map((c) => (op(c, "status") as Told)["kind"])], is: [19, 1, ["stopped", "continued", "exited"]] },
  { program: "sigpipe", why: "pipe(7): the runtimes' ignored SIGPIPE does not reach the command", status: { kind: "signaled", signal: 13, core: false } },
  { program: "exec-fails", why: "execve(2): a failed one is a call with its errno", shows: (e) => calls(e, "execve").map((c) => [c["ret"], c["errno"], (c["args"] as string[])[0]]), is: [[-1, "ENOENT", '"/nowhere/at-all"']] },
  { program: "daemon", why: "setsid(2): a daemon outlives its parent and is adopted by one outside", shows: (e) => [calls(e, "setsid").length, kinds(e, "adopt").length, kinds(e, "exit").length], is: [1, 1, 2] },
  { program: "adopt", why: "PR_SET_CHILD_SUBREAPER: the orphan is adopted and reaped inside the tree", shows: (e) => [kinds(e, "adopt").length === 1 && of(kinds(e, "adopt")[0], "ppid") === of(e[0], "pid"), calls(e, "wait4").length], is: [true, 2] },
  { program: "zombie", why: "waitid(2): WNOWAIT leaves the zombie", shows: (e) => calls(e, "waitid").map((c) => op(c, "kept")), is: [true, true] },
  { program: "autoreap", why: "sigaction(2): with SIGCHLD ignored the kernel reaps", shows: (e) => kinds(e, "reap").map((r) => r["by"]), is: ["kernel", "kernel", "kernel", "outside"] },
  { program: "tables", why: "dup2 over an open descriptor, close_range in both ways, marks by fcntl and ioctl" },
  { program: "offsets", why: "offsets shared, moved by sendfile and copy_file_range, not moved by pread", shows: (e) => calls(e, "sendfile").map((c) => op(c, "op")), is: ["read", "write"] },
  { program: "pass", why: "unix(7): descriptors in flight after their sender closed them", shows: (e) => [(op(calls(e, "sendmsg")[0], "fds") as unknown[]).length, (op(calls(e, "recvmsg")[0], "fds") as unknown[]).length, op(calls(e, "recvmsg")[0], "truncated")], is: [2, 2, false] },
  { program: "streams", why: "sendmmsg(2) and recvmmsg(2) move each message, sendfile(2) and writev(2) their bytes", shows: (e) => ["sendmmsg", "recvmmsg"].map((name) => calls(e, name).map((c) => [op(c, "op"), op(c, "bytes")])), is: [[["send", 2], ["send", 3]], [["receive", 2], ["receive", 3]]] },
  { program: "names", why: "connect and accept know each other's sockets", shows: (e) => (op(calls(e, "accept")[0], "file") as Told)["peer"] === (op(calls(e, "socket")[1], "file") as Told)["inode"], is: true },
  { program: "interrupts", why: "signal(7): the handler of the first signal has SA_RESTART, so the call goes on after both", shows: (e) => calls(e, "read").slice(1).map((c) => c["errno"] ?? c["ret"]), is: [1] },
  { program: "spin", why: "a process that waits in user mode for a held one does not lock up the turns" },
  { program: "kill", why: "kill(2): SIGKILL ends a held process, and the end is told before the killer's next step", shows: (e) => [...new Set(kinds(e, "exit").map((x) => (x["status"] as Told)["kind"]))], is: ["signaled", "exited"] },
  { program: "fail", why: "the exit status is the command's own", status: { kind: "exited", code: 3 } },
  { program: "abort", why: "so is its death by a signal", shows: (e) => kinds(e, "signal").map((s) => [s["signal"], s["code"]]), is: [[6, -6]], status: undefined },
];

for (const row of ROWS) {
  test(`trace of ${row.program}: ${row.why}`, async (t) => {
    const path = programs();
    if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    const run = await traced({ schedule: "turns", verify: true, give: "events" }, path, row.program);
    assert.equal(run.failure, undefined);
    assert.deepEqual(run.disagreements, []);
    assert.ok(run.checks > 3, `${run.checks} checks`);
    if (row.program === "abort") assert.equal((run.status as Told)["signal"], 6);
    else assert.deepEqual(run.status, row.status ?? OK);
    if (row.shows) assert.deepEqual(row.shows(run.events as Told[], run), row.is);
  });

  test(`free trace of ${row.program} ends as it does untraced`, async (t) => {
    const path = programs();
    if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    const run = await traced({ schedule: "free" }, path, row.program);
    assert.equal(run.failure, undefined);
    if (row.program === "abort") assert.equal((run.status as Told)["signal"], 6);
    else assert.deepEqual(run.status, row.status ?? OK);
    assert.equal(run.kinds["end"], 1);
  });
}

test("the same program gives the same order of events in every run", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  for (const program of ["adopt", "pass", "stop", "names"]) {
    const runs: RunResult[] = await Promise.all([1, 2, 3].map(() => traced({ schedule: "turns", give: "normalised" }, path, program)));
    for (const run of runs) assert.deepEqual(run.events, runs[0]?.events);
  }
});

test("the tree level tells of processes and leaves descriptors alone", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const run = await traced({ schedule: "turns", level: "tree" }, path, "adopt");
  assert.deepEqual(run.calls, {});
  assert.deepEqual([run.kinds["fork"], run.kinds["exit"], run.kinds["adopt"], run.kinds["reap"]], [2, 3, 1, 3]);
});

test("a command that is not there is a failure that names it", async () => {
  const run = await traced({ schedule: "free" }, "no-such-program-anywhere");
  assert.equal(run.status, undefined);
  assert.equal(run.failure?.errno, "ENOENT");
  assert.match(run.failure?.message ?? "", /no-such-program-anywhere/);
});

test("a file that cannot be run is a failure that says why", async () => {
  const run = await traced({ schedule: "free" }, "/etc/passwd");
  assert.equal(run.status, undefined);
  assert.match(JSON.stringify(run.failure), /EACCES/);
});

test("level all tells of calls without a result: those that end, are cut short, and start again", async (t) => {
  const [path, calling] = [programs(), programs("trace_calls")];
  if (path === undefined || calling === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const without = async (...command: string[]): Promise<unknown[]> => {
    const run = await traced({ schedule: "turns", level: "all", give: "events", cwd: temporary() }, ...command);
    return (run.events as Told[]).filter((event) => event["unreturned"] !== undefined).map((event) => [event["call"], event["unreturned"], event["ret"], event["errno"]]);
  };
  assert.deepEqual(await without(path, "interrupts"), [["exit_group", "exits", -1, undefined], ["read", "restarts", -1, "ERESTARTSYS"], ["exit_group", "exits", -1, undefined]]);
  assert.deepEqual((await without(calling)).map((one) => (one as unknown[]).slice(0, 2)), [["exit_group", "exits"], ["tgkill", "cut"], ["exit_group", "exits"]]);
});
