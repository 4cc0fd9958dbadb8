/** Program files of every kind, traced and checked against the kernel: 32-bit, static, stripped, scripts, setuid. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { skip } from "../../helpers/skip.ts";
import { temporary, traced } from "./programs.ts";

const MIDDLE = 'sh -c ": | :"; cat /dev/null; exec "$0" "$@"';

/** Runs a program from a shell, as the last of several, and gives what it wrote. */
async function run(program: string, ...args: string[]): Promise<{ status: unknown; output: string; events: Record<string, unknown>[] }> {
  const output = join(temporary(), "output");
  const done = await traced({ schedule: "turns", verify: true, give: "events", output }, "sh", "-c", MIDDLE, program, ...args);
  assert.equal(done.failure, undefined);
  assert.deepEqual(done.disagreements, []);
  assert.ok(done.checks > 3, `${done.checks} checks`);
  return { status: done.status, output: readFileSync(output, "utf8"), events: done.events as Record<string, unknown>[] };
}

/** As a shell would see it end. */
function untraced(program: string, ...args: string[]): { status: unknown; output: string } {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return { status: { kind: "exited", code: status }, output: stdout };
}

async function runsAlike(program: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { status, output, events } = await run(program, ...args);
  assert.deepEqual({ status, output }, untraced(program, ...args));
  return events;
}

/** open("/dev/null"), then _exit(3), by the numbers of i386. */
const I386 = Buffer.from(
  "7f454c46010101000000000000000000020003000100000054800408340000000000000000000000340020000100000000000000010000000000000000800408" +
  "008004087e0000007e0000000500000000100000b805000000bb7480040831c9cd80b801000000bb03000000cd809090909090902f6465762f6e756c6c00", "hex",
);

test("a 32-bit program is recognised: its calls are not seen, and nothing is claimed of it", async (t) => {
  if (process.arch !== "x64") return skip(t, "the program is one for i386");
  const program = join(temporary(), "i386");
  writeFileSync(program, I386, { mode: 0o755 });
  const plain = spawnSync(program);
  if (plain.error) return skip(t, `this kernel runs no 32-bit programs: ${plain.error.message}`);
  assert.equal(plain.status, 3);
  const events = await runsAlike(program);
  assert.deepEqual(events.filter((event) => event["kind"] === "exec").map((event) => event["bits"]).at(-1), 32);
  const from = events.findIndex((event) => event["bits"] === 32);
  assert.deepEqual(events.slice(from + 1).filter((event) => event["kind"] === "call"), []);
});

test("a static and a stripped program are followed as any other", async (t) => {
  const folder = temporary();
  const source = join(folder, "a.c");
  writeFileSync(source, '#include <stdio.h>\n#include <fcntl.h>\nint main(void) { printf("%d\\n", open("/dev/null", O_RDONLY)); return 4; }\n');
  for (const [name, flags] of [["static", ["-static"]], ["stripped", ["-s"]]] as const) {
    const made = spawnSync("cc", [...flags, "-o", join(folder, name), source]);
    if (made.status !== 0) return skip(t, `needs a C compiler and its ${name === "static" ? "static libc" : "linker"} (Debian: gcc, libc6-dev)`);
    const events = await runsAlike(join(folder, name));
    assert.ok(events.some((event) => event["call"] === "openat" && (event["args"] as string[])[1] === '"/dev/null"' && event["ret"] === 3));
  }
});

test("execve(2): a script runs as its interpreter", async () => {
  const script = join(temporary(), "script");
  writeFileSync(script, '#!/bin/sh\necho "$0 $1"\nexit 5\n', { mode: 0o755 });
  const events = await runsAlike(script, "word");
  const images = events.filter((event) => event["kind"] === "exec").map((event) => event["argv"] as string[]);
  assert.deepEqual(images.at(-1)?.slice(-2), [script, "word"]);
});

test("execve(2): a setuid program gets its rights where the tracer may trace anybody", async (t) => {
  if (process.getuid?.() !== 0) return skip(t, "needs root");
  const program = join(temporary(), "id");
  copyFileSync("/usr/bin/id", program);
  chownSync(program, 65534, 65534);
  chmodSync(program, 0o4755);
  await runsAlike(program, "-u");
  assert.equal(untraced(program, "-u").output, "65534\n");
});
