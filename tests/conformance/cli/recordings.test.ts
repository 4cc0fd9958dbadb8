/** What can be asked of a recording: show, why, diff, export. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { forkscope, jsonLines } from "../../helpers/forkscope.ts";

const folder = mkdtempSync(join(tmpdir(), "forkscope-ask-"));
const recording = join(folder, "first.fsr");
const other = join(folder, "other.fsr");

before(async () => {
  await forkscope(["trace", "--record", recording, "--", "sh", "-c", "echo secret-word | cat; exit 3"]);
  await forkscope(["trace", "--record", other, "--", "sh", "-c", "echo secret-word | cat; exit 4"]);
});
after(() => { rmSync(folder, { recursive: true }); });

test("show: every event a line, with what the recording holds first", async () => {
  const { code, stdout } = await forkscope(["show", recording]);
  assert.equal(code, 0);
  assert.match(stdout, /^# sh -c .*: \d+ events, 3 processes, \d+ descriptors made/);
  assert.match(stdout, /The run is over: exited with status 3/);
});

test("show --find: only the events that the expression finds", async () => {
  const { stdout } = await forkscope(["show", recording, "--json", "--find", "kind=exit"]);
  assert.deepEqual(jsonLines(stdout).map(({ kind }) => kind), ["exit", "exit", "exit"]);
});

test("show --follow: a process, its birth and its wait", async () => {
  const events = jsonLines((await forkscope(["show", recording, "--json"])).stdout).slice(1);
  const child = events.find(({ kind }) => kind === "fork")?.["child"];
  const followed = jsonLines((await forkscope(["show", recording, "--json", "--follow", String(child)])).stdout);
  assert.equal(followed[0]?.["child"], child);
  assert.ok(followed.some((event) => (event["op"] as { op?: string } | undefined)?.op === "wait"));
  assert.ok(followed.length < events.length);
});

test("show --at: the state after an event, as a figure and as JSON", async () => {
  const last = jsonLines((await forkscope(["show", recording, "--json", "--find", "kind=fork"])).stdout).at(-1)?.["n"];
  const figure = await forkscope(["show", recording, "--at", String(last)]);
  assert.match(figure.stdout, /ppid \d+/);
  const { world } = jsonLines((await forkscope(["show", recording, "--json", "--at", String(last)])).stdout)[0] as { world: { processes: unknown[] } };
  assert.equal(world.processes.length, 3);
});

test("why: the reader of a pipe and who holds its other end", async () => {
  const { code, stdout } = await forkscope(["why", recording, "--json"]);
  assert.equal(code, 0);
  assert.ok(Array.isArray((jsonLines(stdout)[0] as { sleeping: unknown }).sleeping));
});

test("diff: where two runs differ, and the status that says so", async () => {
  const same = await forkscope(["diff", recording, recording]);
  assert.deepEqual([same.code, same.stdout], [0, ""]);
  const differs = await forkscope(["diff", recording, other]);
  assert.equal(differs.code, 1);
  assert.match(differs.stdout, /end\n {2}- exited, status 3\n {2}\+ exited, status 4/);
});

test("export: every form, without the data that passed unless it is asked for", async () => {
  for (const form of ["chrome", "svg", "json", "perfetto"]) {
    const file = join(folder, `out.${form}`);
    assert.equal((await forkscope(["export", recording, "--to", form, "--output", file])).code, 0, form);
    assert.ok(statSync(file).size > 1000, form);
    if (form === "json") assert.doesNotMatch(readFileSync(file, "utf8").split("\n").slice(1).filter((line) => line.includes('"write"')).join(), /secret-word/);
  }
  const { stdout } = await forkscope(["export", recording, "--to", "json", "--with-data"]);
  assert.match(stdout, /"preview":"secret-word/);
});

test("export --to html: one file with the explorer and the recording in it, asking nobody for anything", async () => {
  const { code, stdout } = await forkscope(["export", recording, "--to", "html"]);
  assert.equal(code, 0);
  assert.match(stdout, /<script type="application\/octet-stream" id="recording">[A-Za-z0-9+/=]+<\/script>/);
  assert.doesNotMatch(stdout, /(?:src|href)="(?!data:)[^"]+"/);
});

test("a recording cut short is used as far as it goes, and that is said", async () => {
  const cut = join(folder, "cut.fsr");
  await forkscope(["trace", "--record", cut, "--", "true"]);
  truncateSync(cut, statSync(cut).size - 40);
  const { code, stderr } = await forkscope(["show", cut]);
  assert.equal(code, 0);
  assert.match(stderr, /byte \d+ is damaged, the frame is cut; the \d+ events before it are used/);
});

for (const [why, words, message] of [
  ["a file that is not there", ["show", "/nowhere.fsr"], /read \/nowhere\.fsr: .*ENOENT|no such file/],
  ["a file that is no recording", ["show", "/etc/passwd"], /Cannot read recording/],
  ["an event that there is not", ["show", recording, "--at", "999999"], /has events 0 to \d+, not 999999/],
  ["a process that there is not", ["why", recording, "999999"], /there is no process 999999/],
  ["an expression that is none", ["show", recording, "--find", "colour=red"], /field is "colour"/],
  ["no form", ["export", recording], /--to is missing/],
] as const) {
  test(`refused with status 2: ${why}`, async () => {
    const { code, stderr } = await forkscope([...words]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  });
}
