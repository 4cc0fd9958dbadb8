/** Bad input is refused before the call. Nothing here reaches the kernel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  getpid, onSignal, readSignals, SIG_BLOCK, sigaction, signalfd, SignalFd, signalReceivers, sigprocmask, sigqueue, sigsuspend, sigtimedwait, sigwaitinfo, tgkill, withBlocked,
} from "../../../lib/core/mod.ts";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";
const wrong = (value: unknown): never => value as never;

/** What is wrong, the call, the code, the message. */
const ROWS: readonly (readonly [string, () => unknown, string, RegExp])[] = [
  ["sigprocmask: how 3", () => sigprocmask(3, []), RANGE, /^Cannot sigprocmask: how is 3, must be an integer from 0 to 2$/],
  ["sigprocmask: how as text", () => sigprocmask(wrong("SIG_BLOCK"), []), TYPE, /how is "SIG_BLOCK"/],
  ["sigprocmask: one signal, no set", () => sigprocmask(SIG_BLOCK, wrong("SIGUSR1")), TYPE, /signals is "SIGUSR1", must be an array of signal names or numbers/],
  ["sigprocmask: no set", () => sigprocmask(SIG_BLOCK, wrong(undefined)), TYPE, /signals is undefined/],
  ["sigprocmask: an unknown name", () => sigprocmask(SIG_BLOCK, [wrong("SIGX")]), VALUE, /signal is "SIGX", must be a known signal/],
  ["sigprocmask: signal 0", () => sigprocmask(SIG_BLOCK, [0]), RANGE, /signal is 0/],
  ["sigprocmask: signal 65", () => sigprocmask(SIG_BLOCK, [65]), RANGE, /signal is 65/],
  ["sigprocmask: an undefined signal", () => sigprocmask(SIG_BLOCK, [wrong(undefined)]), TYPE, /signal is undefined/],
  ["sigprocmask: libc's signal", () => sigprocmask(SIG_BLOCK, [33]), RANGE, /signal is 33, must be a signal that libc does not keep for itself/],
  ["sigprocmask: a BigInt", () => sigprocmask(SIG_BLOCK, [wrong(9n)]), TYPE, /signal is 9n/],
  ["withBlocked: no function", () => withBlocked([], wrong(1)), TYPE, /run is 1, must be a function/],
  ["withBlocked: NaN", () => withBlocked([Number.NaN], () => 0), RANGE, /signal is NaN/],
  ["sigsuspend: null", () => sigsuspend(wrong(null)), TYPE, /signals is null/],
  ["sigwaitinfo: an object", () => sigwaitinfo(wrong({})), TYPE, /signals is an object/],
  ["sigtimedwait: a negative time", () => sigtimedwait([], -1), RANGE, /timeout is -1/],
  ["sigtimedwait: no time", () => sigtimedwait([], wrong(undefined)), TYPE, /timeout is undefined/],
  ["sigtimedwait: for ever", () => sigtimedwait([], Infinity), RANGE, /timeout is Infinity/],
  ["sigqueue: a group", () => sigqueue(-1, 10), RANGE, /pid is -1/],
  ["sigqueue: a value of 33 bits", () => sigqueue(getpid(), 0, 2 ** 31), RANGE, /value is 2147483648/],
  ["sigqueue: a value as text", () => sigqueue(getpid(), 0, wrong("1")), TYPE, /value is "1"/],
  ["tgkill: thread 0", () => tgkill(getpid(), 0, 0), RANGE, /tid is 0/],
  ["tgkill: process 0", () => tgkill(0, 1, 0), RANGE, /tgid is 0/],
  ["tgkill: an unknown signal", () => tgkill(1, 1, wrong("SIGRTMAX+1")), VALUE, /signal is "SIGRTMAX\+1"/],
  ["sigaction: signal 0", () => sigaction(0), RANGE, /signal is 0/],
  ["sigaction: a function", () => sigaction("SIGUSR2", wrong(() => 0)), VALUE, /action is a function, must be "default", "ignore", an object with a handler, or what sigaction returned/],
  ["sigaction: a handler that is no function", () => sigaction("SIGUSR2", { handler: wrong("x") }), TYPE, /handler is "x", must be a function/],
  ["sigaction: a handler's mask that is no set", () => sigaction("SIGUSR2", { handler() {}, mask: wrong("SIGINT") }), TYPE, /mask is "SIGINT", must be an array/],
  ["sigaction: libc's signal in a mask", () => sigaction("SIGUSR2", { handler() {}, mask: [32] }), RANGE, /signal is 32/],
  ["sigaction: an unknown flag of a handler", () => sigaction("SIGUSR2", { handler() {}, flags: 0x20 }), RANGE, /flags is 32/],
  ["sigaction: negative flags of a handler", () => sigaction("SIGUSR2", { handler() {}, flags: -1 }), RANGE, /flags is -1/],
  ...(["SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS"] as const).map((signal) => [
    `sigaction: a handler for ${signal}`, () => sigaction(signal, { handler() {} }), VALUE, new RegExp(`signal is "${signal}", must be one after which the program can go on`),
  ] as const),
  ["onSignal: no handler", () => onSignal("SIGUSR2", wrong(undefined)), TYPE, /handler is undefined, must be a function/],
  ["onSignal: an unknown signal", () => onSignal(wrong("SIGX"), () => {}), VALUE, /signal is "SIGX"/],
  ["onSignal: one of several is a fault", () => onSignal(["SIGUSR2", "SIGSEGV"], () => {}), VALUE, /signal is "SIGSEGV"/],
  ["onSignal: null", () => onSignal(wrong(null), () => {}), TYPE, /signal is null/],
  ["onSignal: options as a number", () => onSignal("SIGUSR2", () => {}, wrong(1)), TYPE, /options is 1/],
  ["onSignal: once as a number", () => onSignal("SIGUSR2", () => {}, { once: wrong(1) }), TYPE, /once is 1, must be a boolean/],
  ["sigaction: null", () => sigaction("SIGUSR2", wrong(null)), VALUE, /action is null/],
  ["sigaction: SA_SIGINFO", () => sigaction("SIGUSR2", "ignore", 4), RANGE, /flags is 4/],
  ["signalfd: -2", () => signalfd(-2, []), RANGE, /fd is -2/],
  ["signalfd: an unknown flag", () => signalfd(-1, [], 1), RANGE, /flags is 1/],
  ["SignalFd.open: an unknown name", () => SignalFd.open([wrong("x")]), VALUE, /^Cannot open a SignalFd: signal is "x"/],
  ["readSignals: none", () => readSignals(0, 0), RANGE, /most is 0/],
  ["readSignals: a negative descriptor", () => readSignals(-1), RANGE, /fd is -1/],
  ["signalReceivers: a number", () => signalReceivers(wrong(9)), TYPE, /signals is 9/],
];

/** The runtime that runs all tests in one process may handle it by now. */
const before = sigaction("SIGUSR2");
for (const [what, call, code, message] of ROWS) {
  test(`refused before the call: ${what}`, () => {
    assert.throws(call, (error: unknown) => {
      assert.ok(error instanceof (code === RANGE ? RangeError : TypeError), String(error));
      assert.equal((error as { code?: string }).code, code);
      assert.match((error as Error).message, message);
      return true;
    });
  });
}

test("a set of signals of which one is refused leaves the others as they were", () => assert.deepEqual(sigaction("SIGUSR2"), before));

for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
  test(`a handler for ${signal} fails with EINVAL`, () => assert.throws(() => sigaction(signal, { handler() {} }), /^SystemError: sigaction\("SIG[A-Z]+"\): EINVAL, no process can handle this signal/));
  test(`sigaction of ${signal} fails with EINVAL`, () => assert.throws(() => sigaction(signal, "ignore"), /^SystemError: sigaction\("SIG[A-Z]+", "ignore", 0\): EINVAL/));
}
