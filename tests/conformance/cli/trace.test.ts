/** `forkscope trace`: any command, its own output and its own status. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readRecordingFile } from "../../../engine/recordings.ts";
import { forkscope, jsonLines } from "../../helpers/forkscope.ts";

for (const [why, command, code] of [
  ["the command's status", ["sh", "-c", "exit 7"], 7],
  ["success", ["true"], 0],
  ["128 and the signal for a death by signal", ["sh", "-c", "kill -TERM $$"], 128 + 15],
  ["SIGPIPE too", ["sh", "-c", "kill -PIPE $$"], 128 + 13],
] as const) {
  test(`exit status: ${why}`, async () => {
    assert.equal((await forkscope(["trace", "--", ...command])).code, code);
  });
}

test("stdout is the command's alone; the log goes to stderr", async () => {
  const { stdout, stderr } = await forkscope(["trace", "--", "sh", "-c", "echo one; echo two >&2"]);
  assert.equal(stdout, "one\n");
  assert.match(stderr, /^two$/m);
  assert.match(stderr, /write\(1, "one/);
});

test("with --json stdout holds JSON alone, and the command's output goes to stderr", async () => {
  const { stdout, stderr, code } = await forkscope(["trace", "--json", "--verify", "--", "sh", "-c", "echo one | cat; exit 3"]);
  const lines = jsonLines(stdout);
  assert.deepEqual(new Set(lines.slice(0, -1).map(({ type }) => type)), new Set(["event"]));
  const { type, disagreements, exit } = lines.at(-1) ?? {};
  assert.deepEqual({ type, disagreements, exit, code }, { type: "result", disagreements: 0, exit: 3, code: 3 });
  assert.equal(stderr, "one\n");
});

for (const [why, command, code, text] of [
  ["a path that is not there", "/nowhere/none", 127, /trace \/nowhere\/none: ENOENT/],
  ["a name that is not in PATH", "no-such-program-here", 127, /no-such-program-here: ENOENT, no such program in PATH/],
  ["a file that is no program", "/etc/passwd", 126, /trace \/etc\/passwd: EACCES/],
  ["a directory", "/tmp", 126, /trace \/tmp: EACCES, \/tmp is a directory/],
  ["a script whose interpreter is not there", "script", 127, /start .*script: ENOENT/],
  ["an empty program", "empty", 126, /start .*empty: ENOEXEC/],
] as const) {
  test(`${why} is refused with a shell's status, and told of in the result line`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "forkscope-refused-"));
    try {
      writeFileSync(join(folder, "script"), "#!/nowhere/none\n", { mode: 0o755 });
      writeFileSync(join(folder, "empty"), "", { mode: 0o755 });
      const program = command === "script" || command === "empty" ? join(folder, command) : command;
      const outcome = await forkscope(["trace", "--json", "--", program]);
      assert.equal(outcome.code, code);
      assert.match(outcome.stderr, text);
      const { type, exit } = jsonLines(outcome.stdout).at(-1) ?? {};
      assert.deepEqual({ type, exit }, { type: "result", exit: code });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test("the command does not see what the launcher set for itself", async () => {
  const { stdout } = await forkscope(["trace", "--", "env"], { env: { MARK_OF_THE_TEST: "yes" } });
  assert.match(stdout, /^MARK_OF_THE_TEST=yes$/m);
  assert.doesNotMatch(stdout, /^(?:BUN_JSC_|DENO_V8_FLAGS|MIMALLOC_|FORKSCOPE_ADDED_ENV)/m);
});

test("a recording that cannot go on is told of, and the command runs to its end as it would", async () => {
  const { code, stdout, stderr } = await forkscope(["trace", "--record", "/dev/full", "--", "sh", "-c", "echo out; exit 7"]);
  assert.equal(code, 7);
  assert.equal(stdout, "out\n");
  assert.match(stderr, /write the recording \/dev\/full: ENOSPC/);
});

test("a disk that is full leaves a recording of what was written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-full-"));
  try {
    const file = join(folder, "run.fsr");
    // Under such a limit Deno ends before our first line: it writes caches of its own. The recorder is the same on both.
    const words = ["trace", "--record", file, "--", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do /bin/true; done"];
    const { stderr } = await forkscope(words, { fileLimit: 2048, runtime: "bun" });
    assert.match(stderr, /write the recording .*run\.fsr: EFBIG/);
    assert.equal(statSync(file).size, 2048);
    const { events, damaged } = readRecordingFile(file);
    assert.ok(events.length > 10, `${events.length} events`);
    assert.equal(damaged?.why, "the frame is cut");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("--record writes a recording that reads back whole", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-record-"));
  try {
    const file = join(folder, "run.fsr");
    await forkscope(["trace", "--record", file, "--", "sh", "-c", "true | true"]);
    const { header, events, damaged } = readRecordingFile(file);
    assert.equal(damaged, undefined);
    assert.deepEqual(header.command, ["sh", "-c", "true | true"]);
    assert.equal(events.at(-1)?.kind, "end");
    assert.ok(events.filter(({ kind }) => kind === "fork").length >= 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("with --record the events go to the file alone, and disagreements would still be told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-silent-"));
  try {
    const file = join(folder, "run.fsr");
    const { stdout, stderr } = await forkscope(["trace", "--verify", "--record", file, "--", "sh", "-c", "echo one; echo two >&2"]);
    assert.equal(stdout, "one\n");
    assert.match(stderr, /^two\ncompared with the kernel \d+ times, 0 disagreements\n$/);
    assert.ok(readRecordingFile(file).events.length > 10);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
