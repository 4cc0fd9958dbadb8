/** The call tap: what is told of each call to libc, and what a listener can not break. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FUNCTIONS, SYSCALLS } from "../../../lib/core/calls/functions.ts";
import { callAsync } from "../../../lib/core/async/call.ts";
import { allocate, libc } from "../../../lib/ffi/mod.ts";
import {
  AF_INET, AF_UNIX, callText, type CallEvent, close, dup2, execv, F_GETFD, F_OFD_SETLK, F_WRLCK, fcntl, fcntlLock, getpid, getppid, gettid, isCall, kcmp, KCMP_FILE, kill,
  memfd_create, MFD_CLOEXEC, O_APPEND, O_CLOEXEC, O_CREAT, O_RDONLY, O_RDWR, O_SYNC, onCall, open, pipe2, poll, POLLIN, POLLOUT, proc, read, receiveDescriptor,
  IPPROTO_TCP, sendDescriptor, setsockopt, SIG_BLOCK, SIG_SETMASK, sigprocmask, SO_REUSEADDR, SOCK_SEQPACKET, SOCK_STREAM, socket, socketpair, SOL_SOCKET, TCP_NODELAY, SystemError, tapCalls, write,
} from "../../../lib/core/mod.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";
import { root } from "../../helpers/forkscope.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const NOBODY = 0x7ffffff0; // above every pid_max

/** What is told while `body` runs. */
function tapped(body: () => void): CallEvent[] {
  const events: CallEvent[] = [];
  using _tap = tapCalls((event) => void events.push(event));
  body();
  return events;
}

/** The one call of this name that is told while `body` runs. */
function only(call: string, body: () => void): CallEvent {
  const [event, more] = tapped(body).filter((one) => one.call === call);
  assert.ok(event && !more, `one ${call}`);
  return event;
}

/** Call, arguments, result and errno's name: [what, body, call, args, outcome]. */
const [r, w] = pipe2();
const ROWS: [string, () => void, string, Record<string, unknown>, number | string][] = [
  ["a path and flags", () => close(open("/dev/null", O_RDWR | O_APPEND)), "openat", { dirfd: "AT_FDCWD", pathname: "/dev/null", flags: ["O_RDWR", "O_APPEND"], mode: 0o666 }, 0],
  ["a flag of several bits stands for them", () => close(open("/dev/null", O_RDONLY | O_SYNC)), "openat", { dirfd: "AT_FDCWD", pathname: "/dev/null", flags: ["O_RDONLY", "O_SYNC"], mode: 0o666 }, 0],
  ["a path in other letters", () => codeOf(() => open("/нет/没有", O_RDONLY)), "openat", { dirfd: "AT_FDCWD", pathname: "/нет/没有", flags: ["O_RDONLY"], mode: 0o666 }, "ENOENT"],
  ["mode of a file to be made", () => codeOf(() => open("/proc/nothing/x", O_CREAT | O_RDWR, 0o640)), "openat", { dirfd: "AT_FDCWD", pathname: "/proc/nothing/x", flags: ["O_RDWR", "O_CREAT"], mode: 0o640 }, "ENOENT"],
  ["a process that is not there", () => codeOf(() => kill(NOBODY, "SIGTERM")), "kill", { pid: NOBODY, sig: "SIGTERM" }, "ESRCH"],
  ["the null signal", () => kill(getpid(), 0), "kill", { pid: getpid(), sig: 0 }, 0],
  ["a real-time signal", () => codeOf(() => kill(NOBODY, 40)), "kill", { pid: NOBODY, sig: "SIGRTMIN+6" }, "ESRCH"],
  ["bytes that go in", () => write(w, "hello"), "write", { fd: w, buf: { bytes: 5, text: "hello" }, count: 5 }, 5],
  ["bytes that come out: as many as came", () => read(r, new Uint8Array(100)), "read", { fd: r, buf: { bytes: 5, text: "hello" }, count: 100 }, 5],
  ["a read that fails", () => codeOf(() => read(w, new Uint8Array(9))), "read", { fd: w, buf: undefined, count: 9 }, "EBADF"],
  ["more bytes than are shown", () => { write(w, "x".repeat(99)); read(r, new Uint8Array(99)); }, "write", { fd: w, buf: { bytes: 99, text: "x".repeat(32) }, count: 99 }, 99],
  ["no byte", () => write(w, ""), "write", { fd: w, buf: { bytes: 0, text: "" }, count: 0 }, 0],
  ["poll, with what was found", () => poll([{ fd: r, events: POLLIN }, { fd: w, events: POLLOUT }], 0), "poll",
    { fds: [{ fd: r, events: ["POLLIN"], revents: [] }, { fd: w, events: ["POLLOUT"], revents: ["POLLOUT"] }], nfds: 2, timeout: 0 }, 1],
  ["a system call made by number", () => kcmp(getpid(), getpid(), KCMP_FILE, r, r), "kcmp", { pid1: getpid(), pid2: getpid(), type: "KCMP_FILE", idx1: r, idx2: r }, 0],
  ["a choice", () => fcntl(r, F_GETFD), "fcntl", { fd: r, op: "F_GETFD", arg: 0 }, 0],
  ["a choice the kernel does not know", () => codeOf(() => kcmp(getpid(), getpid(), 99)), "kcmp", { pid1: getpid(), pid2: getpid(), type: 99, idx1: 0, idx2: 0 }, "EINVAL"],
  ["no arguments", () => getppid(), "getppid", {}, getppid()],
];

for (const [what, body, call, args, outcome] of ROWS) {
  test(`told: ${what}`, () => {
    const event = only(call, body);
    assert.deepEqual(event.args, args);
    assert.deepEqual(Object.keys(event.args), Object.keys(args), "in the order of the manual page");
    if (typeof outcome === "string") {
      assert.deepEqual([event.result, event.code], [-1, outcome]);
      assert.ok(event.errno > 0);
    } else {
      assert.deepEqual([event.errno, event.code], [0, undefined]);
      assert.ok(call === "openat" || event.result === outcome, `result ${event.result}`);
    }
  });
}

test("told: descriptors that a call makes, and those in a message", () => {
  withoutLeak(() => {
    let pair: number[] = [];
    const made = only("socketpair", () => { pair = socketpair(AF_UNIX, SOCK_SEQPACKET, 0); });
    assert.deepEqual(made.args, { domain: "AF_UNIX", type: ["SOCK_SEQPACKET"], protocol: 0, sv: pair });
    const [a = -1, b = -1] = pair;
    const sent = only("sendmsg", () => { sendDescriptor(a, r); });
    assert.ok(isCall(sent, "sendmsg"));
    assert.deepEqual([sent.args.msg?.fds, sent.args.msg?.bytes], [[r], 1]);
    let got = -1;
    const received = only("recvmsg", () => { got = receiveDescriptor(b).take(); });
    assert.ok(isCall(received, "recvmsg"));
    assert.deepEqual([received.args.msg?.fds, received.args.msg?.bytes, received.args.flags], [[got], 1, ["MSG_CMSG_CLOEXEC"]]);
    [...pair, got].forEach(close);
  });
});

test("told: a pair that was not made is undefined", () => {
  const event = only("socketpair", () => codeOf(() => socketpair(AF_UNIX, SOCK_SEQPACKET, 99)));
  assert.ok(isCall(event, "socketpair"));
  assert.deepEqual([event.args.sv, event.code], [undefined, "EPROTONOSUPPORT"]);
});

test("told: sets of signals, what was and what is", () => {
  const events = tapped(() => {
    const before = sigprocmask(SIG_BLOCK, ["SIGUSR2", "SIGRTMAX"]);
    sigprocmask(SIG_SETMASK, before as []);
  }).filter((event) => isCall(event, "sigprocmask"));
  assert.deepEqual(events.map(({ args }) => args.how), ["SIG_BLOCK", "SIG_SETMASK"]);
  assert.deepEqual(events[0]?.args.set, ["SIGUSR2", "SIGRTMAX"]);
  assert.ok(["SIGUSR2", "SIGRTMAX"].every((name) => events[1]?.args.oldset?.includes(name)));
});

test("told: a lock in the argument of fcntl", () => {
  withoutLeak(() => {
    const fd = memfd_create("locked", MFD_CLOEXEC);
    const event = only("fcntl", () => { fcntlLock(fd, F_OFD_SETLK, { type: F_WRLCK, start: 7, length: 3 }); });
    assert.deepEqual(event.args, { fd, op: "F_OFD_SETLK", arg: { type: "F_WRLCK", start: 7, length: 3, pid: 0 } });
    close(fd);
  });
});

test("told: exec before it is made, and when it fails", () => {
  const events = tapped(() => codeOf(() => execv("/proc/nothing", ["name", "", "a b"]))).filter(({ call }) => call.startsWith("exec"));
  assert.deepEqual(events.map(({ result, code }) => [result, code]), [[undefined, undefined], [-1, "ENOENT"]]);
  assert.ok(events.every(({ args }) => args["pathname"] === "/proc/nothing" && JSON.stringify(args["argv"]) === '["name","","a b"]'));
});

test("told: who, when, how long, and from which public call", () => {
  const before = Date.now();
  const event = only("poll", () => { poll([], 20); });
  assert.deepEqual([event.pid, event.tid, event.by], [getpid(), gettid(), "poll"]);
  assert.ok(Number.isInteger(event.duration) && event.duration >= 19.9e6, `${event.duration} ns`);
  assert.ok(event.time > before - 1000 && event.time < Date.now() + 1000, "the clock of the system");
  assert.equal(only("readlinkat", () => { proc.fdLink(getpid(), r); }).by, "proc.fdLink");
});

test("told as a line of text", () => {
  const failed = only("openat", () => codeOf(() => open("/proc/nothing", O_RDONLY | O_CLOEXEC)));
  assert.match(callText(failed), /^openat\(AT_FDCWD, "\/proc\/nothing", O_RDONLY\|O_CLOEXEC, 0666\) = -1 ENOENT <\d+\.\d{6}>$/);
  assert.match(callText(only("dup2", () => dup2(r, r))), /^dup2\(\d+, \d+\) = \d+ <\d+\.\d{6}>$/);
  const long = { ...failed, call: "write", args: { fd: 1, buf: { bytes: 99, text: 'say "hi"\n' }, count: 99 } };
  assert.match(callText(long), /^write\(1, "say \\"hi\\"\\n"\.\.\., 99\)/);
});

test("the caller finds its own errno, whatever the listener calls", () => {
  using tap = tapCalls(() => { codeOf(() => read(NOBODY, new Uint8Array(1))); });
  assert.equal(codeOf(() => open("/proc/nothing", O_RDONLY)), "ENOENT");
  assert.throws(() => kill(NOBODY, "SIGTERM"), (error) => error instanceof SystemError && error.is("ESRCH"));
  assert.equal(tap.failures, 0);
});

test("a listener may read /proc in the middle of a read of /proc", () => {
  const expected = proc.cmdline(getpid());
  let seen = 0;
  using tap = tapCalls(() => { seen += proc.fdTable(getpid()).length + proc.unixSockets().length; });
  assert.deepEqual(proc.cmdline(getpid()), expected);
  assert.equal(proc.stat(getpid()).pid, getpid());
  assert.deepEqual([seen > 0, tap.failures], [true, 0]);
});

test("a listener that throws breaks nothing and is counted", () => {
  const words = new Error("mine");
  using tap = tapCalls(() => { throw words; });
  assert.ok(getppid() > 0);
  close(open("/dev/null", O_RDONLY));
  assert.equal(tap.failures, 3);
  assert.equal(tap.failure, words);
});

test("calls of a listener are not told, to no listener", () => {
  const names: string[] = [];
  using one = tapCalls(({ call }) => { names.push(`1 ${call}`); getpid(); });
  using two = tapCalls(({ call }) => { names.push(`2 ${call}`); getpid(); });
  getppid();
  assert.deepEqual(names, ["1 getppid", "2 getppid"]);
  one.close();
  one.close();
  getppid();
  assert.deepEqual(names.slice(2), ["2 getppid"], "a tap closed twice takes only itself off");
  two.close();
  getppid();
  assert.equal(names.length, 3);
});

test("off it costs nothing: the table holds the functions themselves again", () => {
  const { getpid: plain, read: reading } = libc();
  const tap = tapCalls(() => {});
  assert.notEqual(libc().getpid, plain);
  tap.close();
  assert.equal(libc().getpid, plain);
  assert.equal(libc().read, reading);
});

test("onCall() hears names beside a tap, and what it throws is dropped", () => {
  const heard: string[] = [];
  onCall((name) => { heard.push(name); getpid(); throw new Error("mine"); });
  using tap = tapCalls(() => {});
  try {
    getppid();
    tap.close();
    getppid();
  } finally {
    onCall(undefined);
  }
  getppid();
  assert.deepEqual(heard, ["getppid", "getppid"]);
});

for (const [what, call] of [
  ["tapCalls: a text", () => tapCalls("log" as never)], ["tapCalls: nothing", () => tapCalls(undefined as never)], ["onCall: a number", () => onCall(1 as never)], ["onCall: null", () => onCall(null as never)],
] as const) {
  test(`refused before the call: ${what}`, () => assert.throws(call, { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }));
}

test("told: an option by the names of its level", () => {
  const fd = socket(AF_INET, SOCK_STREAM);
  const names = tapped(() => {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    codeOf(() => setsockopt(fd, 250, 1, 1));
  }).filter((event) => isCall(event, "setsockopt")).map(({ args }) => [args.level, args.optname, args.optval]);
  assert.deepEqual(names, [["IPPROTO_TCP", "TCP_NODELAY", 1], ["SOL_SOCKET", "SO_REUSEADDR", 1], [250, 1, 1]]);
  close(fd);
});

test("told: a call that waits on a thread of its own, by that thread, with what came of it", async () => {
  const [from, to] = pipe2();
  const events: CallEvent[] = [];
  using tap = tapCalls((event) => void events.push(event));
  const room = allocate(10);
  const waiting = callAsync("read", [from, room.address, 10], { call: "read", args: [], signal: undefined });
  write(to, "late");
  assert.equal(await waiting, 4);
  tap.close();
  const event = events.find(({ call }) => call === "read");
  assert.ok(event && isCall(event, "read"), "a read");
  assert.deepEqual([event.args.fd, event.args.buf, event.result], [from, { bytes: 4, text: "late" }, 4]);
  assert.notEqual(event.tid, gettid());
  assert.equal(room.text(0, 4), "late"); // and nobody had the room meanwhile: it is in use until here
  [from, to].forEach(close);
});

test("every C function and system call that the library makes has its arguments described", () => {
  const described = new Set([...Object.keys(FUNCTIONS), ...Object.keys(SYSCALLS)]);
  const made = new Map<string, string>();
  for (const file of readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" }).filter((name) => /^(core|ffi)\/.*\.ts$/.test(name))) {
    const text = readFileSync(join(root, "lib", file), "utf8");
    for (const [, name = ""] of text.matchAll(/^ *(?:const |return |=> ?)?.*?\b(\w+): (?:f\(|\{ args: \[)/gm)) made.set(name, file);
    for (const [, name = ""] of text.matchAll(/\b(?:syscallNumber|callAsync|callBegins)\("(\w+)"/g)) made.set(name, file);
  }
  assert.ok(made.size > 150, `${made.size} found`);
  const missing = [...made].filter(([name]) => !described.has(name) && name !== "syscall" && name !== "__errno_location");
  assert.deepEqual(missing, [], "lib/core/calls/functions.ts lacks them; then npm run docs");
});

test("a forked child goes on telling, of itself", async () => {
  const told = await runForJson<Record<string, unknown>>("calls_fork");
  assert.deepEqual(told, { child: ["fork 0", "getppid parent", "_exit 3"], own: true, parent: ["fork child", "waitpid child"], status: 3, failures: 0 });
});
