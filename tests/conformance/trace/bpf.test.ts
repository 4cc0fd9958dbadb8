/** The engine that stops nothing tells of a program what the one tells that holds every thread. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ended, forkscope, start } from "../../helpers/forkscope.ts";
import { skip } from "../../helpers/skip.ts";
import { programs, traced } from "./programs.ts";
import type { RunResult } from "../../fixtures/trace_run.ts";

type Told = Record<string, unknown>;

/** Why it cannot be had here; undefined where it can. */
const refused = (async (): Promise<string | undefined> => {
  const { failure } = await traced({ schedule: "free", engine: "bpf", level: "tree" }, "/bin/true");
  if (failure === undefined) return undefined;
  assert.ok(failure.message.startsWith("trace with programs in the kernel: ") || failure.call === "bpf(BPF_PROG_LOAD)", failure.message);
  assert.ok(failure.hint, "a refusal says how to allow it");
  return failure.message;
})();

const ALIKE = [
  ["vfork", "a child by vfork is told as such, though nobody held its parent"],
  ["threads", "threads are told as such, their ends too"],
  ["thread-exec", "a thread's exec ends all others and takes the process's id"],
  ["sigpipe", "a signal that kills is told with its name, which the process itself never sees"],
  ["exec-fails", "a failed exec is a call with its errno"],
  ["daemon", "a daemon outlives its parent and is adopted by one outside"],
  ["adopt", "the orphan is adopted and reaped inside the tree"],
  ["zombie", "WNOWAIT leaves the zombie"],
  ["tables", "descriptors copied over others, closed in ranges, marked"],
  ["offsets", "offsets and sizes after each call are those of that moment"],
  ["pass", "descriptors in a message, and those received with what is behind them"],
  ["names", "connect and accept know each other's sockets"],
  ["stop", "a stop by a signal, and the way on"],
  ["fail", "the exit status is the command's own"],
  ["abort", "so is its death by a signal"],
] as const;

for (const [program, why] of ALIKE) {
  test(`without stopping, as by ptrace: ${program}: ${why}`, async (t) => {
    const not = await refused;
    if (not !== undefined) return skip(t, not);
    const path = programs();
    if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    const [held, free] = await Promise.all((["ptrace", "bpf"] as const).map((engine) => traced({ schedule: "free", engine, give: "events" }, path, program)));
    assert.ok(held && free);
    assert.equal(free.failure, undefined);
    assert.deepEqual(free.status, held.status);
    assert.equal(free.kinds["lost"], undefined);
    assert.deepEqual(lives(free), lives(held));
  });
}

test("at level tree the lives of processes alone, and every one of two hundred", async (t) => {
  const not = await refused;
  if (not !== undefined) return skip(t, not);
  const run = await traced({ schedule: "free", engine: "bpf", level: "tree", give: "events" }, "/bin/sh", "-c", "i=0; while [ $i -lt 200 ]; do /bin/true; i=$((i+1)); done; exit 9");
  assert.deepEqual(run.status, { kind: "exited", code: 9 });
  assert.deepEqual([run.kinds["fork"], run.kinds["exec"], run.kinds["exit"], run.kinds["call"]], [200, 200, 201, undefined]);
});

test("at level all arguments and structures read as when the process is held", async (t) => {
  const not = await refused;
  if (not !== undefined) return skip(t, not);
  const told = async (engine: "ptrace" | "bpf"): Promise<string[]> => {
    const run = await traced({ schedule: "free", engine, level: "all", give: "events" }, "/bin/ls", "-l", "/usr");
    return (run.events as Told[]).filter((event) => STEADY.has(String(event["call"]))).map((event) => `${String(event["call"])}(${(event["args"] as string[]).join(", ")}) = ${String(event["ret"])}`);
  };
  const [held, free] = await Promise.all([told("ptrace"), told("bpf")]);
  assert.ok(held && held.length > 20, `${held?.length} calls`);
  assert.deepEqual(free, held);
});

test("with SIGCHLD ignored the kernel reaps, and is said to have, though nobody looked at the moment of it", async (t) => {
  const not = await refused;
  if (not !== undefined) return skip(t, not);
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const run = await traced({ schedule: "free", engine: "bpf", give: "events" }, path, "autoreap");
  assert.deepEqual((run.events as Told[]).filter((event) => event["kind"] === "reap").map((event) => event["by"]).sort(), ["kernel", "kernel", "kernel", "outside"]);
});

test("what blocks a thread is told while it sleeps, and where a program and its arguments come from", async (t) => {
  const not = await refused;
  if (not !== undefined) return skip(t, not);
  const run = await traced({ schedule: "free", engine: "bpf", give: "events" }, "/bin/sh", "-c", "sleep 0.4; :");
  const events = run.events as Told[];
  const exec = events.find((event) => event["kind"] === "exec");
  assert.deepEqual([exec?.["argv"], exec?.["name"]], [["sleep", "0.4"], "sleep"]);
  assert.match(String(exec?.["exe"]), /^\/.*\/(sleep|coreutils)$/);
  const blocks = events.filter((event) => event["kind"] === "block").map((event) => event["call"]);
  assert.deepEqual(new Set(blocks), new Set(["wait4", "clock_nanosleep"]));
});

test("a call that a handler makes fail is told with EINTR, one that starts again with what came of it", async (t) => {
  const not = await refused;
  if (not !== undefined) return skip(t, not);
  const run = await traced({ schedule: "free", engine: "bpf", give: "events" }, "bash", "-c", "trap : USR1; (sleep 0.3; kill -USR1 $$; sleep 0.3) & wait $!; wait");
  const events = run.events as Told[];
  const signal = events.findIndex((event) => event["kind"] === "signal" && event["signal"] === 10);
  const failed = events.slice(signal).find((event) => event["kind"] === "call" && event["pid"] === events[signal]?.["pid"]);
  assert.deepEqual([failed?.["call"], failed?.["errno"]], ["wait4", "EINTR"]);
  assert.ok(Number(failed?.["took"]) > 200_000, String(failed?.["took"]));
});

test("attached to a process that runs: it is not stopped, nor does it die with the tracer", async (t) => {
  const not = await refused;
  if (not !== undefined) return skip(t, not);
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const target = spawn(path, ["serve"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: target.stdout })[Symbol.asyncIterator]();
  const ask = async (): Promise<number> => {
    target.stdin.write("go\n");
    return Number((await lines.next()).value);
  };
  await ask();
  const tracer = start(["attach", "--engine", "bpf", "--json", String(target.pid)]);
  const told = reader(tracer);
  await told.until((event) => event["kind"] === "start");
  const child = await ask();
  await told.until((event) => event["kind"] === "fork" && event["child"] === child);
  assert.equal(/^TracerPid:\s*(\d+)/m.exec(readFileSync(`/proc/${target.pid}/status`, "utf8"))?.[1], "0");
  const over = ended(tracer);
  tracer.kill("SIGKILL");
  await over;
  assert.ok((await ask()) > 0, "it answers as before");
  const done = ended(target);
  target.stdin.end();
  assert.equal((await done)[0], 0);
});

test("verification, which compares held processes, is refused", async () => {
  const { code, stderr } = await forkscope(["trace", "--engine", "bpf", "--verify", "--", "true"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /--verify compares held processes/);
});

/** Calls whose arguments are the same in every run. */
const STEADY = new Set(["openat", "newfstatat", "statx", "statfs", "readlink", "prlimit64", "close", "pread64", "getxattr", "lgetxattr"]);

/** What each process did, in order of birth: calls with what they changed, beginnings and ends. Numbers that differ from run to run are left out. */
function lives(run: RunResult): string[][] {
  const order = new Map<unknown, string[]>();
  for (const event of run.events as Told[]) {
    if (event["kind"] === "start" || event["kind"] === "end" || event["kind"] === "block") continue;
    const of = order.get(event["pid"]) ?? [];
    order.set(event["pid"], of);
    if (event["kind"] === "fork" && event["thread"] !== true && !order.has(event["child"])) order.set(event["child"], []);
    of.push(said(event));
  }
  return [...order.values()].map((list) => list.sort());
}

const CHANGES = new Set(["n", "t", "pid", "tid", "took", "args", "child", "start", "inode", "peer", "from", "target", "ppid", "pgid", "preview", "link"]);

function said(event: Told): string {
  const plain = (key: string, value: unknown): unknown => {
    if (CHANGES.has(key)) return undefined;
    if (key === "address") return String(value).replace(/\d+$/, "");
    if (key === "ret" && typeof value === "number" && value > 1000) return "a number";
    return value;
  };
  return JSON.stringify(event, plain);
}

function reader(child: ChildProcess): { until(fact: (event: Told) => boolean): Promise<void> } {
  const events: Told[] = [];
  let woken: () => void = () => {};
  if (!child.stdout) throw new Error("no output to read");
  createInterface({ input: child.stdout }).on("line", (line) => {
    events.push(JSON.parse(line) as Told);
    woken();
  });
  return { until: async (fact) => { while (!events.some(fact)) await new Promise<void>((resolve) => { woken = resolve; }); } };
}
