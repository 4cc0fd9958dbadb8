/** Pids, groups, sessions, users, names, signals sent, and what classifies a runtime's descriptor. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import {
  getegid, geteuid, getgid, getName, getpgid, getpgrp, getpid, getppid, getsid, gettid, getuid, isRuntimeDescriptor, kill, proc, setName, signalName, SIGNALS, spawn,
  SystemError, waitStatus,
} from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const run = <T>(name: string): Promise<T> => runForJson<T>("process_identity", [name]);
const NO_SUCH_PID = 0x7fffffff;

test("getpid, getppid and gettid are those of /proc", () => {
  const stat = proc.stat(getpid());
  assert.equal(getpid(), process.pid);
  assert.equal(getppid(), stat.ppid);
  assert.ok(proc.threads(getpid()).includes(gettid()) || gettid() === getpid());
});

test("getpgid, getpgrp and getsid are those of /proc", () => {
  const { pgrp: pgid, session: sid } = proc.stat(getpid());
  assert.deepEqual([getpgid(), getpgid(0), getpgid(getpid()), getpgrp(), getsid(), getsid(getpid())], [pgid, pgid, pgid, pgid, sid, sid]);
});

test("users and groups", () => {
  assert.deepEqual([getuid(), geteuid(), getgid(), getegid()], [process.getuid?.(), process.geteuid?.(), process.getgid?.(), process.getegid?.()]);
});

/** The call, and the errno it fails with. */
const FAILURES: readonly (readonly [string, () => unknown, string, string])[] = [
  ["kill", () => kill(NO_SUCH_PID, 0), "ESRCH", "no such process"],
  ["getpgid", () => getpgid(NO_SUCH_PID), "ESRCH", "no such process"],
  ["getsid", () => getsid(NO_SUCH_PID), "ESRCH", "no such process"],
  ["kill", () => kill(-NO_SUCH_PID, "SIGTERM"), "ESRCH", "no such group"],
];

for (const [syscall, call, code, why] of FAILURES) {
  test(`${syscall} fails with ${code}: ${why}`, () => {
    assert.throws(call, (error: unknown) => error instanceof SystemError && error.code === code && error.syscall === syscall && error.args.length > 0);
  });
}

test("the null signal tells that a process exists, a zombie included", () => {
  using child = spawn("/bin/sh", ["sh", "-c", "exit 0"]);
  kill(child.pid, 0);
  const giveUp = performance.now() + 10_000;
  while (proc.stat(child.pid).state !== "Z") assert.ok(performance.now() < giveUp);
  kill(child.pid, 0);
  child.wait();
  assert.throws(() => kill(child.pid, 0), /ESRCH/);
});

for (const name of Object.keys(SIGNALS).filter((name) => !/^SIG(?:STOP|TSTP|TTIN|TTOU|CHLD|CONT|URG|WINCH)$/.test(name)) as (keyof typeof SIGNALS)[]) {
  test(`${name} by name ends a program by that signal`, () => {
    using child = spawn("/bin/sleep", ["sleep", "30"], { sigdefault: Object.keys(SIGNALS).filter((one) => one !== "SIGKILL" && one !== "SIGSTOP") as (keyof typeof SIGNALS)[] });
    child.kill(name);
    const status = child.wait();
    assert.equal(status.kind === "signaled" ? signalName(status.signal) : status.kind, name);
  });
}

test("names of real-time signals", () => {
  assert.deepEqual([34, 35, 63, 64, 32, 99].map(signalName), ["SIGRTMIN", "SIGRTMIN+1", "SIGRTMIN+29", "SIGRTMAX", "signal 32", "signal 99"]);
});

test("setName is what ps shows, in UTF-8", () => {
  const before = getName();
  try {
    setName("a näme of 15 b");
    assert.equal(getName(), "a näme of 15 b");
  } finally {
    setName(before);
  }
});

test("raise and killpg reach the caller and its group", async () => {
  assert.deepEqual(await run("raise"), { kind: "signaled", signal: 10, core: false, raw: 10 });
  assert.deepEqual(await run("killpg"), [{ kind: "signaled", signal: 15, core: false, raw: 15 }, { kind: "signaled", signal: 15, core: false, raw: 15 }]);
});

test("setsid makes a session, and fails with EPERM for a group leader", async () => {
  assert.deepEqual(await run("setsid"), { sid: true, pgid: true, again: "EPERM" });
});

test("setpgid moves a child; after its exec it fails with EACCES", async () => {
  assert.deepEqual(await run("setpgid"), { moved: true, after: "EACCES", stranger: "ESRCH" });
});

test("subreaper: off, on, not inherited by fork", async () => {
  assert.deepEqual(await run("subreaper"), { before: false, on: true, child: false, off: false });
});

test("a core dump is told", () => {
  assert.deepEqual(waitStatus(0x8b), { kind: "signaled", signal: 11, core: true, raw: 0x8b });
});

/** Facts, whether the runtime owns it, and why. */
const DESCRIPTORS: readonly (readonly [string, Partial<Parameters<typeof isRuntimeDescriptor>[0]>, boolean])[] = [
  ["an epoll set", { link: "anon_inode:[eventpoll]" }, true],
  ["an eventfd", { link: "anon_inode:[eventfd]" }, true],
  ["an io_uring", { link: "anon_inode:[io_uring]" }, true],
  ["inotify", { link: "anon_inode:inotify" }, true],
  ["a pidfd of a child of its own", { link: "anon_inode:[pidfd]" }, true],
  ["a copy of /dev/null", { link: "/dev/null" }, true],
  ["a code cache", { link: "/root/.cache/deno/v8_code_cache_v2" }, true],
  ["its write-ahead log", { link: "/home/x/.cache/deno/dep_analysis_cache_v2-wal" }, true],
  ["its shared memory", { link: "/x/node_analysis_cache_v2-shm" }, true],
  ["an unnamed unix socket", { link: "socket:[7]", unnamedSocket: true }, true],
  ["a copy of descriptor 1", { link: "/tmp/out", stdioCopy: true }, true],
  ["an epoll set that the program made", { link: "anon_inode:[eventpoll]", made: true }, false],
  ["an epoll set without close-on-exec", { link: "anon_inode:[eventpoll]", cloexec: false }, false],
  ["a socket with a name", { link: "socket:[7]" }, false],
  ["a file that node:fs opened", { link: "/tmp/report.csv" }, false],
  ["a file with a like name", { link: "/tmp/my_cache_v2.txt" }, false],
  ["a pipe", { link: "pipe:[7]" }, false],
  ["standard error", { fd: 2, link: "/dev/null" }, false],
];

for (const [what, facts, expected] of DESCRIPTORS) {
  test(`${what} is ${expected ? "the runtime's" : "the program's"}`, () => {
    assert.equal(isRuntimeDescriptor({ fd: 9, link: "", cloexec: true, made: false, ...facts }), expected);
  });
}
