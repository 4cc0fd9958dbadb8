import { describe, expect, test } from "vitest";
import { describeStatus, type SignalSets, signalName, type World } from "../../../lib/model/mod.ts";
import { after, afterStart, does, execs, exits, forks, P, person, process, standing, type Told } from "./story.ts";

const C = 200;
const INT = 2, USR1 = 10, TERM = 15, CHLD = 17, CONT = 18, STOP = 19, TSTP = 20, WINCH = 28;
const sets = (pid: number) => (world: World) => process(world, pid).signals;
const pending = (pid: number) => (world: World) => process(world, pid).signals?.pending;
const act = (signal: number, disposition: "default" | "ignore" | "handler", flags?: number): Told =>
  does(P, { op: "sigaction", signal, disposition, ...(flags === undefined ? {} : { flags }) });
const mask = (...blocked: number[]): Told => does(P, { op: "sigmask", blocked });
const kill = (target: number, signal: number, pid = P): Told => does(pid, { op: "kill", target, signal });
const delivered = (signal: number): Told => ({ kind: "signal", pid: P, signal, code: 0 });
const only = (part: Partial<SignalSets>): SignalSets => ({ blocked: [], ignored: [], caught: [], pending: [], ...part });

interface Row { why: string; told: Told[]; ask: (world: World) => unknown; is: unknown }

const rows: Row[] = [
  { why: "sigaction(2): a handler", told: [act(USR1, "handler")], ask: sets(P), is: only({ caught: [USR1] }) },
  { why: "sigaction(2): SIG_IGN after a handler", told: [act(USR1, "handler"), act(USR1, "ignore")], ask: sets(P), is: only({ ignored: [USR1] }) },
  { why: "sigaction(2): SIG_DFL after both", told: [act(USR1, "ignore"), act(USR1, "default")], ask: sets(P), is: only({}) },
  { why: "sigprocmask(2): sorted", told: [mask(TERM, INT)], ask: sets(P), is: only({ blocked: [INT, TERM] }) },
  { why: "sigprocmask(2): SIGKILL and SIGSTOP cannot be blocked", told: [mask(9, INT, STOP)], ask: sets(P), is: only({ blocked: [INT] }) },
  { why: "another thread's mask is not the first one's", told: [does(P, { op: "sigmask", blocked: [INT] }, { tid: 101 })], ask: sets(P), is: only({}) },
  { why: "kill(2): pending until delivered", told: [kill(P, TERM)], ask: pending(P), is: [TERM] },
  { why: "delivery: pending no more", told: [kill(P, TERM), delivered(TERM)], ask: pending(P), is: [] },
  { why: "two of one standard signal are one", told: [mask(TERM), kill(P, TERM), kill(P, TERM)], ask: pending(P), is: [TERM] },
  { why: "signal(7): an ignored signal is dropped", told: [act(TERM, "ignore"), kill(P, TERM)], ask: pending(P), is: [] },
  { why: "an ignored but blocked signal stays pending", told: [act(TERM, "ignore"), mask(TERM), kill(P, TERM)], ask: pending(P), is: [TERM] },
  { why: "signal(7): default action \"ignore\" drops it", told: [kill(P, WINCH)], ask: pending(P), is: [] },
  { why: "with a handler it is not dropped", told: [act(WINCH, "handler"), kill(P, WINCH)], ask: pending(P), is: [WINCH] },
  { why: "ignoring a pending signal discards it", told: [mask(TERM), kill(P, TERM), act(TERM, "ignore")], ask: pending(P), is: [] },
  { why: "kill(2) with signal 0 only asks", told: [forks(P, C), kill(C, 0)], ask: (w) => [process(w, C).signals?.pending, w.touched.pids], is: [[], [P, C]] },
  { why: "kill(0): the caller's group, the caller in it", told: [forks(P, C), kill(0, TERM)], ask: (w) => [P, C].map((pid) => pending(pid)(w)), is: [[TERM], [TERM]] },
  { why: "kill(0) spares other groups", told: [forks(P, C), does(C, { op: "setpgid", pid: 0, pgid: 0 }), kill(0, TERM)], ask: (w) => [P, C].map((pid) => pending(pid)(w)), is: [[TERM], []] },
  { why: "kill(-pgid): that group", told: [forks(P, C), does(C, { op: "setpgid", pid: 0, pgid: 0 }), kill(-C, TERM)], ask: (w) => [P, C].map((pid) => pending(pid)(w)), is: [[], [TERM]] },
  { why: "kill(-1): all but the caller", told: [forks(P, C), kill(-1, TERM)], ask: (w) => [P, C].map((pid) => pending(pid)(w)), is: [[], [TERM]] },
  { why: "tgkill(2) by thread id reaches the process", told: [forks(P, C), forks(C, 201, { thread: true }), kill(201, TERM)], ask: pending(C), is: [TERM] },
  { why: "a zombie takes no signal", told: [forks(P, C), exits(C), kill(C, TERM)], ask: pending(C), is: [] },
  { why: "SIGCONT discards pending stop signals", told: [mask(TSTP, CONT), kill(P, TSTP), kill(P, CONT)], ask: pending(P), is: [CONT] },
  { why: "a stop signal discards a pending SIGCONT", told: [mask(TSTP, CONT), kill(P, CONT), kill(P, TSTP)], ask: pending(P), is: [TSTP] },
  { why: "fork(2): mask and dispositions inherited, pending empty", told: [act(USR1, "handler"), act(TERM, "ignore"), mask(INT), kill(P, INT), forks(P, C)], ask: sets(C), is: only({ blocked: [INT], ignored: [TERM], caught: [USR1] }) },
  { why: "fork(2) leaves the parent's pending ones", told: [mask(INT), kill(P, INT), forks(P, C)], ask: pending(P), is: [INT] },
  { why: "fork(2) by another thread: that thread's mask", told: [mask(INT), forks(P, 101, { thread: true }), does(P, { op: "sigmask", blocked: [TERM] }, { tid: 101 }), forks(P, C, { tid: 101 })], ask: (w) => [sets(P)(w)?.blocked, sets(C)(w)?.blocked], is: [[INT], [TERM]] },
  { why: "a new thread begins with its maker's mask", told: [mask(INT), forks(P, 101, { thread: true }), forks(P, C, { tid: 101 })], ask: (w) => sets(C)(w)?.blocked, is: [INT] },
  { why: "fork(2) by a thread whose mask is not known: not known", told: [forks(P, C, { tid: 150 })], ask: sets(C), is: undefined },
  { why: "execve(2): handlers reset; ignored, mask and pending kept", told: [act(USR1, "handler"), act(TERM, "ignore"), mask(INT), kill(P, INT), execs(P)], ask: sets(P), is: only({ blocked: [INT], ignored: [TERM], pending: [INT] }) },
  { why: "exit: SIGCHLD to a parent that handles it", told: [act(CHLD, "handler"), forks(P, C), exits(C)], ask: pending(P), is: [CHLD] },
  { why: "exit: a blocked SIGCHLD waits", told: [mask(CHLD), forks(P, C), exits(C)], ask: pending(P), is: [CHLD] },
  { why: "exit: by default SIGCHLD is dropped", told: [forks(P, C), exits(C)], ask: pending(P), is: [] },
  { why: "delivery to a handler: it may be running", told: [act(TERM, "handler"), kill(P, TERM), delivered(TERM)], ask: (w) => process(w, P).handling, is: [TERM] },
  { why: "sigreturn(2): it returned", told: [act(TERM, "handler"), delivered(TERM), { kind: "call", pid: P, call: "rt_sigreturn", args: [], ret: 0 }], ask: (w) => process(w, P).handling, is: undefined },
  { why: "SA_RESETHAND: the handler is reset as it is entered", told: [act(TERM, "handler", 0x80000000), delivered(TERM)], ask: sets(P), is: only({}) },
  { why: "a handler without SA_RESETHAND stays", told: [act(TERM, "handler", 0), delivered(TERM)], ask: sets(P), is: only({ caught: [TERM] }) },
];

describe("signals", () => {
  test.each(rows)("$why", ({ told, ask, is }) => expect(ask(after(...told))).toEqual(is));

  test("sets not known at the start stay so", () => {
    const { signals: _, ...unknown } = person();
    const world = afterStart(standing(unknown), act(TERM, "ignore"), mask(INT), kill(P, TERM), delivered(TERM), forks(P, C), exits(C));
    expect([sets(P)(world), sets(C)(world)]).toEqual([undefined, undefined]);
  });

  test.each([[1, "SIGHUP"], [9, "SIGKILL"], [16, "SIGSTKFLT"], [17, "SIGCHLD"], [31, "SIGSYS"], [32, "32"], [34, "SIGRTMIN"], [37, "SIGRTMIN+3"], [64, "SIGRTMIN+30"], [65, "65"], [0, "0"]])(
    "signal %i is %s", (signal, name) => expect(signalName(signal)).toBe(name));

  test("wait statuses in words", () => {
    expect(describeStatus({ kind: "exited", code: 3 })).toBe("exited, status 3");
    expect(describeStatus({ kind: "signaled", signal: 11, core: true })).toBe("killed by SIGSEGV, core dumped");
    expect(describeStatus({ kind: "signaled", signal: 9, core: false })).toBe("killed by SIGKILL");
    expect(describeStatus({ kind: "stopped", signal: 20 })).toBe("stopped by SIGTSTP");
    expect(describeStatus({ kind: "continued" })).toBe("continued");
  });
});
