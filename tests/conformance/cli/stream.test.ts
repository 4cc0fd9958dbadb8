/** Following a stream: the bytes that pass are recorded, and show says who gave and who took them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import { forkscope, jsonLines } from "../../helpers/forkscope.ts";
import { skip } from "../../helpers/skip.ts";
import type { Passage, Stream } from "../../../lib/model/mod.ts";
import { programs, temporary } from "../trace/programs.ts";

const program = programs();
const recording = join(temporary(), "all.fsr");
const NO_COMPILER = "needs a C compiler (Debian: gcc)";

before(async () => {
  if (program !== undefined) await forkscope(["trace", "--data", "all", "--record", recording, "--", program, "streams"]);
});

async function ask(...words: string[]): Promise<{ streams: Stream[]; passages: Passage[] }> {
  const { code, stdout, stderr } = await forkscope(["show", ...words, "--json"]);
  assert.equal(code, 0, stderr);
  const lines = jsonLines(stdout);
  return { streams: lines.flatMap(({ stream }) => (stream ? [stream as Stream] : [])), passages: lines.flatMap(({ passage }) => (passage ? [passage as Passage] : [])) };
}

async function pipeOf(file: string): Promise<string> {
  const { streams } = await ask(file, "--stream", "all");
  return streams.find(({ type }) => type === "pipe")?.link ?? "no pipe";
}

const sum = (passages: Passage[]): number => passages.reduce((total, { bytes }) => total + bytes, 0);

test("every byte through a pipe, by numbers that differ: who wrote it and who read it", async (t) => {
  if (program === undefined) return skip(t, NO_COMPILER);
  const { streams, passages } = await ask(recording, "--stream", await pipeOf(recording));
  const [writes = [], reads = []] = (["write", "read"] as const).map((what) => passages.filter((one) => one.what === what));
  assert.equal(streams.length, 1);
  assert.deepEqual(writes.map(({ call, fd, data, unseen }) => [call, fd, data, unseen]), [["write", 20, "one \0\u00ff", undefined], ["writev", 20, "two three ", undefined], ["sendfile", 20, undefined, true]]);
  assert.equal(reads.map(({ data }) => data).join(""), "one \0\u00fftwo three four");
  assert.ok(reads.every(({ fd }) => fd === 30));
  const [writer, reader] = [writes[0]?.pid, reads[0]?.pid];
  assert.notEqual(writer, reader);
  for (const [mine, theirs, other] of [[writes, reads, reader], [reads, writes, writer]] as const) {
    assert.equal(sum(mine), 20);
    for (const { shares, bytes } of mine) {
      assert.equal(shares.reduce((total, one) => total + one.bytes, 0), bytes);
      assert.ok(shares.every(({ pid, n }) => pid === other && theirs.some((one) => one.n === n)));
    }
  }
});

test("both ends of a pair of sockets, message by message", async (t) => {
  if (program === undefined) return skip(t, NO_COMPILER);
  const all = await ask(recording, "--stream", "all");
  const link = all.streams.find(({ type }) => type === "socket")?.link ?? "";
  const { streams, passages } = await ask(recording, "--stream", link);
  assert.equal(streams.length, 2);
  assert.deepEqual(passages.map(({ call, what, data }) => [call, what, data]), [["sendmmsg", "write", "aa"], ["sendmmsg", "write", "bbb"], ["recvmmsg", "read", "aa"], ["recvmmsg", "read", "bbb"]]);
  const [a, b, ra, rb] = passages;
  assert.deepEqual([ra?.shares, rb?.shares], [[{ n: a?.n, pid: a?.pid, bytes: 2 }], [{ n: b?.n, pid: b?.pid, bytes: 3 }]]);
});

test("as text and in hexadecimal, with what could not be seen said so, in two languages", async (t) => {
  if (program === undefined) return skip(t, NO_COMPILER);
  const link = await pipeOf(recording);
  const text = (await forkscope(["show", recording, "--stream", link])).stdout;
  assert.match(text, /^# pipe:\[\d+\], pipe: 20 bytes written by \d+; 20 bytes read by \d+\n/);
  assert.match(text, /fd 20: writes 10 bytes \(writev\) → read by \d+ \[\d+\].*\n +\| two three /);
  assert.match(text, /\(moved inside the kernel: its bytes were not seen\)/);
  const hex = (await forkscope(["show", recording, "--stream", link, "--hex", "--lang", "zh"])).stdout;
  assert.match(hex, /写 6 字节 \(write\) → .*\n +00000000 {2}6f 6e 65 20 00 ff +\|one \.\.\|/);
});

test("a descriptor of a process names its stream, at an event", async (t) => {
  if (program === undefined) return skip(t, NO_COMPILER);
  const { passages } = await ask(recording, "--stream", await pipeOf(recording));
  const [first] = passages.filter(({ what }) => what === "write");
  assert.ok(first);
  const own = await ask(recording, "--stream", `${first.pid}:20`, "--at", String(first.n));
  assert.deepEqual(own.passages.map(({ fd }) => fd), [20, 20, 20]);
  const none = await forkscope(["show", recording, "--stream", "pipe:[0]"]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /no bytes passed through "pipe:\[0\]"/);
});

test("only whose bytes were asked for, and no more than the limits", async (t) => {
  if (program === undefined) return skip(t, NO_COMPILER);
  const file = join(temporary(), "some.fsr");
  await forkscope(["trace", "--data", "20", "--data-limit", "4", "--data-total", "7", "--record", file, "--", program, "streams"]);
  const { passages } = await ask(file, "--stream", await pipeOf(file));
  assert.deepEqual(passages.filter(({ what }) => what === "write").map(({ data }) => data), ["one ", "two", undefined]);
  assert.ok(passages.filter(({ what }) => what === "read").every(({ data, preview }) => data === undefined && preview !== undefined));
});

test("the bytes are taken out of what is exported, unless they are asked for", async (t) => {
  if (program === undefined) return skip(t, NO_COMPILER);
  const [without, withData] = await Promise.all([[], ["--with-data"]].map(async (more) => (await forkscope(["export", recording, "--to", "json", ...more])).stdout));
  assert.doesNotMatch(without ?? "", /"data":|two three/);
  assert.match(withData ?? "", /"data":"two three "/);
});

test("--data is refused where nothing could be recorded", async () => {
  const tree = await forkscope(["trace", "--level", "tree", "--data", "all", "--", "true"]);
  assert.deepEqual([tree.code, /level tree sees no reads/.test(tree.stderr)], [2, true]);
  const engine = await forkscope(["trace", "--engine", "bpf", "--data", "all", "--", "true"]);
  assert.deepEqual([engine.code, /--data reads the memory of held processes/.test(engine.stderr)], [2, true]);
  const limit = await forkscope(["trace", "--data-limit", "9", "--", "true"]);
  assert.deepEqual([limit.code, /whose bytes to record is not said/.test(limit.stderr)], [2, true]);
});
