/** The programs of examples/ do what they say, as a user would run them. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gone } from "../helpers/forkscope.ts";
import { runtime } from "../helpers/run_fixture.ts";
import { skip } from "../helpers/skip.ts";

type Fields = Record<string, unknown>;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FLAGS = { bun: [], deno: ["run", "--quiet", "--no-check", "--allow-ffi"] };

/** A running example: its lines as objects, in order. */
class Program {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly ended: Promise<number | string | null>;
  stderr = "";

  constructor(name: string, words: string[], on: "bun" | "deno" = runtime, before: string[] = []) {
    const [file = "", ...argv] = [...before, join(root, "node_modules", ".bin", on), ...FLAGS[on], join(root, "examples", `${name}.ts`), ...words];
    this.child = spawn(file, argv, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } });
    if (!this.child.stdout) throw new Error("no output to read");
    this.child.stderr?.on("data", (text) => { this.stderr += String(text); });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => { this.child.once("close", (code, signal) => { resolve(code ?? signal); }); });
  }

  async next(): Promise<Fields> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`it ended; it wrote ${this.stderr}`);
    return JSON.parse(value) as Fields;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** Body of the answer to one request on a connection of its own. */
function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, agent: false }, (response) => {
      let text = "";
      response.on("data", (piece) => { text += String(piece); }).on("end", () => { resolve(text.trim()); }).on("error", reject);
    });
    asked.on("error", reject).end();
  });
}

const portOf = (line: Fields): number => (line["listening"] as { port: number }).port;

test("prefork_server: its workers answer, one that is killed is replaced, SIGTERM ends all", async () => {
  const server = new Program("prefork_server", ["0", "3"]);
  const first = await server.next();
  const workers = new Set((first["workers"] as number[]).map(String));
  const answers = await Promise.all(Array.from({ length: 30 }, () => get(portOf(first))));
  assert.ok(answers.every((pid) => workers.has(pid)));
  const [victim = ""] = workers;
  process.kill(Number(victim), "SIGKILL");
  assert.equal((await server.next())["ended"], Number(victim));
  await Promise.all(Array.from({ length: 10 }, () => get(portOf(first))));
  server.signal("SIGTERM");
  await server.ended;
  for (const pid of workers) await gone(Number(pid));
});

test("prefork_server: SIGTERM at the moment at which a worker is replaced ends that one too", async () => {
  for (let i = 0; i < 8; i++) {
    const server = new Program("prefork_server", ["0", "2"]);
    const { workers: [victim = 0] } = await server.next() as { workers: number[] };
    process.kill(victim, "SIGKILL");
    await server.next();
    server.signal("SIGTERM");
    await server.ended;
  }
});

test("hot_restart: replaced five times under load, no request is lost", async () => {
  const server = new Program("hot_restart", ["0"]);
  let now = await server.next();
  const port = portOf(now);
  const answered: string[] = [];
  const failed: unknown[] = [];
  const load = { on: true };
  const callers = Array.from({ length: 4 }, async () => {
    while (load.on) await get(port).then((pid) => answered.push(pid), (error) => failed.push(error));
  });
  const pids = [Number(now["pid"])];
  for (let i = 0; i < 5; i++) {
    process.kill(Number(now["pid"]), "SIGHUP");
    now = await server.next();
    pids.push(Number(now["pid"]));
    const before = answered.length;
    while (answered.length < before + 20 && failed.length === 0) await new Promise((resolve) => { setTimeout(resolve, 1); });
  }
  load.on = false;
  await Promise.all(callers);
  process.kill(Number(now["pid"]), "SIGKILL");
  assert.deepEqual(failed, [], `${answered.length} were answered`);
  assert.equal(new Set(pids).size, 6);
  assert.ok(new Set(answered).size >= 3, "several of them answered");
  for (const pid of pids) await gone(pid);
});

test("init: as PID 1 of a namespace it reaps orphans and ends with the program's status", async (t) => {
  if (process.getuid?.() !== 0) return skip(t, "needs root for a pid namespace of its own");
  const init = new Program("init", ["sh", "-c", "(sleep 0.05 &) ; sleep 0.3; exit 3"], runtime, ["unshare", "-pf", "--mount-proc"]);
  assert.equal(await init.ended, 3, init.stderr);
  assert.match(init.stderr, /"reaped":\d+/);
});

test("init: elsewhere it is a subreaper, and hands SIGTERM on", async () => {
  const init = new Program("init", ["sh", "-c", "trap 'exit 9' TERM; echo '{}'; while :; do sleep 0.05; done"]);
  await init.next();
  init.signal("SIGTERM");
  await init.ended;
});

test("supervisor: a program that fails is started again; one that succeeds is not", async () => {
  const flag = join(tmpdir(), `forkscope-supervised-${process.pid}-${runtime}`);
  writeFileSync(flag, "");
  try {
    const supervisor = new Program("supervisor", ["sh", "-c", `echo x >> ${flag}; test $(wc -l < ${flag}) -ge 3`]);
    assert.equal(await supervisor.ended, 0, supervisor.stderr);
    assert.equal(readFileSync(flag, "utf8"), "x\nx\nx\n");
  } finally {
    rmSync(flag, { force: true });
  }
});

test("supervisor: SIGTERM ends all that the program started, its daemons too", async () => {
  const supervisor = new Program("supervisor", ["sh", "-c", "setsid sleep 600 & echo \"{\\\"daemon\\\": $!}\"; sleep 600"]);
  const lines = [await supervisor.next(), await supervisor.next()];
  const daemon = Number(lines.find((line) => "daemon" in line)?.["daemon"]);
  const child = Number(lines.find((line) => "started" in line)?.["started"]);
  supervisor.signal("SIGTERM");
  await supervisor.ended;
  await gone(daemon);
  await gone(child);
});

test("sandbox: the child reads what it was passed, and can open and start nothing", async (t) => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) return skip(t, "needs root to give up a user");
  const sandbox = new Program("sandbox", ["/etc/shadow"]);
  assert.deepEqual(await sandbox.next(), { uid: 65534, bytes: 16, byName: "EACCES", fork: "EAGAIN" });
  assert.equal(await sandbox.ended, 0, sandbox.stderr);
});

test("shared_counter: two Bun and two Deno processes count to the right sum, though some are killed", async () => {
  const name = `/forkscope-count-${process.pid}-${runtime}`;
  try {
    const rounds = 20_000;
    const programs = (["bun", "deno", "bun", "deno"] as const).map((on) => new Program("shared_counter", [name, String(rounds)], on));
    const counts = await Promise.all(programs.map((program) => program.next()));
    await Promise.all(programs.map((program) => program.ended));
    assert.equal(Math.max(...counts.map(({ count }) => Number(count))), 4 * rounds);
    const forever = new Program("shared_counter", [name, "1000000000"], "bun");
    const size = (): number => readFileSync(`/dev/shm${name}`).readInt32LE(52);
    while (size() < 4 * rounds + 1000) await new Promise((resolve) => { setTimeout(resolve, 1); });
    forever.signal("SIGKILL");
    await forever.ended;
    const after = new Program("shared_counter", [name, "10"]);
    assert.equal((await after.next())["count"], size());
    await after.ended;
  } finally {
    rmSync(`/dev/shm${name}`, { force: true });
  }
});
