/** Bad input is refused before the call, with a message that names action, value and limit. Nothing here reaches the kernel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  _exit, alarm, deadline, execl, execle, execv, execve, execveat, execvp, execvpe, fexecve, fork, forkRun, getpgid, getpid, getsid, kill, killpg, raise, setName, setpgid,
  spawn, waitid, waitpid, WEXITED, P_ALL, P_PID, onCall, groupDescriptions,
  isRuntimeDescriptor, type OpenDescriptor, proc, sameDescription, clock_gettime, PRIO_PROCESS, setpriority, sigqueue, waitStatus, WIFEXITED,
} from "../../../lib/core/mod.ts";

type Code = "ERR_INVALID_ARG_TYPE" | "ERR_INVALID_ARG_VALUE" | "ERR_OUT_OF_RANGE";
type Row = readonly [what: string, call: () => unknown, code: Code, message: RegExp];

const TYPE: Code = "ERR_INVALID_ARG_TYPE";
const VALUE: Code = "ERR_INVALID_ARG_VALUE";
const RANGE: Code = "ERR_OUT_OF_RANGE";

/** A value of the wrong type on purpose. */
const wrong = <T>(value: unknown): T => value as T;

const ROWS: readonly Row[] = [
  ["kill: an unknown signal name", () => kill(getpid(), wrong("SIGNOTHING")), VALUE, /^Cannot kill: signal is "SIGNOTHING", must be a known signal such as SIGTERM$/],
  ["kill: a name of Object's", () => kill(getpid(), wrong("toString")), VALUE, /signal is "toString"/],
  ["kill: a lower-case name", () => kill(getpid(), wrong("sigterm")), VALUE, /signal is "sigterm"/],
  ["kill: a real-time name beyond SIGRTMAX", () => kill(getpid(), "SIGRTMIN+31"), VALUE, /SIGRTMIN\+31/],
  ["kill: SIGRTMIN counted down", () => kill(getpid(), wrong("SIGRTMIN-1")), VALUE, /SIGRTMIN-1/],
  ["kill: signal 65", () => kill(getpid(), 65), RANGE, /^Cannot kill: signal is 65, must be a signal name or a number from 0 to 64$/],
  ["kill: signal -1", () => kill(getpid(), -1), RANGE, /signal is -1/],
  ["kill: signal 1.5", () => kill(getpid(), 1.5), RANGE, /signal is 1.5/],
  ["kill: signal NaN", () => kill(getpid(), NaN), RANGE, /signal is NaN/],
  ["kill: no signal", () => kill(getpid(), wrong(undefined)), TYPE, /signal is undefined/],
  ["kill: pid as text", () => kill(wrong("1"), 0), TYPE, /^Cannot kill: pid is "1", must be an integer from -2147483647 to 2147483647$/],
  ["kill: pid as bigint", () => kill(wrong(1n), 0), TYPE, /pid is 1n/],
  ["kill: pid 2 ** 31", () => kill(2 ** 31, 0), RANGE, /pid is 2147483648/],
  ["kill: pid 0.5", () => kill(0.5, 0), RANGE, /pid is 0.5/],
  ["kill: pid null", () => kill(wrong(null), 0), TYPE, /pid is null/],
  ["execv: a hole in argv", () => execv("/bin/true", Array<string>(2)), TYPE, /argv\[0\] is undefined/],
  ["spawn: a hole in sigmask", () => spawn("/bin/true", ["true"], { sigmask: Array<number>(1) }), TYPE, /signal is undefined/],
  ["killpg: a negative group", () => killpg(-1, 0), RANGE, /pgrp is -1/],
  ["raise: signal 65", () => raise(65), RANGE, /signal is 65/],
  ["waitpid: pid as text", () => waitpid(wrong("7")), TYPE, /^Cannot waitpid: pid is "7"/],
  ["waitpid: pid beyond int", () => waitpid(-(2 ** 31)), RANGE, /pid is -2147483648/],
  ["waitpid: an unknown flag", () => waitpid(1, 0x40), RANGE, /^Cannot waitpid: options is 64, must be a set of the flags in 11$/],
  ["waitpid: WEXITED is waitid's", () => waitpid(1, WEXITED), RANGE, /options is 4/],
  ["waitpid: flags as text", () => waitpid(1, wrong("WNOHANG")), TYPE, /options is "WNOHANG"/],
  ["waitid: no event asked for", () => waitid(P_ALL, 0, 0), VALUE, /^Cannot waitid: options is 0, must be with WEXITED, WSTOPPED or WCONTINUED$/],
  ["waitid: idtype 4", () => waitid(4, 0, WEXITED), RANGE, /idtype is 4/],
  ["waitid: a negative id", () => waitid(P_PID, -1, WEXITED), RANGE, /id is -1/],
  ["_exit: 256", () => _exit(256), RANGE, /^Cannot _exit: status is 256, must be an integer from 0 to 255$/],
  ["_exit: -1", () => _exit(-1), RANGE, /status is -1/],
  ["_exit: text", () => _exit(wrong("0")), TYPE, /status is "0"/],
  ["WIFEXITED: no number", () => WIFEXITED(wrong(undefined)), TYPE, /^Cannot WIFEXITED: raw is undefined/],
  ["waitStatus: text", () => waitStatus(wrong("0")), TYPE, /^Cannot waitStatus: raw is "0"/],
  ["isRuntimeDescriptor: nothing", () => isRuntimeDescriptor(wrong(undefined)), TYPE, /^Cannot isRuntimeDescriptor: facts is undefined, must be an object$/],
  ["isRuntimeDescriptor: no link", () => isRuntimeDescriptor(wrong({ fd: 3, cloexec: true })), TYPE, /facts.link is undefined/],
  ["sameDescription: null", () => sameDescription(wrong(null), { pid: 1, fd: 0 }), TYPE, /^Cannot sameDescription: a is null/],
  ["sameDescription: a pid as text", () => sameDescription({ pid: 1, fd: 0 }, { pid: wrong("1"), fd: 0 }), TYPE, /b.pid is "1"/],
  ["groupDescriptions: no list", () => groupDescriptions(wrong({ length: 1 })), TYPE, /entries is an object, must be an array/],
  ["groupDescriptions: a hole", () => groupDescriptions(Array<OpenDescriptor>(1)), TYPE, /entries\[0\] is undefined/],
  ["groupDescriptions: an inode given", () => groupDescriptions(wrong([{ inode: "1:1", pid: 1 }])), TYPE, /entries\[0\].fd is undefined/],
  ["proc.isType: text", () => proc.isType(wrong("a"), 1), TYPE, /^Cannot isType: mode is "a"/],
  ["alarm: negative", () => alarm(-1), RANGE, /seconds is -1/],
  ["deadline: a fraction", () => deadline(0.5), RANGE, /seconds is 0.5/],
  ["fork: options as number", () => fork(wrong(1)), TYPE, /^Cannot fork: options is 1, must be an object$/],
  ["fork: options as array", () => fork(wrong([])), TYPE, /options is an array of 0/],
  ["fork: deadline -1", () => fork({ deadline: -1 }), RANGE, /^Cannot fork: deadline is -1/],
  ["fork: deadline as text", () => fork({ deadline: wrong("60") }), TYPE, /deadline is "60"/],
  ["fork: descriptors unknown", () => fork({ descriptors: wrong("some") }), VALUE, /descriptors is "some", must be "close" or "keep"/],
  ["fork: force as number", () => fork({ force: wrong(1) }), TYPE, /force is 1, must be a boolean/],
  ["forkRun: no function", () => forkRun(wrong("run")), TYPE, /^Cannot forkRun: run is "run", must be a function$/],
  ["forkRun: deadline beyond int", () => forkRun(() => 0, { deadline: 2 ** 31 }), RANGE, /deadline is 2147483648/],
  ["execv: NUL in the path", () => execv("/bin/\0sh", ["sh"]), VALUE, /^Cannot execv: path is "\/bin\/\\u0000sh", must be without NUL bytes$/],
  ["execv: NUL in an argument", () => execv("/bin/sh", ["sh", "a\0b"]), VALUE, /^Cannot execv: argv\[1\] is "a\\u0000b", must be without NUL bytes$/],
  ["execv: no argv[0]", () => execv("/bin/sh", []), RANGE, /^Cannot execv: argv has 0 entries, must have at least argv\[0\]$/],
  ["execv: argv as text", () => execv("/bin/sh", wrong("sh")), TYPE, /argv is "sh", must be an array of strings/],
  ["execv: a number in argv", () => execv("/bin/sh", ["sh", wrong(1)]), TYPE, /argv\[1\] is 1, must be a string/],
  ["execv: a hole in argv", () => execv("/bin/sh", ["sh", wrong(undefined)]), TYPE, /argv\[1\] is undefined/],
  ["execv: an argument the kernel would refuse", () => execv("/bin/sh", ["x".repeat(131_072)]), RANGE, /argv\[0\] has 131072 bytes, must have at most 131071/],
  ["execv: a lone surrogate", () => execv("/bin/sh", ["\ud800"]), VALUE, /without lone surrogates/],
  ["execve: no environment", () => execve("/bin/sh", ["sh"], wrong(undefined)), TYPE, /env is undefined/],
  ["execve: = in a name", () => execve("/bin/sh", ["sh"], { "A=B": "1" }), VALUE, /a name in env is "A=B"/],
  ["execve: an empty name", () => execve("/bin/sh", ["sh"], { "": "1" }), VALUE, /a name in env is ""/],
  ["execve: NUL in a value", () => execve("/bin/sh", ["sh"], { A: "\0" }), VALUE, /env\.A is/],
  ["execve: a number as value", () => execve("/bin/sh", ["sh"], { A: wrong(1) }), TYPE, /env\.A is 1/],
  ["execvp: no file", () => execvp(wrong(undefined), ["x"]), TYPE, /file is undefined/],
  ["execvpe: env null", () => execvpe("sh", ["x"], wrong(null)), TYPE, /env is null/],
  ["execl: no arguments", () => execl("/bin/sh"), RANGE, /argv has 0 entries/],
  ["execle: the environment is missing", () => execle("/bin/sh", wrong("sh")), TYPE, /the last argument is "sh", must be the environment/],
  ["fexecve: a negative descriptor", () => fexecve(-1, ["x"]), RANGE, /fd is -1/],
  ["execveat: an unknown flag", () => execveat(0, "sh", ["sh"], {}, 1), RANGE, /flags is 1/],
  ["execveat: a negative directory that is not AT_FDCWD", () => execveat(-1, "sh", ["sh"]), RANGE, /dirfd is -1/],
  ["spawn: no argv[0]", () => spawn("/bin/sh", []), RANGE, /^Cannot spawn: argv has 0 entries/],
  ["spawn: NUL in cwd", () => spawn("/bin/sh", ["sh"], { cwd: "\0" }), VALUE, /cwd is/],
  ["spawn: fds as array", () => spawn("/bin/sh", ["sh"], { fds: wrong([1]) }), TYPE, /fds is an array of 1/],
  ["spawn: a key that is no number", () => spawn("/bin/sh", ["sh"], { fds: wrong({ out: 1 }) }), VALUE, /a key of fds is "out"/],
  ["spawn: a child's descriptor above 1023", () => spawn("/bin/sh", ["sh"], { fds: { 1024: 1 } }), RANGE, /a key of fds is 1024/],
  ["spawn: a negative descriptor", () => spawn("/bin/sh", ["sh"], { fds: { 3: -1 } }), RANGE, /fds\[3\] is -1/],
  ["spawn: an unknown signal in sigmask", () => spawn("/bin/sh", ["sh"], { sigmask: [wrong("SIGX")] }), VALUE, /signal is "SIGX"/],
  ["spawn: signal 0 in sigdefault", () => spawn("/bin/sh", ["sh"], { sigdefault: [0] }), RANGE, /signal is 0/],
  ["spawn: setsid with pgroup", () => spawn("/bin/sh", ["sh"], { setsid: true, pgroup: 0 }), VALUE, /pgroup is 0, must be left out with setsid/],
  ["setpgid: negative", () => setpgid(-1, 0), RANGE, /pid is -1/],
  ["getpgid: negative", () => getpgid(-1), RANGE, /pid is -1/],
  ["getsid: a fraction", () => getsid(1.5), RANGE, /pid is 1.5/],
  ["setName: 16 bytes", () => setName("sixteen bytes 16"), RANGE, /name has 16 bytes, must have at most 15/],
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

test("a refused call is still heard of by onCall", () => {
  const heard: string[] = [];
  onCall((name) => heard.push(name));
  try {
    assert.throws(() => kill(getpid(), 65));
  } finally {
    onCall(undefined);
  }
  assert.deepEqual(heard, ["getpid", "kill"]);
});

test("-0 is 0 where a negative number may stand, and the null signal", () => {
  kill(getpid(), -0);
  kill(-0, 0);
  killpg(0, 0);
  assert.ok(clock_gettime(-0) > 0);
  assert.throws(() => setpriority(PRIO_PROCESS, 2 ** 31 - 1, -0), { code: "ESRCH" });
  assert.throws(() => sigqueue(2 ** 31 - 1, 0, -0), { code: "ESRCH" });
  assert.throws(() => getpgid(-0), /pid is -0/);
});
