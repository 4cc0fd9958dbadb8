/** Handlers in JavaScript, in forked children: when they run, with what, in which order, and what becomes of them. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, test } from "node:test";
import { CLD_EXITED, CLD_KILLED, describeSignal, SA_NODEFER, SI_QUEUE, SI_TKILL, SI_USER, type SignalInfo, type WaitStatus } from "../../../lib/core/mod.ts";
import { asNobody, NOBODY } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const exited = (code: number): WaitStatus => ({ kind: "exited", code, raw: code << 8 });
const signaled = (signal: number): WaitStatus => ({ kind: "signaled", signal, core: false, raw: signal });

/** A case of the fixture, what it must give, and why. */
const ROWS: readonly (readonly [string, readonly string[], unknown])[] = [
  ["a signal to oneself has run its handler when the call returns", ["before it returns"], 1],
  ["a blocked signal waits in the kernel, and its handler runs when it is unblocked", ["while blocked"], { held: [0, 12], after: 1 }],
  ["standard signals come first and once, lowest first; real-time ones in the order sent, each with its value", ["order"],
    ["1:1", "12:1", "34:1", "34:2", "34:3", "36:1", "36:2", "36:3"]],
  ["a handler's own signal waits for it, another one does not", ["nested"], "(1(2)(2)1)(1(2)(2)1)(1(2)(2)1)"],
  ["SA_NODEFER: its own signal does not wait", ["nested", String(SA_NODEFER), "", "2"], "(1(1(2)(2)1)(2)(2)1)"],
  ["a signal of its mask waits, and a second one is dropped", ["nested", "0", "SIGUSR2", "1"], "(11)(2)"],
  ["the mask inside is that of the thread, of the handler and its own signal; what the handler made of it is undone", ["mask inside"],
    { before: [], inside: [1, 10, 15, 64], after: [1] }],
  ["SA_RESETHAND: handled once, then the default action", ["once"], signaled(10)],
  ["what a handler throws is thrown by the call it ran in; it stays set", ["throws"], { first: "time 1", second: "time 2", times: 3, mask: [] }],
  ["a throw leaves the others for the next safe point", ["throws, others wait"], { error: "two", then: "12", all: "1234" }],
  ["a throw ends the read that sleeps, and no data is lost", ["a throw ends the sleep"], exited(4)],
  ["a throw when a call is done keeps its result, and comes from the next call", ["a throw after a call keeps its result"], { count: 3, then: "later", and: "none" }],
  ["sigsuspend: the handlers of the signals outside its set have run, the others wait", ["suspend"], { log: ["10"], pending: [12], mask: [10, 12] }],
  ["sigsuspend sleeps until a handler has run, then returns", ["suspend asleep"], "by parent: true; then returned"],
  ["sigsuspend throws what the handler throws, with the mask put back", ["suspend with a throw"], { message: "awake", mask: [10] }],
  ["pause sleeps until a handler has run", ["pauses"], exited(1)],
  ["ppoll with a set does not miss a signal that came before; it ends with EINTR when the handler has run", ["ppoll with a mask"], { code: "EINTR", log: 1, mask: [10] }],
  ["runPendingHandlers runs them in a long computation", ["long computation"], exited(5)],
  ["more signals than can be noted: the others wait in the kernel, none is lost, and the mask is as before", ["no room"],
    { failed: 0, inOrder: true, handled: 5000, blocked: [], pending: [] }],
  ["the same when they are unblocked by hand meanwhile", ["no room, and unblocked by hand"], { seen: 3000, mask: [] }],
  ["what finds no room in the kernel either is lost, and the handler that runs next is told how many", ["no room anywhere"],
    { handled: 1025, first: [3, null], others: true, then: "none", all: 3, child: 0 }],
  ["the same and a fork: they are the parent's", ["no room, and a fork"], { here: 1500, inTheChild: { before: 1500, after: 1, mask: [], pending: [] }, mask: [] }],
  ["10,000 real-time signals from another process arrive once, in order", ["storm"], { status: exited(7), wasRefused: false }],
  ["the same when the sender is refused again and again for want of room (RLIMIT_SIGPENDING)", ["storm", "300"], { status: exited(7), wasRefused: true }],
  ["ten children end: one SIGCHLD stands for all, one wait leaves nine zombies", ["children, one wait a signal"], { signals: 1, zombies: 9 }],
  ["ten children end: waits in a loop leave none", ["children, waits in a loop"], { signals: 1, zombies: 0 }],
  ["a forked child has the handlers, each process its own signals; so has a child's child", ["in the child"], { told: { mine: [true], deeper: [false, true] }, here: 1 }],
  ["what came before the fork is handled by the parent alone", ["noted before the fork"], { status: exited(20), here: 1 }],
  ["what is sent to the child is handled by the child alone", ["sent to the child alone"], { status: exited(11), here: 0 }],
  ["a child forked inside a handler goes on inside it", ["fork inside a handler"], { status: exited(6), log: ["10"], mask: [] }],
  ["exec: a handler becomes the default, ignored stays, nothing is blocked", ["over exec"], { blocked: 0, ignored: true, caught: false }],
  ["sigaction gives the handler, its mask and flags back, and puts them in place again", ["what was there"], {
    actions: ["default", "handler", "handler", "handler", "ignore"], same: [true, true, true], second: { flags: SA_NODEFER, mask: [15] }, now: "default", caught: false,
  }],
  ["set back to the default, the signal ends the process", ["set back, it ends"], signaled(10)],
  ["what came before a change is for the handler that was there", ["what came before is handled"], ["old 1", "old 2", "new 3"]],
  ["a signal that comes before a child's run is over is handled", ["at the end"], { told: "ran", status: exited(0) }],
  ["a handler that throws then ends the child with status 1", ["at the end, a throw"], exited(1)],
  ["a stopped process that goes on handles SIGCONT, and its read goes on", ["a stop and a continue"], exited(2)],
];

const nobody = asNobody();
after(nobody.remove);

for (const { as, uid, whyNot, options } of [{ as: "", uid: process.getuid?.(), whyNot: undefined, options: {} }, { ...nobody, as: "; as nobody", uid: NOBODY }]) {
  const calls = [...ROWS.map(([, args]) => args), ["info"]].map((args) => JSON.stringify(args));
  const told = whyNot === undefined ? runForJson<unknown[]>("signal_handlers", ["each", ...calls], { ...options, deadline: 60_000 }) : Promise.resolve([]);
  for (const [i, [what, , expected]] of ROWS.entries()) {
    test(`${what}${as}`, async (t) => {
      if (whyNot !== undefined) return skip(t, whyNot);
      assert.deepEqual((await told)[i], expected);
    });
  }

  test(`a handler is told where its signal comes from, in words too${as}`, async (t) => {
    if (whyNot !== undefined) return skip(t, whyNot);
    const { me, exits, killed, got } = (await told).at(-1) as { me: number; exits: number; killed: number; got: SignalInfo[] };
    assert.deepEqual(got, [
      { signal: 10, code: SI_USER, pid: me, uid },
      { signal: 10, code: SI_TKILL, pid: me, uid },
      { signal: 10, code: SI_TKILL, pid: me, uid },
      { signal: 10, code: SI_QUEUE, pid: me, uid, value: -7 },
      { signal: 17, code: CLD_EXITED, pid: exits, uid, status: 9 },
      { signal: 17, code: CLD_KILLED, pid: killed, uid, status: 9 },
    ]);
    assert.deepEqual(got.map(describeSignal), [
      `SIGUSR1 from process ${me} of user ${uid} (SI_USER)`,
      `SIGUSR1 from process ${me} of user ${uid}, to one thread (SI_TKILL)`,
      `SIGUSR1 from process ${me} of user ${uid}, to one thread (SI_TKILL)`,
      `SIGUSR1 from process ${me} of user ${uid}, with the value -7 (SI_QUEUE)`,
      `SIGCHLD: child ${exits} of user ${uid} exited with 9 (CLD_EXITED)`,
      `SIGCHLD: child ${killed} of user ${uid} was ended by SIGKILL (CLD_KILLED)`,
    ]);
  });
}
