/** The exec family: what the new program gets, and what a failed call leaves behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runForJson } from "../../helpers/run_fixture.ts";

const run = <T>(name: string): Promise<T> => runForJson<T>("process_exec", [name]);
const EXITED_7 = { kind: "exited", code: 7, raw: 0x700 };

/** Case, and the environment variable the new program saw. */
const FORMS: readonly (readonly [name: string, saw: string])[] = [
  ["execv", "inherited"], ["execve", "given"], ["execve list", "listed"], ["execvp", "inherited"], ["execvpe", "given"], ["execl", "inherited"],
  ["execlp", "inherited"], ["execle", "given"], ["fexecve", "given"], ["fexecve own environment", "inherited"], ["execveat", "given"],
  ["execveat cwd", "inherited"], ["execveat empty path", "given"],
];

for (const [name, saw] of FORMS) {
  test(`${name}: arguments, environment and exit status`, async () => {
    assert.deepEqual(await run(name), { out: `zero|one|${saw}|1\n`, status: EXITED_7 });
  });
}

test("execve with an empty environment gives just that", async () => {
  assert.deepEqual(await run("execve empty"), { out: "", status: { kind: "exited", code: 0, raw: 0 } });
});

test("argv[0] is the caller's choice", async () => {
  assert.equal((await run<{ out: string }>("argv[0]")).out, 'a name of my own|-c|tr "\\0" "|" < /proc/$$/cmdline|');
});

test("exec keeps the pid", async () => assert.deepEqual(await run("same pid"), { own: true }));

test("arguments arrive byte for byte", async () => {
  assert.equal(await run("bytes"), ["", " ", "ünï", "a\nb", '"quoted"', "$HOME"].join("|").length + 2 + 100_000);
});

test("an environment larger than the library's scratch memory", async () => {
  assert.deepEqual(await run("big environment"), { out: "120000\n", status: { kind: "exited", code: 0, raw: 0 } });
});

test("descriptors stay open over exec unless close-on-exec", async () => assert.deepEqual(await run("descriptors"), ["open", "open", "closed"]));

test("SIGPIPE and SIGXFSZ have their default action in the new program", async () => {
  assert.equal(ignored(await run("signals default")) & ((1n << 12n) | (1n << 24n)), 0n);
});

test("keepIgnored hands on what the runtime ignores", async () => {
  assert.notEqual(ignored(await run("signals kept")) & (1n << 12n), 0n);
});

test("a failed exec throws the errno in the name of the call", async () => {
  assert.deepEqual(await run("failing"), {
    missing: "execv ENOENT",
    "not executable": "execv EACCES",
    directory: "execve EACCES",
    "no such file in PATH": "execvp ENOENT",
    "part is no directory": "execv ENOTDIR",
    "bad descriptor": "fexecve EBADF",
    "bad directory": "execveat EBADF",
    "too long": "execve E2BIG",
  });
});

test("after a failed exec the deadline runs on and SIGPIPE is ignored again", async () => {
  assert.deepEqual(await run("failed and on"), { left: true, alive: "ENOENT" });
});

test("the deadline does not follow into the new program", async () => assert.equal(await run("deadline gone"), "alive\n"));

test("an alarm of the program's own does", async () => {
  assert.deepEqual(await run("own alarm stays"), { kind: "signaled", signal: 14, core: false, raw: 14 });
});

function ignored(status: string): bigint {
  return BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1]}`);
}
