/** reaper, forwardSignals and runAsInit: orphans are reaped and nobody else's children, signals go on, the status is the program's. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson, type RunOptions, runtime } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const nobody = asNobody();
after(() => nobody.remove());

const options: RunOptions = { deadline: 60_000, flags: runtime === "deno" ? ["--allow-run", "--allow-env", "--allow-read"] : [] };
const NOTHING = { children: 0, subreaper: false };
const exited = (code: number): unknown => ({ kind: "exited", code, raw: code << 8 });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** What is done, what must be seen, and why. */
const CASES: readonly (readonly [string, unknown, string])[] = [
  ["iterated", { codes: upTo(20), pids: 20, ...NOTHING }, "a loop gives each orphan once, and the attribute is put back"],
  ["called back", { codes: upTo(5), children: 0, subreaper: true }, "a callback instead"],
  ["besides", { orphans: upTo(10), runtime: upTo(10), own: upTo(10), left: 10 }, "the runtime's children and the library's are left for their own waits"],
  ["aborted", { reason: "enough", early: "enough", ...NOTHING }, "the loop throws the signal's reason"],
  ["closed in the loop", NOTHING, "close ends the loop, a second one does nothing"],
  ["in a forked child", exited(0), "no event loop: reapOrphans takes orphans and leaves a child of its own"],
  ["wait for any", { status: exited(4), none: 0, gone: "ECHILD" }, "an orphan that wait took is not reaped again"],
  ["forwarded", { lines: ["ready", "TERM", "HUP", "USR1"], after: "default" }, "each as itself; afterwards as before; to a child that has ended nothing"],
  ["with a value", exited(0), "sigqueue's value goes along, and waits for the first child"],
  ["group", "signaled", "the whole process group gets it"],
  ["init aborted", { error: "TimeoutError", ...NOTHING }, "an AbortSignal ends all of it"],
  ["init of nothing", { error: "execve ENOENT", ...NOTHING }, "a program that cannot be started"],
];

for (const [name, expected, why] of CASES) {
  test(`${name}: ${why}`, async () => assert.deepEqual(await runForJson("supervise_reaper", [name], options), expected));
}

/** What init runs, its grace in ms, the signal it is sent, and its status. */
const PROGRAMS: readonly (readonly [string, string, string, string, unknown])[] = [
  ["the status is the program's", "exit 7", "5000", "", { status: 7, orphans: false }],
  ["the status of a program that a signal ended", "kill -KILL $$", "5000", "", { status: 137, orphans: false }],
  ["a signal goes on", "exec sleep 600", "5000", "15", { status: 143, orphans: false }],
  ["a signal that the program handles", "trap 'exit 3' HUP; while :; do sleep 0.01; done", "5000", "1", { status: 3, orphans: false }],
  ["orphans are reaped meanwhile", "(sh -c 'exit 5' &) ; sleep 0.3; exit 4", "5000", "", { status: 4, orphans: true }],
  ["what is left gets SIGTERM", "(setsid sleep 600 &) ; exit 6", "20000", "", { status: 6, orphans: true }],
  ["what does not hear it is killed", `(setsid sh -c "trap '' TERM; while :; do sleep 1; done" &) ; sleep 0.3; exit 8`, "200", "", { status: 8, orphans: true }],
];

for (const [title, command, graceful, signal, expected] of PROGRAMS) {
  test(`run as init, as a subreaper: ${title}`, async () => {
    assert.deepEqual(await runForJson("supervise_reaper", ["init", command, graceful, signal], options), { ...(expected as object), first: false, ...NOTHING });
  });
}

/** Ways to become PID 1: the program that does so, in front of the runtime. */
const NAMESPACES: readonly (readonly [string, string, boolean])[] = [
  ["root, with /proc", "unshare -pf --mount-proc", false],
  ["an ordinary user, with /proc", "unshare -Urpf --mount-proc", true],
  ["an ordinary user, with the /proc of another namespace", "unshare -Urpf", true],
];

for (const [who, unshare, ordinary] of NAMESPACES) {
  for (const [title, command, graceful, signal, expected] of PROGRAMS) {
    test(`run as init, as PID 1 of ${who}: ${title}`, async (t) => {
      const why = ordinary ? nobody.whyNot : whyNot(unshare);
      if (why) return skip(t, why);
      const executable = ordinary ? prefixed(nobody.options.executable ?? "", unshare) : prefixed("", unshare);
      if (spawnSync(executable, ["--version"], { env: { ...process.env, ...nobody.options.env } }).status !== 0) return skip(t, "needs a user namespace that an ordinary user may make");
      assert.deepEqual(await runForJson("supervise_reaper", ["init", command, graceful, signal], { ...options, ...nobody.options, executable }), { ...(expected as object), first: true });
    });
  }
}

function whyNot(unshare: string): string | undefined {
  const [program = "", ...args] = unshare.split(" ");
  return process.getuid?.() === 0 && spawnSync(program, [...args, "true"]).status === 0 ? undefined : "needs root, and leave to make a pid namespace";
}

/** A program that starts the runtime in namespaces of its own, as nobody where `runner` does so. */
function prefixed(runner: string, unshare: string): string {
  const file = join(String(nobody.options.env?.["HOME"]), `init-${unshare.replace(/\W/g, "")}`);
  const become = runner === "" ? "" : "setpriv --reuid=65534 --regid=65534 --clear-groups";
  writeFileSync(file, `#!/bin/sh\nexec ${become} ${unshare} ${process.execPath} "$@"\n`, { mode: 0o755 });
  return file;
}
