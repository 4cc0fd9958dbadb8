/** wait, waitpid, waitid: statuses of real children, and children of the runtime's own that are left alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runFixture, runForJson, runtime } from "../../helpers/run_fixture.ts";

const run = <T>(...args: string[]): Promise<T> => runForJson<T>("process_wait", args);

interface Told {
  status: Record<string, unknown>;
  macros: Record<string, boolean | number>;
}

for (const [code, raw] of [[0, 0], [7, 0x700], [255, 0xff00]] as const) {
  test(`a child that exits ${code} is "exited"`, async () => {
    const { status, macros } = await run<Told>("exit", String(code));
    assert.deepEqual(status, { kind: "exited", code, raw });
    assert.equal(macros["exited"], true);
    assert.equal(macros["code"], code);
    assert.deepEqual([macros["signaled"], macros["stopped"], macros["continued"], macros["core"]], [false, false, false, false]);
  });
}

for (const [name, number] of [["SIGTERM", 15], ["SIGKILL", 9], ["SIGHUP", 1], ["SIGUSR1", 10], ["SIGRTMIN", 34], ["SIGRTMAX", 64]] as const) {
  test(`a child killed by ${name} is "signaled"`, async () => {
    const { status, macros } = await run<Told>("signal", name);
    assert.deepEqual(status, { kind: "signaled", signal: number, core: false, raw: number });
    assert.deepEqual([macros["signaled"], macros["term"], macros["exited"], macros["stopped"]], [true, number, false, false]);
  });
}

test("a child that stops and goes on is \"stopped\", \"continued\", then \"exited\"", async () => {
  const [stopped, continued, ended] = await run<(Told & { same: boolean })[]>("stop");
  assert.deepEqual(stopped?.status, { kind: "stopped", signal: 19, raw: 0x137f });
  assert.deepEqual([stopped?.macros["stopped"], stopped?.macros["stop"], stopped?.macros["exited"], stopped?.macros["signaled"]], [true, 19, false, false]);
  assert.deepEqual(continued?.status, { kind: "continued", raw: 0xffff });
  assert.deepEqual([continued?.macros["continued"], continued?.macros["exited"], continued?.macros["signaled"], continued?.macros["stopped"]], [true, false, false, false]);
  assert.deepEqual(ended?.status, { kind: "exited", code: 0, raw: 0 });
  assert.ok(stopped?.same && continued?.same && ended?.same);
});

test("WNOHANG gives pid 0 while the child lives", async () => {
  const got = await run<Record<string, unknown>>("nohang");
  assert.deepEqual(got["before"], { pid: 0 });
  assert.deepEqual(got["anyBefore"], { pid: 0 });
  assert.equal(got["same"], true);
  assert.deepEqual((got["after"] as Told).status, { kind: "exited", code: 4, raw: 0x400 });
});

test("without a child every wait fails with ECHILD, in its own name", async () => {
  const got = await run<Record<string, { code: string; syscall: string }>>("no child");
  assert.deepEqual(Object.entries(got).map(([name, { code }]) => [name, code]), [
    ["wait", "ECHILD"], ["any", "ECHILD"], ["anyNow", "ECHILD"], ["group", "ECHILD"], ["parent", "ECHILD"], ["waitid", "ECHILD"],
    ["pidfd", "EBADF"], // descriptor 0 is no pidfd
  ]);
  assert.equal(got["wait"]?.syscall, "wait");
  assert.equal(got["waitid"]?.syscall, "waitid");
});

test("a reaped child cannot be waited for again", async () => {
  const [byPid, any] = await run<{ code: string; message: string }[]>("twice");
  assert.equal(byPid?.code, "ECHILD");
  assert.match(byPid?.message ?? "", /^waitpid\(\d+, 0\): ECHILD, No child processes$/);
  assert.equal(any?.code, "ECHILD");
});

test("waitid with WNOWAIT leaves the zombie, and tells pid, uid and status", async () => {
  const got = await run<{ same: boolean; state: string; first: Record<string, unknown>; taken: Record<string, unknown>; gone: string; uid: number }>("peek");
  assert.equal(got.same, true);
  assert.equal(got.state, "Z");
  assert.deepEqual(got.first["status"], { kind: "exited", code: 6, raw: 0x600 });
  assert.equal(got.first["code"], 1); // CLD_EXITED
  assert.equal(got.first["uid"], got.uid);
  assert.deepEqual(got.taken["status"], got.first["status"]);
  assert.equal(got.gone, "ECHILD");
});

test("waitid tells of a stop once, and of the kill", async () => {
  const got = await run<Record<string, unknown>>("waitid stop");
  assert.deepEqual(got, {
    stopped: { kind: "stopped", signal: 19, raw: 0x137f },
    code: 5, // CLD_STOPPED
    again: null,
    killed: { kind: "signaled", signal: 9, core: false, raw: 9 },
    killedCode: 2, // CLD_KILLED
  });
});

test("waitid waits by pidfd", async () => {
  assert.deepEqual(await run("pidfd"), { same: true, status: { kind: "exited", code: 8, raw: 0x800 } });
});

test("wait reaps every child once, then fails with ECHILD", async () => {
  assert.deepEqual(await run("any"), { all: true, codes: [1, 2, 3], then: "ECHILD" });
});

test("waitpid(0) and waitpid(-group) wait for children of that group alone", async () => {
  assert.deepEqual(await run("group"), { mine: true, none: "ECHILD", theirs: true, wrong: "ECHILD" });
});

for (const how of ["waitpid", "waitid", "any"]) {
  test(`a wait that signals interrupt goes on: ${how}`, async () => {
    assert.deepEqual(await runForJson("process_wait", ["interrupted", how]), { same: true, status: { kind: "exited", code: 5, raw: 0x500 } });
  });
}

test("Child: poll, wait and status agree, and a reaped one takes no signal", async () => {
  const got = await run<Record<string, unknown>>("child object");
  assert.deepEqual(got["living"], { status: null, poll: null });
  assert.deepEqual(got["status"], { kind: "exited", code: 9, raw: 0x900 });
  assert.equal(got["again"], true);
  assert.match((got["kill"] as { message: string }).message, /^kill\(\d+\): ESRCH, the child was reaped before$/);
  assert.equal(got["pidfd"], "ESRCH");
});

test("Child.kill", async () => {
  assert.deepEqual(await run("child kill"), { kind: "signaled", signal: 9, core: false, raw: 9 });
});

test("a subreaper's wait reaps adopted orphans too", async () => {
  assert.deepEqual(await run("adopt"), { both: [1, 2], then: "ECHILD" });
});

const OWN_API = runtime === "bun" ? "Bun.spawn" : "Deno.Command";

for (const api of [OWN_API, "node"]) {
  const name = api === "node" ? "node:child_process" : api;
  const flags = runtime === "deno" ? ["--allow-run=/bin/sh", "--allow-env"] : [];
  const apart = <T>(what: string): Promise<T> => runForJson<T>("process_wait", [`beside, ${what}`, api], { flags });

  for (const how of ["wait", "waitpid any", "waitpid own"]) {
    test(`${how} beside a zombie of ${name} takes our child and leaves that one`, async () => {
      const got = await apart<{ own: number; got: { pid: number; status: unknown }; foreign: number }>(how);
      assert.deepEqual(got.got, { pid: got.own, status: { kind: "exited", code: 5, raw: 0x500 } });
      assert.equal(got.foreign, 3);
    });
  }
  test(`two of our children beside a zombie of ${name} are both reaped, then ECHILD`, async () => {
    const got = await apart<{ got: unknown; foreign: number }>("two own");
    assert.deepEqual(got.got, { pids: [5, 6], second: "ECHILD", then: "ECHILD" });
    assert.equal(got.foreign, 3);
  });
  test(`WNOHANG beside a zombie of ${name}`, async () => {
    const got = await apart<{ got: unknown; foreign: number }>("now");
    assert.equal(got.got, "ECHILD");
    assert.equal(got.foreign, 3);
  });
  test(`a zombie of ${name} alone is no child of ours`, async () => {
    assert.deepEqual(await apart("none"), { wait: "ECHILD", now: "ECHILD", foreign: 3 });
  });
  test(`a subreaper tells orphans from children of ${name}`, async () => {
    assert.deepEqual(await apart("subreaper"), { both: [1, 2], then: "ECHILD", foreign: 3 });
  });
}

test("the stealing tests would notice: waitpid by the foreign pid does take it", async () => {
  const flags = runtime === "deno" ? ["--allow-run=/bin/sh", "--allow-env"] : [];
  const ran = await runFixture("process_steal", [], { flags });
  assert.match(ran.stdout, /"taken":3/);
  assert.doesNotMatch(ran.stdout, /"foreign":3/, "the runtime still got its child's status");
});
