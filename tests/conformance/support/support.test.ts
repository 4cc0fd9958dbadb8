/** What support() says of the machine, against other ways to ask and under made-up straits. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import * as library from "../../../lib/core/mod.ts";
import { containerOf } from "../../../lib/core/support/container.ts";
import { isOlder } from "../../../lib/core/support/kernel.ts";
import { semaphoreWaiters } from "../../../lib/core/support/runtime.ts";
import { inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { root, runtime } from "../../helpers/forkscope.ts";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const { getpid, support } = library;
const found = support();
const nobody = asNobody();
after(nobody.remove);

test("waiting for a POSIX semaphore without blocking: glibc's sem_t since 2.21 is known, an older one and musl's are told of", () => {
  const states = [["glibc", "2.36"], ["glibc", "2.21"], ["glibc", "2.20"], ["glibc", "3.0"], ["glibc", undefined], ["musl", undefined]] as const;
  assert.deepEqual(states.map(([name, version]) => semaphoreWaiters({ name, version }).state), ["yes", "yes", "no", "yes", "no", "unknown"]);
  assert.equal(found.features["waiters in a sem_t"]?.state, semaphoreWaiters(found.libc ?? { name: "musl", version: undefined }).state);
});

/** Where glibc counts who waits: the upper half of the first 64 bits; what is above relies on it. */
test("a waiter of libc's own is counted where the library counts its own", async (t) => {
  if (found.libc?.name !== "glibc") return skip(t, "needs glibc");
  assert.deepEqual(await runForJson("support_cases", ["a waiter in a sem_t"]), { value: 0, waiters: 1, woken: true });
});

test("support() names kernel, libc and runtime as they name themselves", (t) => {
  assert.deepEqual([found.kernel?.release, found.runtime?.name, found.features.FFI.state], [release(), runtime, "yes"]);
  assert.equal(found.runtime?.version, process.versions[runtime]);
  const { status, stdout } = spawnSync("getconf", ["GNU_LIBC_VERSION"], { encoding: "utf8" });
  if (status !== 0) return skip(t, "needs getconf of glibc");
  assert.equal(`${found.libc?.name} ${found.libc?.version}`, stdout.trim());
});

test("each fact has a reason, and one that is missing says how it can be had", () => {
  for (const [name, { state, reason, lift, neededBy }] of Object.entries(found.features)) {
    assert.ok(reason.length > 5, name);
    assert.ok(state !== "no" || (lift ?? "").length > 3, `${name} has no cure`);
    assert.ok(state !== "yes" || lift === undefined, name);
    assert.ok(Array.isArray(neededBy), name);
  }
  assert.ok(Object.keys(found.features).length > 40);
});

test("what a fact is needed by are exports", () => {
  for (const [name, { neededBy }] of Object.entries(found.features)) {
    for (const one of neededBy) {
      if (one === "everything") continue;
      const [first = "", second] = one.split(".");
      const value = (library as Record<string, unknown>)[first];
      assert.ok(value !== undefined && (second === undefined || (value as Record<string, unknown>)[second] !== undefined), `${name} is needed by ${one}`);
    }
  }
});

test("support() leaves no descriptor, no mapping and no changed process behind", () => {
  const view = () => [getpid(), library.proc.limits(getpid()), library.proc.status(getpid()).noNewPrivs, library.proc.cwd(getpid())];
  support();
  const before = view();
  const mapped = library.proc.maps(getpid()).filter(({ executable, path }) => executable && path === "").length;
  withoutLeak(() => support());
  assert.deepEqual(view(), before);
  assert.equal(library.proc.maps(getpid()).filter(({ executable, path }) => executable && path === "").length, mapped);
});

test("what it says agrees with what happens", () => {
  const works = (call: () => unknown): string => {
    try {
      call();
      return "yes";
    } catch {
      return "no";
    }
  };
  const { features } = found;
  assert.equal(works(() => library.kcmp(getpid(), getpid(), library.KCMP_VM)), features.kcmp?.state);
  assert.equal(works(() => library.close(library.pidfd_open(getpid()))), features.pidfd_open?.state);
  assert.equal(works(() => library.close(library.memfd_create("x", 0))), features.memfd_create?.state);
  assert.equal(works(() => library.shm_unlink((library.close(library.shm_open("/forkscope-support", library.O_CREAT | library.O_RDWR, 0o600)), "/forkscope-support"))), features["/dev/shm"]?.state);
  assert.equal(features["no seccomp filter"]?.state === "yes", library.proc.status(getpid()).seccomp === 0);
  assert.equal(readFileSync("/proc/self/mounts", "utf8").includes(" mqueue "), features["POSIX queues shown"]?.state === "yes");
});

test("calls that a filter hides are missing, others are not", async () => {
  assert.deepEqual(await runForJson("support_cases", ["hidden"]), [
    "no: ENOSYS, though Linux has it since 3.5: built without it, or hidden by a seccomp filter", "no: ENOSYS, though Linux has it since 5.6: built without it, or hidden by a seccomp filter",
    "no: ENOSYS, though Linux has it since 5.1: built without it, or hidden by a seccomp filter", "yes: answers EINVAL to a call that means nothing", "no: no_new_privs is set: set-user-id programs and file capabilities give nothing",
  ]);
});

test("calls that a filter refuses with EPERM are missing, and the profile is named", async () => {
  assert.deepEqual(await runForJson("support_cases", ["refused"]), ["no", "in a container: --security-opt seccomp=unconfined, or a profile that allows kcmp", "no", "no", "unknown"]);
});

test("under a filter that may end the process, what the library seldom needs is not tried", async () => {
  const refused = "unknown: not tried: a seccomp filter is in force that may end the process";
  assert.deepEqual(await runForJson("support_cases", ["deadly"], { env: { INVOCATION_ID: "0123" } }), [refused, refused, refused, "yes: answers EINVAL to a call that means nothing"]);
});

test("limits are those of the process", async () => {
  assert.deepEqual(await runForJson("support_cases", ["limits"]), { soft: 64, hard: 64 });
});

test("forkscope/ready's flags make fork safe, and without them the threads are named", async () => {
  assert.deepEqual(await runForJson("support_cases", ["safe"]), ["yes: started without the helper threads that a forked child would miss", "yes: this is the process's first thread"]);
  const [without] = await runForJson<string[]>("support_cases", ["safe"], { safe: false });
  assert.match(without ?? "", /^no: helper threads run: ./);
});

test("an ordinary user lacks the rights of root", async (t) => {
  if (nobody.whyNot) return skip(t, nobody.whyNot);
  assert.deepEqual(await runForJson("support_cases", ["rights"], nobody.options), [
    "no: the kernel hides which page of memory one is: without CAP_SYS_ADMIN outside of user namespaces", "no: without CAP_SETUID and CAP_SETGID", "no: without CAP_KILL", "no: without CAP_SYS_PTRACE", "no: without CAP_SYS_RESOURCE",
  ]);
});

test("without the permission for FFI it says so and asks nobody", (t) => {
  if (runtime !== "deno") return skip(t, "Bun has no permissions");
  const program = `import { support } from "${join(root, "lib", "core", "mod.ts")}"; const { features, kernel } = support(); console.log(JSON.stringify([features.FFI.state, features.FFI.lift, Object.keys(features).length, kernel ?? "none"]));`;
  inFolder((folder) => {
    // From a script: Deno gives a Deno that it sees itself start its own rights.
    const script = join(folder, "start");
    writeFileSync(script, `#!/bin/sh\nexec ${process.execPath} run --quiet --no-check --no-config --no-lock --no-prompt "$@" -\n`, { mode: 0o755 });
    for (const flags of [[], ["--deny-ffi"]]) {
      const { stdout, stderr } = spawnSync(script, flags, { input: program, encoding: "utf8" });
      assert.equal(stdout.trim(), '["no","deno run --allow-ffi",1,"none"]', stderr);
    }
  });
});

for (const [have, want, older] of [
  ["6.1.0-13-amd64", "5.10", false], ["5.9.1", "5.10", true], ["5.10", "5.10", false], ["5.10.0-rc1", "5.10.1", true], ["6.18.44-fc", "6.5", false], ["4.19", "5.1", true], ["", "2.6.0", true],
] as const) {
  test(`isOlder(${JSON.stringify(have)}, ${want}) is ${older}`, () => assert.equal(isOlder(have, want), older));
}

for (const [environment, kind] of [[{ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, "kubernetes"], [{ container: "lxc" }, "lxc"]] as const) {
  test(`containerOf(${JSON.stringify(environment)}) is ${kind}`, () => assert.equal(containerOf(new Map(Object.entries(environment))), kind));
}
