/** Descriptors that come through exec: taken once, handed over as a service manager does; descriptors that get lost. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import {
  AF_UNIX, bind, close, listen, listenEnvironment, O_RDONLY, open, pipe2, read, SOCK_STREAM, socket, socketpair, spawn, spawnListening,
} from "../../../lib/core/mod.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";
import { fixtureArguments, runForJson, runtime } from "../../helpers/run_fixture.ts";
import { backend } from "../../../lib/ffi/mod.ts";

type Start = (file: string, argv: string[], output: number) => { wait(): unknown };

/** Starts the fixture with its output in a pipe, waits, and gives the JSON that it printed. */
function answerOf(name: string, start: Start): unknown {
  const [r, w] = pipe2();
  const child = start(process.execPath, [process.execPath, ...fixtureArguments("fd_inherited", [name])], w);
  close(w);
  let text = "";
  const buffer = new Uint8Array(4096);
  for (let length = read(r, buffer); length > 0; length = read(r, buffer)) text += new TextDecoder().decode(buffer.subarray(0, length));
  close(r);
  child.wait();
  return JSON.parse(text.trim().split("\n").at(-1) ?? "");
}

/** The environment that the runtime forks safely in, and more. */
const environment = (more: Record<string, string> = {}): Record<string, string> => {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(own), ...backend?.host.safeEnvironment, ...more };
};

test("takeInherited() takes a descriptor once, and it stays in a forked child", () => {
  withoutLeak(() => {
    const [a, b] = socketpair();
    const answer = answerOf("take", (file, argv, output) => spawn(file, argv, { fds: { 1: output, 3: a }, env: environment() }));
    assert.deepEqual(answer, { number: 3, cloexec: true, again: "ERR_FD_OWNED", made: "EBADF", runtime: "EBADF", closed: "EBADF", standard: "ERR_OUT_OF_RANGE", inChild: 1, afterClose: "EBADF" });
    [a, b].forEach(close);
  });
});

test("spawnListening() and listenFds(): the names, the numbers, a socket that listens, and nothing left behind", () => {
  withoutLeak(() => {
    const door = socket(AF_UNIX, SOCK_STREAM);
    bind(door, "");
    listen(door);
    const plain = open("/dev/null", O_RDONLY);
    const answer = answerOf("listen", (file, argv, output) => spawnListening(file, argv, [{ fd: door, name: "door" }, plain], { fds: { 1: output }, env: environment() }));
    assert.deepEqual(answer, { names: ["door", "unknown"], numbers: [3, 4], cloexec: true, length: 1, again: 0, set: [] });
    [door, plain].forEach(close);
  });
});

const others: [title: string, variables: Record<string, string>, name: string, answer: object][] = [
  ["none without LISTEN_PID", { LISTEN_FDS: "1" }, "count", { count: 0, left: true }],
  ["none meant for another process", { LISTEN_PID: "1", LISTEN_FDS: "1" }, "count", { count: 0, left: true }],
];

for (const [title, variables, name, answer] of others) {
  test(`listenFds() gives ${title}`, () => {
    assert.deepEqual(answerOf(name, (file, argv, output) => spawn(file, argv, { fds: { 1: output }, env: environment(variables) })), answer);
  });
}

test("listenFds() refuses a LISTEN_FDS that is no number", () => {
  const shell = 'LISTEN_PID=$$ LISTEN_FDS=many exec "$@"';
  const answer = answerOf("refused", (file, argv, output) => spawn("/bin/sh", ["sh", "-c", shell, "sh", file, ...argv.slice(1)], { fds: { 1: output }, env: environment() }));
  assert.equal((answer as { code: string }).code, "ERR_INVALID_ARG_VALUE");
});

test("listenEnvironment() tells a program of what a forked child put there before exec", async () => {
  assert.deepEqual(await runForJson("fd_inherited", ["exec"]), { told: "1 pipe" });
});

test("listenEnvironment() and spawnListening() refuse names that do not fit", () => {
  assert.equal(codeOf(() => listenEnvironment(2, { names: ["one"] })), "ERR_OUT_OF_RANGE");
  assert.equal(codeOf(() => listenEnvironment(1, { names: ["a:b"] })), "ERR_INVALID_ARG_VALUE");
  assert.equal(codeOf(() => spawnListening("sh", ["sh"], [{ fd: 0, name: "a:b" }])), "ERR_INVALID_ARG_VALUE");
  assert.equal(codeOf(() => spawnListening("sh", ["sh"], ["0" as never])), "ERR_INVALID_ARG_TYPE");
  assert.deepEqual(listenEnvironment(2, { pid: 7 }), { LISTEN_PID: "7", LISTEN_FDS: "2", LISTEN_FDNAMES: "unknown:unknown" });
});

test("onLostFd() tells which descriptor was lost and where it was made; not of one closed, taken, kept or made before", async () => {
  const flags = runtime === "deno" ? ["--v8-flags=--expose-gc"] : [];
  assert.deepEqual(await runForJson("fd_inherited", ["lost"], { flags, safe: false }), { count: 1, right: true, names: true, library: false, kept: true, open: true, unheard: false });
});
