/** forkscope/ready: one re-exec at most; same pid, name and arguments; nothing left in the environment. */
import assert from "node:assert/strict";
import { spawn as startProgram } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fixtureArguments, runFixture, runForJson, type RunOptions, runtime } from "../../helpers/run_fixture.ts";

interface Look {
  safe: boolean;
  pid: number;
  name: string;
  argv: string[];
  left: string[];
  runtimeSees: string[];
  started: string[];
  v8?: string;
  threads: string[];
}

const ARGV = ["one", "two words", "", "ünï"];
const look = (options: RunOptions = { safe: false }, args = ARGV): Promise<Look> => runForJson<Look>("process_ready", args, options);

/** As {@link look}, with the pid that the program was started under. */
async function lookWithPid(): Promise<Look & { startedAs: number }> {
  const ran = await runFixture("process_ready", ARGV, { safe: false });
  return { ...(JSON.parse(ran.stdout) as Look), startedAs: ran.pid };
}

test("after ready the process is safe to fork", async () => {
  const got = await look();
  assert.equal(got.safe, true);
  assert.deepEqual(got.threads.filter((name) => /^V8 |JITWorker|JSCWarmUp|Heap|mi-scavenger/.test(name)), []);
});

test("ready keeps the pid", async () => {
  const got = await lookWithPid();
  assert.equal(got.pid, got.startedAs);
  assert.ok(got.started.includes("FORKSCOPE_READY"), "it did replace itself");
});

test("ready keeps the arguments", async () => assert.deepEqual((await look()).argv, ARGV));

test("ready keeps the process name, that of a link too", async () => {
  assert.equal((await look()).name, basename(process.execPath).slice(0, 15));
  const folder = mkdtempSync(join(tmpdir(), "forkscope-test-"));
  try {
    symlinkSync(process.execPath, join(folder, "my-runtime"));
    assert.equal((await look({ safe: false, executable: join(folder, "my-runtime") })).name, "my-runtime");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("ready keeps the name of a script started by its #! line", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-test-"));
  try {
    const script = join(folder, "my-script");
    const line = [process.execPath, ...fixtureArguments("process_ready").slice(0, -1)].join(" ");
    writeFileSync(`${script}.ts`, `#!/usr/bin/env -S ${line}\nawait import(${JSON.stringify(fixtureArguments("process_ready").at(-1))});\n`);
    chmodSync(`${script}.ts`, 0o755);
    const { stdout, pid } = await printedBy(`${script}.ts`);
    const got = JSON.parse(stdout) as Look;
    assert.equal(got.pid, pid);
    assert.equal(got.safe, true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("nothing of it is left in the environment, in libc's or in the runtime's copy", async () => {
  const got = await look();
  assert.deepEqual(got.left, []);
  assert.deepEqual(got.runtimeSees, []);
});

test("a runtime started with the safe flags is left alone, and its environment too", async () => {
  const got = await look({ safe: true });
  assert.equal(got.safe, true);
  assert.ok(!got.started.includes("FORKSCOPE_READY"), "it was started again without need");
  assert.deepEqual(got.left, got.started);
});

for (const separator of [":", ","]) {
  test(`variables that a launcher lists in FORKSCOPE_ADDED_ENV, apart by "${separator}", are taken out`, async () => {
    const names = runtime === "deno" ? ["DENO_V8_FLAGS"] : ["BUN_JSC_useConcurrentGC", "BUN_JSC_useConcurrentJIT"];
    const got = await look({ safe: true, env: { FORKSCOPE_ADDED_ENV: names.join(separator) } });
    assert.ok(!got.started.includes("FORKSCOPE_READY"));
    assert.deepEqual(got.left.filter((name) => names.includes(name) || name.startsWith("FORKSCOPE")), []);
  });
}

test("it never loops: a process that was started anew and is still unsafe goes on", async () => {
  // exec keeps the pid, so a shell can say in advance what the process would say of itself.
  const command = `FORKSCOPE_READY="$$ name" exec "$0" "$@"`;
  const { stdout } = await printedBy("/bin/sh", ["-c", command, process.execPath, ...fixtureArguments("process_ready")]);
  const got = JSON.parse(stdout) as Look;
  assert.equal(got.safe, false);
  assert.equal(got.name, "name");
  assert.deepEqual(got.left, []);
});

test("the mark of another process does not keep it from starting anew", async () => {
  assert.equal((await look({ safe: false, env: { FORKSCOPE_READY: "1 init" } })).safe, true);
});

test("a program on standard input is not started anew, which would lose it", async () => {
  const fixture = fixtureArguments("process_ready");
  const file = fixture.at(-1) ?? "";
  const words = runtime === "deno" ? [...fixture.slice(0, -1), "-"] : ["run", "-"];
  const { stdout } = await printedBy("/bin/sh", ["-c", `echo "import '$1'" | { shift; "$@"; } 2>/dev/null`, "sh", file, process.execPath, ...words]);
  assert.equal((JSON.parse(stdout) as Look).safe, false);
});

if (runtime === "bun") {
  test("what `bun run` adds to PATH is added once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "forkscope-ready-"));
    try {
      writeFileSync(join(folder, "package.json"), "{}");
      const path = async (name: string, text: string): Promise<string> => {
        writeFileSync(join(folder, name), `${text}\nconsole.log(process.env.PATH);`);
        return (await printedBy(process.execPath, ["run", "--cwd", folder, name])).stdout;
      };
      const ready = fileURLToPath(new URL("../../../lib/ready.ts", import.meta.url));
      assert.equal(await path("ready.ts", `import ${JSON.stringify(ready)};`), await path("plain.ts", ""));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

if (runtime === "deno") {
  test("flags in DENO_V8_FLAGS are kept, for the runtime and in the environment", async () => {
    const got = await look({ safe: false, env: { DENO_V8_FLAGS: "--stack-size=900" } });
    assert.equal(got.safe, true);
    assert.equal(got.v8, "--stack-size=900,--single-threaded");
    assert.deepEqual(got.left, ["DENO_V8_FLAGS"]);
  });
  test("--v8-flags=--single-threaded on the command line is seen", async () => {
    const got = await look({ safe: false, flags: ["--v8-flags=--single-threaded"] });
    assert.equal(got.safe, true);
    assert.deepEqual(got.started, []);
  });
} else {
  test("a flag the user set otherwise comes back into the environment", async () => {
    const got = await look({ safe: false, env: { BUN_JSC_numberOfGCMarkers: "4" } });
    assert.equal(got.safe, true);
    assert.deepEqual(got.left, ["BUN_JSC_numberOfGCMarkers"]);
    assert.deepEqual(got.runtimeSees, ["BUN_JSC_numberOfGCMarkers"]);
  });
}

function printedBy(file: string, args: readonly string[] = []): Promise<{ stdout: string; pid: number }> {
  const child = startProgram(file, args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, BUN_BE_BUN: "1" } });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve({ stdout, pid: child.pid ?? 0 }));
  });
}
