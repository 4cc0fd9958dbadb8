/** Watching processes that run already, and leaving them as they were. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { ended, forkscope, start } from "../../helpers/forkscope.ts";
import { skip } from "../../helpers/skip.ts";
import { programs } from "./programs.ts";

type Fields = Record<string, unknown>;

/** A process that answers each line by a child, and whose calls a stop would make fail. */
class Target {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(path: string) {
    this.child = spawn(path, ["serve"], { stdio: ["pipe", "pipe", "inherit"] });
    if (!this.child.stdout) throw new Error("no output to read");
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Number of the child that a line led to. */
  async ask(): Promise<number> {
    this.child.stdin?.write("go\n");
    return Number((await this.#lines.next()).value);
  }

  async end(): Promise<number | null> {
    const done = ended(this.child);
    this.child.stdin?.end();
    return (await done)[0];
  }
}

/** An attached forkscope: its events as they come. */
class Watcher {
  readonly child: ChildProcess;
  readonly events: Fields[] = [];
  #woken: () => void = () => {};

  constructor(pid: number, ...options: string[]) {
    this.child = start(["attach", "--json", ...options, String(pid)]);
    if (!this.child.stdout) throw new Error("no output to read");
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.events.push(JSON.parse(line) as Fields);
      this.#woken();
    });
  }

  async until(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise<void>((resolve) => { this.#woken = resolve; });
  }

  has(kind: string): boolean {
    return this.events.some((event) => event["kind"] === kind);
  }

  /** Interrupts it; gives the status that it says it ends with: Deno tells of a child it sent a signal to as of one that died of it. */
  async leave(): Promise<unknown> {
    const done = ended(this.child);
    this.child.kill("SIGINT");
    await done;
    return this.events.find((event) => event["type"] === "result")?.["exit"];
  }
}

function tracerOf(pid: number): string | undefined {
  return /^TracerPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
}

for (const level of ["tree", "fds", "all"]) {
  test(`attach --level ${level}: sees what comes, and leaves the process as it was`, async (t) => {
    const path = programs();
    if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    const target = new Target(path);
    const before = await target.ask();
    const watcher = new Watcher(target.pid, "--level", level);
    await watcher.until(() => watcher.has("start"));
    const child = await target.ask();
    await watcher.until(() => watcher.events.some((event) => event["kind"] === "exit" && event["pid"] === child));
    assert.equal(await watcher.leave(), 0);
    assert.equal(tracerOf(target.pid), "0");
    const pids = new Set(watcher.events.map((event) => event["pid"]));
    assert.ok(!pids.has(before), "what was before is not told");
    const calls = watcher.events.filter((event) => event["kind"] === "call" && event["pid"] === child).map((event) => event["call"]);
    assert.equal(calls.includes("openat"), level !== "tree");
    assert.equal(calls.includes("exit_group") || calls.includes("openat"), level !== "tree");
    assert.ok(watcher.events.some((event) => event["kind"] === "end" && event["status"] === undefined));
    assert.ok(await target.ask() > 0, "it goes on");
    assert.equal(await target.end(), 0, "none of its calls failed for having been watched");
  });
}

test("attaching and leaving ten times over, no call of the process fails", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const target = new Target(path);
  for (let i = 0; i < 10; i++) {
    const watcher = new Watcher(target.pid);
    await watcher.until(() => watcher.has("start"));
    assert.equal(await watcher.leave(), 0);
  }
  assert.ok(await target.ask() > 0);
  assert.equal(await target.end(), 0);
});

test("a tracer that is killed leaves the process running", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const target = new Target(path);
  const watcher = new Watcher(target.pid, "--level", "all");
  await watcher.until(() => watcher.has("start"));
  const done = ended(watcher.child);
  watcher.child.kill("SIGKILL");
  await done;
  assert.ok(await target.ask() > 0);
  assert.equal(tracerOf(target.pid), "0");
  assert.equal(await target.end(), 0);
});

test("the process ends while it is watched: the watch ends with it", async (t) => {
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const target = new Target(path);
  const watcher = new Watcher(target.pid);
  await watcher.until(() => watcher.has("start"));
  const done = ended(watcher.child);
  assert.equal(await target.end(), 0);
  assert.equal((await done)[0], 0);
  assert.deepEqual(watcher.events.find((event) => event["kind"] === "end")?.["status"], { kind: "exited", code: 0 });
});

test("a process that is not there, and one that is traced already, are refused in words", async (t) => {
  const missing = await forkscope(["attach", "4194304"]);
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /attach to 4194304: there is no such process/);
  const path = programs();
  if (path === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const target = new Target(path);
  const watcher = new Watcher(target.pid);
  await watcher.until(() => watcher.has("start"));
  const second = await forkscope(["attach", String(target.pid)]);
  assert.notEqual(second.code, 0);
  assert.match(second.stderr, new RegExp(`process ${tracerOf(target.pid)} traces it already`));
  await watcher.leave();
  await target.end();
});
