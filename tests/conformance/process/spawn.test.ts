/** spawn: descriptors by any map, environment, directory, session, signals, and errors of the child's exec. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { realpathSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { close, type Child, getpgid, getpid, getsid, pipe2, proc, read, spawn, type SpawnOptions, SystemError, write } from "../../../lib/core/mod.ts";
import { setVariable } from "../../../lib/core/process/environment.ts";
import { withoutLeak } from "../../helpers/descriptors.ts";

const SHELL = "/bin/sh";
const decoder = new TextDecoder();

/** Runs a shell command and gives what it wrote to descriptor 1. */
function output(command: string, options: SpawnOptions = {}): string {
  const [reader, writer] = pipe2();
  using child = spawn(SHELL, ["sh", "-c", command], { ...options, fds: { 1: writer, ...options.fds } });
  close(writer);
  const text = drain(reader);
  child.wait();
  return text;
}

function drain(reader: number): string {
  let text = "";
  const buffer = new Uint8Array(4096);
  for (let count = read(reader, buffer); count > 0; count = read(reader, buffer)) text += decoder.decode(buffer.subarray(0, count));
  close(reader);
  return text;
}

const status = (child: Child): number => {
  const ended = child.wait();
  return ended.kind === "exited" ? ended.code : -1;
};

test("spawn gives a child whose status is its exit", () => withoutLeak(() => assert.equal(status(spawn(SHELL, ["sh", "-c", "exit 7"])), 7)));

test("a name without a slash is looked for in PATH", () => assert.equal(status(spawn("sh", ["sh", "-c", "exit 6"])), 6));

test("a pipe as the child's descriptor 1", () => withoutLeak(() => assert.equal(output("echo hello"), "hello\n")));

test("everything beyond 0 to 2 that is not mapped is closed, close-on-exec or not", () => {
  const kept = pipe2(); // without close-on-exec
  assert.equal(output("ls /proc/self/fd | tr '\\n' ' '"), "0 1 2 3 "); // 3 is the directory that ls reads
  kept.forEach(close);
});

test("descriptors of the child are inheritable though ours are close-on-exec", () => {
  const [reader, writer] = pipe2(0o2000000);
  const child = spawn(SHELL, ["sh", "-c", "echo five >&5"], { fds: { 5: writer } });
  close(writer);
  assert.equal(drain(reader), "five\n");
  child.wait();
});

test("a gap in the map is closed, and a high number works", () => {
  const [reader, writer] = pipe2();
  assert.equal(output("ls /proc/self/fd | sort -n | tr '\\n' ' '", { fds: { 7: writer, 100: writer } }), "0 1 2 3 7 100 ");
  close(reader);
  close(writer);
});

for (const [name, turn] of [["swap", [1, 0]], ["cycle of three", [1, 2, 0]], ["identity", [0, 1, 2]]] as const) {
  test(`a map that collides with itself: ${name}`, () => {
    withoutLeak(() => {
      const pipes = turn.map(() => pipe2());
      const writers = pipes.map(([, writer]) => writer);
      // The child's number writers[i] is our writers[turn[i]].
      const fds = Object.fromEntries(writers.map((writer, i) => [writer, writers[turn[i] ?? 0] ?? 0]));
      const child = spawn(SHELL, ["sh", "-c", writers.map((writer, i) => `echo ${i} >/proc/self/fd/${writer}`).join("; ")], { fds });
      writers.forEach(close);
      assert.equal(status(child), 0);
      const got = pipes.map(([reader]) => drain(reader).trim());
      turn.forEach((to, i) => assert.equal(got[to], String(i)));
    });
  });
}

test("one descriptor of ours under several numbers", () => {
  const [reader, writer] = pipe2();
  const child = spawn(SHELL, ["sh", "-c", "echo a >&3; echo b >&4; echo c >&5"], { fds: { 3: writer, 4: writer, 5: writer } });
  close(writer);
  assert.equal(drain(reader), "a\nb\nc\n");
  child.wait();
});

test("standard input from a pipe", () => {
  const [reader, writer] = pipe2();
  write(writer, "typed");
  close(writer);
  assert.equal(output("cat", { fds: { 0: reader } }), "typed");
  close(reader);
});

test("the environment given is all there is", () => {
  assert.equal(output("echo $A; /usr/bin/env | wc -l", { env: { A: "1", B: "2" } }).split("\n")[0], "1");
});

test("the environment as a list, and none at all", () => {
  assert.equal(output("echo $A", { env: ["A=listed"] }), "listed\n");
  assert.equal(output("echo \"[$HOME]\"", { env: {} }), "[]\n");
});

test("cwd", () => assert.equal(output("pwd -P", { cwd: tmpdir() }), `${realpathSync(tmpdir())}\n`));

test("setsid makes a session of its own", () => {
  const child = spawn("/bin/sleep", ["sleep", "30"], { setsid: true });
  assert.equal(getsid(child.pid), child.pid);
  assert.equal(getpgid(child.pid), child.pid);
  child.kill("SIGKILL");
  child.wait();
});

test("pgroup 0 makes a group of its own, another number joins that group", () => {
  const first = spawn("/bin/sleep", ["sleep", "30"], { pgroup: 0 });
  const second = spawn("/bin/sleep", ["sleep", "30"], { pgroup: first.pid });
  assert.equal(getpgid(first.pid), first.pid);
  assert.equal(getpgid(second.pid), first.pid);
  assert.equal(getsid(first.pid), getsid(getpid()));
  for (const child of [first, second]) {
    child.kill("SIGKILL");
    child.wait();
  }
});

test("SIGPIPE is not ignored in the child, and sigmask blocks signals", () => {
  const child = spawn("/bin/sleep", ["sleep", "30"], { sigmask: ["SIGTERM", "SIGRTMAX"] });
  const { ignored, blocked } = proc.status(child.pid).signals;
  assert.ok(!ignored.includes(13) && !ignored.includes(25), `ignored: ${ignored.join()}`);
  assert.deepEqual(blocked, [15, 64]);
  child.kill("SIGKILL");
  child.wait();
});

test("sigdefault: [] leaves the runtime's ignored signals", () => {
  const child = spawn("/bin/sleep", ["sleep", "30"], { sigdefault: [] });
  assert.ok(proc.status(child.pid).signals.ignored.includes(13));
  child.kill("SIGKILL");
  child.wait();
});

/** What is spawned, the errno, and why. */
const FAILURES: readonly (readonly [string, string, SpawnOptions, string])[] = [
  ["/nowhere/program", "ENOENT", {}, "no such file"],
  ["no-such-program-at-all", "ENOENT", {}, "not in PATH"],
  ["/etc/passwd", "EACCES", {}, "not executable"],
  ["/tmp", "EACCES", {}, "a directory"],
  [SHELL, "ENOENT", { cwd: "/nowhere" }, "no such working directory"],
  [SHELL, "EBADF", { fds: { 3: 9999 } }, "a descriptor that is not open"],
  [SHELL, "EPERM", { pgroup: 1 }, "a group of another session"],
];

for (const [file, code, options, why] of FAILURES) {
  test(`spawn fails with ${code}: ${why}`, () => {
    const path = process.env["PATH"];
    setVariable("PATH", "/bin:/usr/bin"); // a folder in PATH that may not be searched would make it EACCES
    withoutLeak(() => {
      assert.throws(() => spawn(file, ["x"], options), (error: unknown) => error instanceof SystemError && error.code === code && error.errno > 0);
    });
    setVariable("PATH", path);
  });
}

for (const [cwd, code, why] of [
  ["/nowhere", "ENOENT", "not there"],
  ["/etc/passwd", "ENOTDIR", "no directory"],
  ["", "ENOENT", "empty"],
] as const) {
  test(`a working directory that is ${why} is named in the error`, () => withoutLeak(() => {
    assert.throws(() => spawn(SHELL, ["sh"], { cwd }), { syscall: "chdir", code, message: new RegExp(`chdir\\("${cwd}"\\): ${code}`) });
  }));
}

test("a program that is not there is named, its working directory being sound", () => withoutLeak(() => {
  assert.throws(() => spawn("./none", ["none"], { cwd: tmpdir() }), { syscall: "execve", code: "ENOENT" });
}));

test("a failed spawn leaves no zombie", () => {
  const before = proc.children(getpid()).length;
  assert.throws(() => spawn("/nowhere/program", ["x"]));
  assert.equal(proc.children(getpid()).length, before);
});

test("a child's pidfd becomes readable by its end, and dispose closes it", () => {
  withoutLeak(() => {
    using child = spawn(SHELL, ["sh", "-c", "exit 3"]);
    assert.equal(proc.fdInfo(getpid(), child.pidfd).raw.get("Pid"), String(child.pid));
    assert.ok(proc.fdInfo(getpid(), child.pidfd).cloexec);
    assert.equal(status(child), 3);
  });
});
