/** POSIX timers: signals, values, threads, clocks, intervals, and what fork and exec make of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock_gettime, PosixTimer, SI_TIMER, timer_create, timer_settime, timerfd_create } from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

/** A case of the fixture, what it must give, and why; each in a forked child. */
const ROWS: readonly (readonly [string, string, unknown])[] = [
  ["a timer expires once: SI_TIMER with its value, no sender, and is no longer set", "once",
    { unset: { value: 0, interval: 0 }, signal: 12, timer: true, value: -9, overrun: 0, pid: "none", left: { value: 0, interval: 0 }, again: "none" }],
  ["without an event: SIGALRM, with the timer's id as its value", "by default", { signal: 14, value: true }],
  ["expiries while the signal is pending are counted, and the timer goes on once it is taken", "interval", { several: true, same: true, next: 12, interval: 2, stopped: true }],
  ["SIGEV_NONE: no signal, the time left tells", "tells nobody", { running: true, interval: 250, pending: [] }],
  ["SIGEV_THREAD_ID: pending for the thread; SIGEV_SIGNAL: for the process", "to a thread", { pending: [10], process: [12], ways: ["signal/pid", "signal/tid"] }],
  ["a time of the clock, by four clocks, never early; one that is over at once", "absolute",
    ["CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME", "CLOCK_TAI"].map((clock) => ({ clock, signal: 14, late: true, over: 14 }))],
  ["a clock of processor time stands still while the process sleeps", "processor time", { asleep: "none", used: true }],
  ["a forked child inherits no timer, and the object harms none of its own", "fork", { inherited: { none: 0, code: "EINVAL", kept: { value: 0, interval: 0 }, own: 1 }, here: true }],
  ["exec takes timers away", "exec", "0"],
  ["a deleted timer is gone: EINVAL; so is one at the end of its scope", "deleted", { codes: ["EINVAL", "EINVAL", "EINVAL", "EINVAL"], scoped: "EINVAL", left: 0 }],
  ["the timer by which the library reminds calls is out of reach", "the library's own", { some: true, codes: ["EINVAL"], left: true }],
  ["a hundred timers with real-time signals: each signal comes", "many", { all: 100, left: 0 }],
  ["the signal does what it does by default", "a default action", { kind: "signaled", signal: 15, core: false, raw: 15 }],
];

const told = runForJson<unknown[]>("signal_timers", ["each", ...ROWS.map(([, name]) => JSON.stringify([name]))]);
for (const [i, [what, , expected]] of ROWS.entries()) test(what, async () => assert.deepEqual((await told)[i], expected));

test("RLIMIT_SIGPENDING is met: EAGAIN", async () => {
  const [failure] = await runForJson<{ code: string; syscall: string }[]>("signal_timers", ["each", '["no room"]']);
  assert.deepEqual([failure?.code, failure?.syscall], ["EAGAIN", "timer_create"]);
});

test("an unknown clock, a thread of another process, an unknown timer: EINVAL, with a word on fork; a clock without timers: ENOTSUP", async () => {
  const [codes] = await runForJson<unknown[][]>("signal_timers", ["each", '["errors of the kernel"]']);
  const foreign = codes?.pop() as { code: string; message: string };
  assert.deepEqual(codes, ["EINVAL", "EINVAL", "ENOTSUP"]);
  assert.match(foreign.message, /^timer_gettime\(2147483647\): EINVAL, .*a forked child inherits none/);
});

test("in the main process the event loop runs the handler of a timer's signal, expiry by expiry", async () => {
  assert.deepEqual(await runForJson("signal_timers", ["handled by the event loop"]), Array.from({ length: 3 }, () => ({ signal: 10, code: SI_TIMER, value: 11, counted: true })));
});

test("beside the runtime's threads a timer's signal to the calling thread is taken as a value", async () => {
  assert.equal(await runForJson("signal_timers", ["to the thread of the program"], { safe: false }), 5);
});

test("a spawned program has none of the timers", async () => assert.equal(await runForJson("signal_timers", ["of a spawned program"]), "0"));

const wrong = (value: unknown): never => value as never;

/** What is wrong, the call, what the message says. */
const REFUSED: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["an unknown clock", () => timer_create(wrong("CLOCK_X")), /^Cannot timer_create: clockid is "CLOCK_X", must be a known clock/],
  ["a property of every object", () => timer_create(wrong("CLOCK_toString")), /clockid is "CLOCK_toString"/],
  ["a constant that is no clock", () => clock_gettime(wrong("EPOLLIN")), /^Cannot clock_gettime: clockid is "EPOLLIN"/],
  ["a clock by which no descriptor counts", () => timerfd_create("CLOCK_TAI"), /^Cannot timerfd_create: clockid is 11, must be CLOCK_REALTIME/],
  ["SIGEV_THREAD", () => timer_create(1, { notify: 2 }), /notify is 2, must be SIGEV_SIGNAL, SIGEV_NONE or SIGEV_THREAD_ID/],
  ["libc's signal", () => timer_create(1, { signal: 32 }), /signal is 32, must be a signal that libc does not keep for itself/],
  ["signal 0", () => timer_create(1, { signal: 0 }), /signal is 0/],
  ["a value of 33 bits", () => new PosixTimer({ value: 2 ** 31 }), /value is 2147483648/],
  ["thread 0", () => timer_create(1, { notify: 4, tid: 0 }), /tid is 0/],
  ["an event as text", () => timer_create(1, wrong("SIGALRM")), /options is "SIGALRM"/],
  ["a negative timer", () => timer_settime(-1, 0, { value: 0 }), /timerid is -1/],
  ["an unknown flag", () => timer_settime(0, 2, { value: 0 }), /flags is 2/],
  ["no setting", () => timer_settime(0, 0, wrong(undefined)), /setting is undefined/],
  ["a negative time", () => timer_settime(0, 0, { value: -1 }), /value is -1/],
  ["an endless interval", () => timer_settime(0, 0, { value: 1, interval: Infinity }), /interval is Infinity/],
];
for (const [what, call, message] of REFUSED) test(`refused: ${what}`, () => assert.throws(call, { message }));
