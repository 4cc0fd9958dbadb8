/** Bad input of handles, limits, priorities, users and prctl is refused before the call. Nothing here reaches the kernel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dieWithParent, dropPrivileges, getitimer, getpriority, getrlimit, nice, pidfd_getfd, pidfd_open, pidfd_send_signal, prctl, prlimit, ProcessHandle, setgroups, setitimer,
  setParentDeathSignal, setpriority, setresgid, setresuid, setrlimit, umask,
} from "../../../lib/core/mod.ts";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";
const wrong = (value: unknown): never => value as never;

/** What is wrong, the call, the code, the message. */
const ROWS: readonly (readonly [string, () => unknown, string, RegExp])[] = [
  ["pidfd_open: pid 0", () => pidfd_open(0), RANGE, /^Cannot pidfd_open: pid is 0, must be an integer from 1 to 2147483647$/],
  ["pidfd_open: PIDFD_THREAD", () => pidfd_open(1, 0o200), RANGE, /flags is 128/],
  ["pidfd_send_signal: an unknown signal", () => pidfd_send_signal(0, wrong("SIGX")), VALUE, /signal is "SIGX"/],
  ["pidfd_send_signal: a negative descriptor", () => pidfd_send_signal(-1, 9), RANGE, /pidfd is -1/],
  ["pidfd_getfd: a negative descriptor", () => pidfd_getfd(0, -1), RANGE, /targetfd is -1/],
  ["ProcessHandle.open: text", () => ProcessHandle.open(wrong("1")), TYPE, /pid is "1"/],
  ["setitimer: an unknown timer", () => setitimer(3, { value: 0 }), RANGE, /which is 3/],
  ["setitimer: a number", () => setitimer(0, wrong(5)), TYPE, /setting is 5/],
  ["setitimer: no value", () => setitimer(0, wrong({})), TYPE, /value is undefined/],
  ["setitimer: NaN", () => setitimer(0, { value: Number.NaN }), RANGE, /value is NaN/],
  ["setitimer: a negative interval", () => setitimer(0, { value: 0, interval: -1 }), RANGE, /interval is -1/],
  ["getitimer: -1", () => getitimer(-1), RANGE, /which is -1/],
  ["getrlimit: 16", () => getrlimit(16), RANGE, /resource is 16/],
  ["setrlimit: no limits", () => setrlimit(4, wrong(undefined)), TYPE, /limits is undefined, must be an object with soft and hard/],
  ["prlimit: a negative pid", () => prlimit(-1, 4), RANGE, /pid is -1/],
  ["prlimit: null", () => prlimit(0, 4, wrong(null)), TYPE, /limits is null/],
  ["prlimit: a negative limit", () => prlimit(0, 4, { soft: -1, hard: 0 }), RANGE, /soft is -1/],
  ["prlimit: a BigInt", () => prlimit(0, 4, { soft: 0, hard: wrong(1n) }), TYPE, /hard is 1n/],
  ["getpriority: which 3", () => getpriority(3, 0), RANGE, /which is 3/],
  ["setpriority: 20", () => setpriority(0, 0, 20), RANGE, /prio is 20, must be an integer from -20 to 19/],
  ["setpriority: who -1", () => setpriority(0, -1, 0), RANGE, /who is -1/],
  ["nice: 41", () => nice(41), RANGE, /increment is 41/],
  ["umask: above 0o777", () => umask(0o1000), RANGE, /mask is 512/],
  ["umask: text", () => umask(wrong("022")), TYPE, /mask is "022"/],
  ["setresuid: -2", () => setresuid(-2, -1, -1), RANGE, /real is -2/],
  ["setresuid: 2 ** 32 - 1", () => setresuid(-1, 4_294_967_295, -1), RANGE, /effective is 4294967295/],
  ["setresgid: text", () => setresgid(-1, -1, wrong("0")), TYPE, /saved is "0"/],
  ["setgroups: a number", () => setgroups(wrong(0)), TYPE, /groups is 0/],
  ["setgroups: -1", () => setgroups([0, -1]), RANGE, /groups\[1\] is -1/],
  ["setgroups: 65537 groups", () => setgroups(Array.from({ length: 65_537 }, () => 1)), RANGE, /groups has 65537 entries, must have at most 65536/],
  ["dropPrivileges: to root", () => dropPrivileges({ uid: 0, gid: 1 }), RANGE, /uid is 0, must be an integer from 1/],
  ["dropPrivileges: no group", () => dropPrivileges(wrong({ uid: 1 })), TYPE, /gid is undefined/],
  ["dropPrivileges: nothing", () => dropPrivileges(wrong(undefined)), TYPE, /to is undefined/],
  ["setParentDeathSignal: 65", () => setParentDeathSignal(65), RANGE, /signal is 65/],
  ["dieWithParent: the null signal", () => dieWithParent(1, 0), RANGE, /signal is 0/],
  ["dieWithParent: no parent", () => dieWithParent(wrong(undefined)), TYPE, /parent is undefined/],
  ["prctl: an operation with an address", () => prctl(15), RANGE, /op is 15, must be an operation whose arguments are integers/],
  ["prctl: a negative argument", () => prctl(4, -1), RANGE, /arg2 is -1/],
  ["prctl: a fraction", () => prctl(4, 0, 0, 0, 0.5), RANGE, /arg5 is 0.5/],
];

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
