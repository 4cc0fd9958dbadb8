/** The command line's edges: help, version, list, doctor, mistakes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { forkscope, jsonLines } from "../../helpers/forkscope.ts";

test("--help and --version end well and say nothing on stderr", async () => {
  const help = await forkscope(["--help"]);
  assert.deepEqual([help.code, help.stderr], [0, ""]);
  for (const word of ["list", "play", "trace", "serve", "doctor", "--runtime", "--record", "--json", "--verify", "--pace", "--lang"]) assert.ok(help.stdout.includes(word), word);
  const version = await forkscope(["--version"]);
  assert.match(version.stdout, /^forkscope \d+\.\d+\.\d+\n$/);
});

for (const words of [["jump"], ["play", "zombie", "--fast"], ["play"], ["serve", "--port", "x"]]) {
  test(`${words.join(" ")} is refused with the usage and status 2`, async () => {
    const { code, stdout, stderr } = await forkscope(words);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^forkscope: read /);
    assert.match(stderr, /Usage/);
  });
}

test("list names every scenario with its claims, in both languages", async () => {
  const { stdout, code } = await forkscope(["list", "--json"]);
  assert.equal(code, 0);
  const scenarios = jsonLines(stdout);
  assert.deepEqual(scenarios.map(({ id }) => id), ["fork-returns-twice", "zombie", "hand-over"]);
  assert.match((await forkscope(["list", "--lang", "zh"])).stdout, /僵尸/);
});

test("doctor tries each thing and gives a cure where something is missing", async () => {
  const { stdout } = await forkscope(["doctor", "--json"]);
  const findings = jsonLines(stdout);
  assert.deepEqual(findings.map(({ name }) => name), ["kernel", "user", "bun", "deno", "yama", "ptrace", "bpf", "kcmp", "sock_diag", "library", "explorer", "electron", "chromium"]);
  for (const { name, state, cure } of findings) assert.ok(state === "ok" || cure !== undefined, String(name));
  assert.equal(findings.find(({ name }) => name === "ptrace")?.["state"], "ok");
});
