/** wait4 and getrusage, processors, and signals with a value through a pidfd. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  getpid, getrusage, onCall, pidfd_open, pidfd_send_signal, close, RUSAGE_CHILDREN, RUSAGE_SELF, RUSAGE_THREAD, sched_getaffinity, sched_setaffinity, spawn, wait4, WNOHANG, WUNTRACED,
} from "../../../lib/core/mod.ts";
import { withoutLeak } from "../../helpers/descriptors.ts";
import { testRefused } from "../../helpers/refusal.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const SHELL = ["sh", "-c"];

test("wait4 gives the status and what the child has used", () => withoutLeak(() => {
  const { pid } = spawn("/bin/sh", [...SHELL, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 7"]);
  const waited = wait4(pid);
  assert.deepEqual([waited.pid, waited.status], [pid, { kind: "exited", code: 7, raw: 1792 }]);
  assert.ok(waited.usage.userTime + waited.usage.systemTime > 0);
  assert.ok(waited.usage.maxResident > 100_000 && waited.usage.maxResident < 2 ** 31, String(waited.usage.maxResident));
  assert.ok(waited.usage.minorFaults > 0);
  assert.throws(() => wait4(pid), { code: "ECHILD", syscall: "wait4" });
}));

test("wait4 with WNOHANG, of a stopped child, and of any child", () => {
  const child = spawn("/bin/sh", [...SHELL, "kill -STOP $$; exit 2"]);
  const stopped = wait4(child.pid, WUNTRACED);
  assert.equal(stopped.status?.kind, "stopped");
  assert.deepEqual(wait4(child.pid, WNOHANG), { pid: 0, status: undefined });
  assert.deepEqual(wait4(-1, WNOHANG), { pid: 0, status: undefined });
  child.kill("SIGCONT");
  assert.equal(wait4(-1).pid, child.pid);
  assert.throws(() => wait4(-1), { code: "ECHILD" });
});

test("getrusage: this process, its ended children, this thread", () => {
  const before = getrusage(RUSAGE_CHILDREN);
  spawn("/bin/sh", [...SHELL, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"]).wait();
  const after = getrusage(RUSAGE_CHILDREN);
  assert.ok(after.userTime + after.systemTime > before.userTime + before.systemTime);
  const own = getrusage(RUSAGE_SELF);
  const thread = getrusage(RUSAGE_THREAD);
  assert.ok(own.maxResident > 10_000_000 && own.userTime >= thread.userTime && thread.userTime > 0);
});

test("processors: those of a child are set and asked; ones that the machine has not are passed over", () => {
  const own = sched_getaffinity();
  const child = spawn("/bin/sleep", ["sleep", "600"]);
  assert.deepEqual(sched_getaffinity(child.pid), own);
  const [first = 0] = own;
  sched_setaffinity(child.pid, [first, 8000]);
  assert.deepEqual(sched_getaffinity(child.pid), [first]);
  assert.throws(() => sched_setaffinity(child.pid, []), { code: "EINVAL", syscall: "sched_setaffinity" });
  child.kill("SIGKILL");
  child.wait();
  assert.throws(() => sched_getaffinity(child.pid), { code: "ESRCH" });
});

test("a signal with a value through a pidfd", async () => {
  assert.deepEqual(await runForJson("process_spawn", ["pidfd value"]), { value: -5, code: -1, fromParent: true });
});

test("a value by pidfd to a process that has ended is ESRCH", () => withoutLeak(() => {
  const child = spawn("/bin/true", ["true"]);
  const pidfd = pidfd_open(child.pid);
  child.wait();
  assert.throws(() => pidfd_send_signal(pidfd, 0, 1), { code: "ESRCH" });
  close(pidfd);
}));

const wrong = <T>(value: unknown): T => value as T;
for (const [title, call, code] of [
  ["getrusage: -2", () => getrusage(-2), "ERR_OUT_OF_RANGE"],
  ["getrusage: text", () => getrusage(wrong("self")), "ERR_INVALID_ARG_TYPE"],
  ["wait4: an unknown flag", () => wait4(1, 64), "ERR_OUT_OF_RANGE"],
  ["wait4: pid as bigint", () => wait4(wrong(1n)), "ERR_INVALID_ARG_TYPE"],
  ["sched_getaffinity: -1", () => sched_getaffinity(-1), "ERR_OUT_OF_RANGE"],
  ["sched_setaffinity: no list", () => sched_setaffinity(0, wrong(0)), "ERR_INVALID_ARG_TYPE"],
  ["sched_setaffinity: processor 8192", () => sched_setaffinity(0, [8192]), "ERR_OUT_OF_RANGE"],
  ["pidfd_send_signal: a value beyond int", () => pidfd_send_signal(0, 0, 2 ** 31), "ERR_OUT_OF_RANGE"],
] as const) testRefused(title, call, code);

test("each is heard of by its name", () => {
  const heard: string[] = [];
  onCall((name) => heard.push(name));
  try {
    getrusage(RUSAGE_SELF);
    sched_getaffinity();
    getpid();
  } finally {
    onCall(undefined);
  }
  assert.deepEqual(heard, ["getrusage", "sched_getaffinity", "getpid"]);
});
