/** A daemon: whose child it is, where it stands, what it has open, and errors of its start. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { daemonize } from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const run = <T = unknown>(name: string): Promise<T> => runForJson<T>("process_daemon", [name]);
const wrong = (value: unknown): never => value as never;

test("a daemon leads no session, has no terminal, no parent that made it, / as its directory and /dev/null thrice", async () => {
  assert.deepEqual(await run("place"), {
    leads: false, mine: false, terminal: 0, parent: true, cwd: "/", fds: [0, 1, 2], streams: ["/dev/null", "/dev/null", "/dev/null"], leader: false,
    status: { kind: "signaled", signal: 15, core: false, raw: 15 }, left: true,
  });
});

test("a daemon gets the descriptors, environment, directory and umask asked for", async () => {
  assert.deepEqual(await run("output"), { told: "0027\n/usr\nme\nthree\n", mask: true });
});

test("an error of the start is thrown by daemonize, and leaves nothing", async () => {
  const { missing, wrong: refused, closed, left } = await run<{ missing: { code: string; syscall: string }; wrong: { name: string; code: string; message: string }; closed: string; left: boolean }>("errors");
  assert.deepEqual([missing.code, missing.syscall, closed, left], ["ENOENT", "execve", "EBADF", true]);
  assert.deepEqual([refused.name, refused.code], ["TypeError", "ERR_INVALID_ARG_VALUE"]);
  assert.match(refused.message, /signal is "SIGX"/);
});

test("neither the daemon nor the process in the middle is left as a child", async () => assert.deepEqual(await run("no zombie"), []));

/** What is wrong, the call, the message. */
const ROWS: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["no argv[0]", () => daemonize("x", []), /^RangeError: Cannot daemonize: argv has 0 entries, must have at least argv\[0\]$/],
  ["NUL in the file", () => daemonize("\0", ["x"]), /^TypeError: Cannot daemonize: file is /],
  ["options as text", () => daemonize("x", ["x"], wrong("x")), /^TypeError: Cannot daemonize: options is "x", must be an object$/],
  ["a umask above 0o777", () => daemonize("x", ["x"], { umask: 0o1000 }), /^RangeError: Cannot daemonize: umask is 512/],
];

for (const [what, call, message] of ROWS) test(`refused before the fork: ${what}`, () => assert.throws(call, message));
