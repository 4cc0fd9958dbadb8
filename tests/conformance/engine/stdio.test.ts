/** The engine over stdio, as the Electron shell speaks with it. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { Event } from "../../../lib/model/event.ts";
import { readRecordingFile, writeRecordingFile } from "../../../engine/recordings.ts";
import { ended, gone, root, runtime } from "../../helpers/forkscope.ts";

type Fields = Record<string, unknown>;

/** An engine of its own: requests, and notifications by a fact to wait for. */
class Engine {
  readonly child: ChildProcess;
  readonly events: Event[] = [];
  readonly notes: Fields[] = [];
  readonly #answers = new Map<number, (answer: Fields) => void>();
  #next = 1;
  #woken: () => void = () => {};

  constructor() {
    const args = runtime === "deno" ? ["run", "-A", "--quiet", "--no-check", "--no-config", "engine/main.ts", "--stdio"] : ["engine/main.ts", "--stdio"];
    this.child = spawn(process.execPath, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    if (this.child.stdout) createInterface({ input: this.child.stdout }).on("line", (line) => { this.#take(JSON.parse(line) as Fields); });
  }

  ask(method: string, params: Fields): Promise<Fields> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.send(JSON.stringify({ id, method, params }));
    });
  }

  send(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** Waits until the notifications so far make this true. */
  async until(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise<void>((resolve) => { this.#woken = resolve; });
  }

  phase(session: unknown): unknown {
    const states = this.notes.filter((note) => note["notify"] === "state").map((note) => note["params"] as Fields);
    return states.filter((state) => state["session"] === session).at(-1)?.["phase"];
  }

  async end(): Promise<[number | null, string | null]> {
    const over = ended(this.child);
    this.child.stdin?.end();
    return over;
  }

  #take(message: Fields): void {
    if (message["notify"] === "events") this.events.push(...(message["params"] as { events: Event[] }).events);
    if ("notify" in message) this.notes.push(message);
    else this.#answers.get(Number(message["id"]))?.(message);
    this.#woken();
  }
}

async function withEngine(body: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = new Engine();
  try {
    await body(engine);
  } finally {
    assert.deepEqual(await engine.end(), [0, null], "the engine ends when its stdin does");
  }
}

test("hello says what there is, and nonsense is answered, not fatal", async () => {
  await withEngine(async (engine) => {
    for (const line of ["{", "[]", "null", '{"id":77,"method":"jump"}', '{"id":78,"method":"play","params":{"scenario":"none","runtime":"bun","run":true,"pace":0}}']) engine.send(line);
    const { result } = await engine.ask("hello", {});
    const { engine: name, scenarios, chapters } = result as { engine: string; scenarios: { id: string; source: string }[]; chapters: unknown[] };
    assert.equal(name, runtime);
    assert.equal(chapters.length, 4);
    assert.deepEqual(scenarios.map(({ id }) => id), ["fork-returns-twice", "zombie", "hand-over"]);
    assert.ok(scenarios.every(({ source }) => source.includes("story(import.meta.url")));
    const { error } = await engine.ask("control", { session: 99, action: "run" });
    assert.match(String((error as Fields)["message"]), /99 is none of this client's/);
  });
});

test("a story held at its first event goes on step by step, then to its end, and is judged", async () => {
  await withEngine(async (engine) => {
    const { result } = await engine.ask("play", { scenario: "fork-returns-twice", runtime, run: false, pace: 0, verify: true });
    const session = (result as Fields)["session"];
    await engine.until(() => engine.phase(session) === "paused");
    const held = engine.events.length;
    assert.ok(held >= 1, "the start is shown while it is held");
    await engine.ask("control", { session, action: "step" });
    await engine.until(() => engine.events.length > held);
    await engine.ask("control", { session, action: "run", pace: 0 });
    await engine.until(() => engine.phase(session) === "ended");
    const verdicts = engine.notes.find((note) => note["notify"] === "verdicts")?.["params"] as { verdicts: Fields[] };
    assert.deepEqual(verdicts.verdicts.map(({ claim, verdict }) => [claim, verdict]), [["F1", "agrees"], ["F4", "agrees"], ["F9", "agrees"]]);
    assert.deepEqual(engine.events.map(({ n }) => n), engine.events.map((_, i) => i));
  });
});

test("kill ends the whole tree of a held story, and nothing of it is left", async () => {
  await withEngine(async (engine) => {
    const { result } = await engine.ask("play", { scenario: "hand-over", runtime, run: false, pace: 0 });
    const session = (result as Fields)["session"];
    await engine.until(() => engine.phase(session) === "paused");
    const [first] = engine.events;
    assert.ok(first?.kind === "start");
    await engine.ask("control", { session, action: "kill" });
    await engine.until(() => engine.phase(session) === "ended");
    for (const { pid } of first.snapshot.processes) await gone(pid);
    assert.ok(!existsSync(`/tmp/forkscope-story-${first.pid}`), "its files are removed for it");
  });
});

test("a saved recording opens again with the same events and verdicts; a cut one plays its good part", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-save-"));
  try {
    await withEngine(async (engine) => {
      const file = join(folder, "zombie.fsr");
      const { result } = await engine.ask("play", { scenario: "zombie", runtime, run: true, pace: 0 });
      const session = (result as Fields)["session"];
      await engine.until(() => engine.phase(session) === "ended");
      const played = engine.events.splice(0);
      const saved = await engine.ask("save", { session, path: file });
      assert.deepEqual(saved["result"], { events: played.length });

      const opened = ((await engine.ask("open", { path: file }))["result"] as Fields)["session"];
      await engine.until(() => engine.phase(opened) === "ended");
      assert.deepEqual(engine.events.splice(0), played);

      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, -200));
      const cut = ((await engine.ask("open", { path: file }))["result"] as Fields)["session"];
      await engine.until(() => engine.phase(cut) === "ended");
      const good = engine.events.splice(0);
      assert.ok(good.length < played.length);
      assert.deepEqual(good, played.slice(0, good.length));
      assert.ok(engine.notes.some((note) => JSON.stringify(note).includes("is damaged")));

      writeRecordingFile(file, readRecordingFile(file).header, played.slice(0, -1) as never);
      const unfinished = ((await engine.ask("open", { path: file }))["result"] as Fields)["session"];
      await engine.until(() => engine.phase(unfinished) === "ended");
      assert.ok(engine.notes.some((note) => JSON.stringify(note).includes("stops before the end of its run")));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a file that is not there is an error with its errno, not an end", async () => {
  await withEngine(async (engine) => {
    const { error } = await engine.ask("open", { path: "/nowhere/none.fsr" });
    assert.equal((error as Fields)["errno"], "ENOENT");
    assert.ok("result" in (await engine.ask("hello", {})));
  });
});

test("what is no regular file is refused at once, a FIFO that nobody writes too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-fifo-"));
  try {
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    await withEngine(async (engine) => {
      for (const path of [fifo, folder, "/dev/zero"]) {
        const { error } = await engine.ask("open", { path });
        assert.match(String((error as Fields)["message"]), /^open \S+: it is (?:a directory|not a regular file)$/);
      }
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
