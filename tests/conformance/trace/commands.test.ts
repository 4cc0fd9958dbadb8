/** Ordinary commands: checked against the kernel. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { skip } from "../../helpers/skip.ts";
import { has, temporary, traced } from "./programs.ts";

const PIPELINE = ["bash", "-c", "ls / | sort | head -3"];
const ENV = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

test("bash -c 'ls | sort | head -3': no disagreement with /proc and kcmp after any step, and the same output", async (t) => {
  if (!has("bash", "-c", ":")) return skip(t, "needs bash");
  const output = join(temporary(), "out");
  const run = await traced({ schedule: "turns", verify: true, env: ENV, output }, ...PIPELINE);
  assert.deepEqual(run.disagreements, []);
  assert.ok(run.checks > 100, `${run.checks} checks`);
  assert.deepEqual(run.status, { kind: "exited", code: 0 });
  assert.equal(readFileSync(output, "utf8"), spawnSync("bash", PIPELINE.slice(1), { env: ENV, encoding: "utf8" }).stdout);
});

test("make -j2 of a few C files: no disagreement, and the program works", async (t) => {
  if (!has("make", "--version") || !has("cc", "--version")) return skip(t, "needs make and a C compiler (Debian: make, gcc)");
  const folder = temporary();
  for (const n of [1, 2, 3]) writeFileSync(join(folder, `f${n}.c`), `int f${n}(int x) { return x + ${n}; }\n`);
  writeFileSync(join(folder, "main.c"), "int f1(int), f2(int), f3(int);\nint main(void) { return f1(1) + f2(2) + f3(3); }\n");
  writeFileSync(join(folder, "Makefile"), "prog: f1.o f2.o f3.o main.o\n\tcc -o $@ $^\n%.o: %.c\n\tcc -c -o $@ $<\n");
  const run = await traced({ schedule: "turns", verify: true, env: ENV }, "make", "-j2", "-C", folder);
  assert.deepEqual(run.disagreements, []);
  assert.deepEqual(run.status, { kind: "exited", code: 0 });
  assert.ok((run.kinds["exec"] ?? 0) >= 10, `${run.kinds["exec"]} programs`);
  assert.equal(spawnSync(join(folder, "prog")).status, 12);
});

test("python3 with threads and a child: no disagreement", async (t) => {
  if (!has("/usr/bin/python3", "--version")) return skip(t, "needs python3");
  const script = "import threading, subprocess\nt = threading.Thread(target=lambda: open('/etc/passwd').read())\nt.start(); t.join()\nsubprocess.run(['true'], check=True)";
  const run = await traced({ schedule: "turns", verify: true, env: ENV }, "/usr/bin/python3", "-c", script);
  assert.deepEqual(run.disagreements, []);
  assert.deepEqual(run.status, { kind: "exited", code: 0 });
});
