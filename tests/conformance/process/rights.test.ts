/** Process handles, interval timers, limits, priorities, users and groups, prctl: as root, and as a user without rights. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, test } from "node:test";
import type { WaitStatus } from "../../../lib/core/mod.ts";
import { asNobody, NOBODY } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const isRoot = process.getuid?.() === 0;
const ids = (id: number): object => ({ real: id, effective: id, saved: id });
const exited = (code: number): WaitStatus => ({ kind: "exited", code, raw: code << 8 });
const signaled = (signal: number): WaitStatus => ({ kind: "signaled", signal, core: false, raw: signal });
const orphan = [exited(0), { grandchild: signaled(15) }];

/** What the fixture's cases must give, whoever runs them. */
const FOR_ALL: Readonly<Record<string, unknown>> = {
  "pidfd: signals, asks, and after the end": { zombie: "none", status: signaled(15), gone: "ESRCH", open: "ESRCH", cloexec: true },
  "pidfd: errors": ["ESRCH", "EBADF", "EBADF", "EBADF", "EBADF"],
  "pidfd: a non-blocking one does not sleep in waitid": "EAGAIN",
  "pidfd_getfd: the child's pipe": { same: true, other: false, cloexec: true, status: exited(5) },
  "handle: lives, ends, is waited for": { living: [false, false, false], fd: true, ended: [true, true, true], status: "signaled", left: 0 },
  "itimer: expires once": { had: true, interval: 0, signal: 14, after: { value: 0, interval: 0 }, again: "none" },
  "itimer: again and again, until it is stopped": { signals: [14, 14, 14], interval: 2.5, then: "none" },
  "itimer: the least time is a microsecond, not never": 14,
  "itimer: processor time": [26, 27],
  "itimer: not inherited by fork, ends a process by default": [exited(1), signaled(14)],
  "limits: of oneself and of a child": { same: true, child: { soft: 50, hard: 60 }, core: 0 },
  "limits: every resource is readable": true,
  "limits: errors": ["EINVAL", "EINVAL", "ESRCH"],
  "priority: own, of a child, kept in range": { own: 12, added: 16, same: 16, child: 17, most: 19, forked: 19 },
  "priority: of a group and a user": [15, 15, true],
  "priority: errors": ["ESRCH", "ESRCH"],
  "umask": { start: true, asked: 0o027, mode: 0o640, again: 0o027, child: 0, now: 0 },
  "ids: as they are in /proc": [true, true],
  "ids: those it has may be set, -1 keeps": true,
  "parent death: asked, not inherited, taken away": { none: 0, on: 12, forked: 0, off: 0 },
  "parent death: ends the child": orphan,
  "parent death: a parent that is gone already": orphan,
  "no new privileges": [false, true, true, true],
  "prctl: by number": [0, 1, 1, "EINVAL"],
};

const FOR_ROOT: Readonly<Record<string, unknown>> = {
  "root: gives up everything": { uid: ids(NOBODY), gid: ids(NOBODY), groups: [5, 6], back: "EPERM", group: "EPERM", groupsBack: "EPERM" },
  "root: a saved id can be taken back": [{ real: NOBODY, effective: NOBODY, saved: 0 }, { real: NOBODY, effective: 0, saved: 0 }],
  "root: groups": [[1, 2, 4_294_967_294], []],
  "another user: kill, priority, limits and handles are refused": ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EACCES", "EPERM"],
  "another user: forks on": [exited(4), 65_533],
};

const nobody = asNobody();
after(nobody.remove);

const told = runForJson<Record<string, unknown>>("process_rights", []);
for (const [name, expected] of Object.entries({ ...FOR_ALL, ...(isRoot ? FOR_ROOT : {}) })) {
  test(name, async () => assert.deepEqual((await told)[name], expected));
}

/** The same cases, run by nobody. */
const byNobody = nobody.whyNot === undefined ? runForJson<Record<string, unknown>>("process_rights", [], nobody.options) : undefined;
for (const [name, expected] of Object.entries(FOR_ALL)) {
  test(`${name}; as nobody`, async (t) => {
    if (!byNobody) return skip(t, nobody.whyNot ?? "");
    assert.deepEqual((await byNobody)[name], expected);
  });
}

test("what only root has a case for is told for root alone", async () => {
  assert.deepEqual(Object.keys(await told).filter((name) => !(name in FOR_ALL) && !(name in FOR_ROOT)), []);
  if (byNobody) assert.deepEqual(Object.keys(await byNobody), Object.keys(FOR_ALL));
});

test("a change of user reaches every thread of the runtime", async (t) => {
  if (!isRoot) return skip(t, "needs root to become another user");
  const { threads, users } = await runForJson<{ threads: number; users: string[] }>("process_rights", ["every thread"], { safe: false });
  assert.deepEqual(users, [[NOBODY, NOBODY, NOBODY, NOBODY].join()]);
  assert.ok(threads > 1, `${threads} threads`);
});
