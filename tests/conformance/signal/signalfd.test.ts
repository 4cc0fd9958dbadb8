/** Signals read from a descriptor, and the refusal that keeps them from ending a runtime with threads. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, test } from "node:test";
import { SI_QUEUE, SI_TKILL } from "../../../lib/core/mod.ts";
import { asNobody } from "../../helpers/nobody.ts";
import { fixtureArguments, runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const run = <T = unknown>(name: string, ...args: string[]): Promise<T> => runForJson<T>("signal_fd", [name, ...args]);
const uid = process.getuid?.();

interface Refused {
  code: string;
  tid: number;
  me: number;
  message: string;
}

test("signalfd is refused while the calling thread does not block the signal, naming thread and signal", async () => {
  const told = await run<Refused & { receivers: { tid: number; name: string; signals: number[] }[]; fds: number }>("refused: this thread");
  assert.deepEqual(told.receivers.map(({ tid, signals }) => ({ tid, signals })), [{ tid: told.me, signals: [12] }], "SIGKILL cannot be blocked and is not asked for");
  assert.deepEqual({ code: told.code, tid: told.tid, fds: told.fds }, { code: "ERR_SIGNAL_NOT_BLOCKED", tid: told.me, fds: 0 });
  assert.match(told.message, new RegExp(`^Cannot signalfd: thread ${told.me} \\(.*\\) does not block SIGUSR2, must be blocked in every thread; reexecWithMask`));
});

test("signalfd is refused while another thread of the runtime does not block the signal, and the mask is put back", async (t) => {
  const told = await run<Refused & { threads?: number; maskBack: boolean; call: string }>("refused: another thread");
  if (told.threads === 1) return t.diagnostic("the runtime has one thread");
  assert.notEqual(told.tid, told.me);
  assert.deepEqual({ code: told.code, maskBack: told.maskBack, call: told.call }, { code: "ERR_SIGNAL_NOT_BLOCKED", maskBack: true, call: "ERR_SIGNAL_NOT_BLOCKED" });
});

test("a runtime started with the signal blocked reads it, beside its threads", async () => {
  const { threads, ...told } = await run<{ threads: number }>("started blocked", process.execPath, ...fixtureArguments("signal_fd", ["read when started blocked"]));
  assert.deepEqual(told, { mine: true, value: 77, signal: 12, status: "exited" });
  assert.ok(threads >= 1);
});

test("signals are read with what comes with them, several at once, and only those of the set", async () => {
  const { me, ...told } = await run<{ me: number }>("reads");
  assert.deepEqual(told, { first: { signal: 12, code: SI_TKILL, pid: me, uid }, rest: [{ signal: 34, code: SI_QUEUE, pid: me, uid, value: -5 }] });
});

/** A case of the fixture, what it must give, and why. */
const ROWS: readonly (readonly [string, string, unknown])[] = [
  ["SIGCHLD tells of the child", "of a child", { same: true, code: 1, status: 6 }],
  ["close-on-exec and non-blocking only when asked for", "flags", [[0, 0], [1, 0], [0, 0o4000]]],
  ["EAGAIN: none pending; EINVAL: no signalfd; EBADF: not open; EINVAL: too little room", "errors", ["EAGAIN", "EINVAL", "EBADF", "EBADF", "EINVAL"]],
  ["the set of a signalfd is replaced", "replaced", { before: "EAGAIN", same: true, signal: 12 }],
  ["after fork, each process reads its own signals from the one descriptor", "each its own", { other: { own: true, then: 0 }, own: true }],
  ["a signal wakes a reader", "wakes", { kind: "exited", code: 12, raw: 12 << 8 }],
  ["a SignalFd blocks, reads and closes", "object", { signal: 15, cloexec: true, fd: true, left: 0, blocked: [15, 34] }],
];

const nobody = asNobody();
after(nobody.remove);

for (const { as, whyNot, options } of [{ as: "", whyNot: undefined, options: {} }, { ...nobody, as: "; as nobody" }]) {
  const told = whyNot === undefined ? runForJson<unknown[]>("signal_fd", ["each", ...ROWS.map(([, name]) => JSON.stringify([name]))], options) : Promise.resolve([]);
  for (const [i, [what, , expected]] of ROWS.entries()) {
    test(`${what}${as}`, async (t) => {
      if (whyNot !== undefined) return skip(t, whyNot);
      assert.deepEqual((await told)[i], expected);
    });
  }
}
