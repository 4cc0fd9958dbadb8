/** Masks, pending signals, dispositions, and signals taken as values with what comes with them. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, test } from "node:test";
import { SI_QUEUE, SI_TKILL, SI_USER, type SignalInfo, type WaitStatus } from "../../../lib/core/mod.ts";
import { asNobody, NOBODY } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const run = <T = unknown>(name: string, ...args: string[]): Promise<T> => runForJson<T>("signal_cases", [name, ...args]);
const nobody = asNobody();
after(nobody.remove);

const exited = (code: number): WaitStatus => ({ kind: "exited", code, raw: code << 8 });
const signaled = (signal: number): WaitStatus => ({ kind: "signaled", signal, core: false, raw: signal });

/** A case of the fixture, what it must give, and why. */
const ROWS: readonly (readonly [string, readonly string[], unknown])[] = [
  ["the mask: blocked, unblocked, asked, set; SIGKILL and SIGSTOP cannot be blocked", ["mask"], {
    start: [], steps: [[], [10, 12, 64], [10, 64], [10, 64], [1]], seen: [1],
  }],
  ["all that can be blocked are: 64 less libc's two, SIGKILL and SIGSTOP", ["everything"], 60],
  ["fork and exec keep the mask", ["inherited"], { fork: [12], exec: [12] }],
  ["pending: the thread's and the process's; a forked child has none", ["pending"], {
    none: [], both: [12, 15], thread: [15], process: [12], child: [],
  }],
  ["a pending signal is delivered when it is unblocked", ["unblocked"], signaled(15)],
  ["withBlocked puts the mask back, also after a throw", ["within"], { before: [], inside: [12], error: "inside", after: [] }],
  ["standard signals before real-time ones, lowest first; of a standard one the second is lost, real-time ones keep their order", ["order"],
    ["1:1", "12:1", "34:1", "34:2", "36:1", "36:2"]],
  ["sigtimedwait gives undefined after its time, at 0 at once", ["timeout"], { none: "none", waited: true, now: "none", empty: "none" }],
  ["sigtimedwait takes only what it was asked for", ["only those asked for"], { none: "none", left: [1], taken: 1, then: [] }],
  ["sigwaitinfo goes on after a stop and a continue", ["interrupted", "for ever"], exited(12)],
  ["sigtimedwait goes on after a stop and a continue", ["interrupted", "timed"], exited(12)],
  ["sigsuspend takes a signal that came before", ["suspend"], { held: true, pending: false, blocked: true, heard: 1 }],
  ["sigsuspend sleeps until a signal comes", ["suspend asleep"], exited(0)],
  ["sigsuspend lets a signal end the process", ["suspend ends"], signaled(15)],
  ["sigaction gives what was there before, and can only ask", ["action"], ["default", "ignore", "default", "default"].map((action) => ({ action, flags: 0, mask: [] }))],
  ["an ignored real-time signal is ignored in /proc", ["action in /proc"], [true, false]],
  ["a signal set back to its default ends the process", ["default ends"], signaled(12)],
  ["a runtime's handler is put back", ["handler"], { before: "handler", ignored: "ignore", now: "handler", heard: 1 }],
  ["only what sigaction returned names a handler", ["forged"], ["ERR_INVALID_ARG_VALUE", "TypeError"]],
  ["an ignored signal stays ignored over fork and exec", ["action inherited"], { fork: "ignore", exec: true }],
  ["a handler becomes the default over exec", ["action of a handler over exec"], { here: "handler", caught: false }],
  ["ignoring a signal throws away what is pending", ["action throws pending away"], []],
  ["SIGCHLD ignored: children leave no zombie", ["no zombies", "ignored"], { wait: "ECHILD", flags: 0 }],
  ["SA_NOCLDWAIT: children leave no zombie", ["no zombies", "flag"], { wait: "ECHILD", flags: 2 }],
  ["sigqueue fails with EAGAIN when no more can be queued; a standard signal by kill comes", ["queue full"], { rt: "EAGAIN", standard: 12 }],
  ["tgkill makes a signal pending for the thread; an unknown thread fails with ESRCH", ["to one thread"], { pending: [12], shared: [], gone: "ESRCH" }],
];

/** Cases with a handler of the runtime, which is served by its event loop: not in a forked child. */
const WITH_HANDLER = ["suspend", "suspend asleep", "handler", "forged", "action of a handler over exec"];
const [alone, together] = [true, false].map((wanted) => ROWS.filter(([, [name = ""]]) => WITH_HANDLER.includes(name) === wanted));

for (const [what, args, expected] of alone ?? []) {
  test(what, async () => assert.deepEqual(await run(args[0] ?? "", ...args.slice(1)), expected));
}

/** The other cases in one run, each in a child, and where signals come from; as the test's user and as nobody. */
type Origins = Record<"kill" | "raise" | "tgkill" | "queue" | "exits" | "killed", SignalInfo> & { me: number; children: number[] };
const calls = ["each", ...[...(together ?? []).map(([, args]) => args), ["origins"], ["from a child"]].map((args) => JSON.stringify(args))];

for (const { as, uid, whyNot, options } of [{ as: "", uid: process.getuid?.(), whyNot: undefined, options: {} }, { ...nobody, as: "; as nobody", uid: NOBODY }]) {
  const told = whyNot === undefined ? runForJson<unknown[]>("signal_cases", calls, options) : Promise.resolve([]);
  for (const [i, [what, , expected]] of (together ?? []).entries()) {
    test(`${what}${as}`, async (t) => {
      if (whyNot !== undefined) return skip(t, whyNot);
      assert.deepEqual((await told)[i], expected);
    });
  }

  test(`where a signal comes from: kill, raise, tgkill, sigqueue, children${as}`, async (t) => {
    if (whyNot !== undefined) return skip(t, whyNot);
    assertOrigins((await told).at(-2) as Origins, uid);
  });

  test(`a value of 32 bits arrives from another process${as}`, async (t) => {
    if (whyNot !== undefined) return skip(t, whyNot);
    assert.deepEqual((await told).at(-1), { same: true, signal: 37, code: SI_QUEUE, pid: 0, uid, value: 2147483647 });
  });
}

function assertOrigins({ me, children, exits, killed, ...sent }: Origins, uid: number | undefined): void {
  assert.deepEqual(sent, {
    kill: { signal: 12, code: SI_USER, pid: me, uid },
    raise: { signal: 12, code: SI_TKILL, pid: me, uid },
    tgkill: { signal: 12, code: SI_TKILL, pid: me, uid },
    queue: { signal: 12, code: SI_QUEUE, pid: me, uid, value: -7 },
  });
  assert.deepEqual([exits, killed].map(({ signal, code, status, uid: by }) => [signal, code, status, by]), [[17, 1, 9, uid], [17, 2, 9, uid]], "CLD_EXITED with 9, CLD_KILLED by 9");
  assert.deepEqual([exits.pid, killed.pid].sort(), children.sort());
}

test("tgkill: a thread of another process fails with ESRCH", async (t) => {
  const told = await run<{ stranger?: string; threads?: number }>("another thread");
  if (told.threads === 1) t.diagnostic("the runtime has one thread");
  else assert.equal(told.stranger, "ESRCH");
});
