import { describe, expect, test } from "vitest";
import { type Event, FORMAT_VERSION, type RecordingHeader } from "../../../lib/model/mod.ts";
import { redact, spansOf, toChrome, toPerfetto, toSvg } from "../../../lib/model/export/mod.ts";
import { does, execs, exits, file, forks, numbered, P, standing, type Told, waits } from "./story.ts";

const header: RecordingHeader = { forkscope: FORMAT_VERSION, command: ["sh", "-c", "<x>"], kernel: "6.1", arch: "x86_64", date: "2026-01-01T00:00:00Z" };
const took = (microseconds: number, told: Told): Told => ({ ...told, took: microseconds }) as Told;
const events: Event[] = numbered([
  standing(), took(4, does(P, { op: "open", file: file(3) }, { call: "openat" })), forks(P, 200), forks(P, 101, { thread: true }), execs(200),
  took(2, does(P, { op: "write", fd: 3, bytes: 3 }, { tid: 101, call: "write" })), exits(200), waits(P, 200), forks(P, 200), exits(200, 1), waits(P, 200), exits(P),
]);
const spans = spansOf(header, events);

describe("spans", () => {
  test("each process is told once, one that has a used number again too", () => {
    expect(spans.lives.map(({ pid, name, from, to, end }) => [pid, name, from, to, end])).toEqual([
      [P, "story", 0, 110, "exited, status 0"], [200, "cat", 20, 60, "exited, status 0"], [200, "story", 80, 90, "exited, status 1"],
    ]);
    expect(spans.threads).toEqual([{ life: 0, tid: P }, { life: 1, tid: 200 }, { life: 0, tid: 101 }, { life: 2, tid: 200 }]);
  });

  test("a call goes from its entry to its return", () => {
    expect(spans.slices.find(({ name }) => name === "openat")).toMatchObject({ life: 0, tid: P, from: 6, to: 10, kind: "call" });
  });

  test("flows: a fork to its child's first step, an end to its wait", () => {
    const named = spans.flows.map(({ from, to }) => [spans.slices[from]?.name, spans.slices[to]?.name]);
    expect(named).toEqual([["fork 200", "exec cat"], ["exited, status 0", "wait"], ["fork 200", "exited, status 1"], ["exited, status 1", "wait"]]);
  });
});

describe("Perfetto", () => {
  test("every process, thread, slice and flow is in the file", () => {
    const packets = fields(toPerfetto(spans)).map(([, bytes]) => fields(bytes as Uint8Array));
    const descriptors = packets.flatMap((packet) => packet.filter(([number]) => number === 60).map(([, bytes]) => fields(bytes as Uint8Array)));
    expect(descriptors.filter((one) => one.some(([number]) => number === 3)).length).toBe(spans.lives.length);
    expect(descriptors.filter((one) => one.some(([number]) => number === 4)).length).toBe(spans.threads.length);
    const told = packets.flatMap((packet) => packet.filter(([number]) => number === 11).map(([, bytes]) => fields(bytes as Uint8Array)));
    const ofType = (type: number): number => told.filter((one) => one.some(([number, value]) => number === 9 && value === type)).length;
    const calls = spans.slices.filter(({ kind }) => kind === "call").length;
    expect([ofType(1), ofType(2), ofType(3)]).toEqual([calls, calls, spans.slices.length - calls]);
    const flows = (field: number): unknown[] => told.flatMap((one) => one.filter(([number]) => number === field).map(([, value]) => value)).sort();
    expect(flows(47)).toEqual(spans.flows.map((_, i) => i + 1));
    expect(flows(48)).toEqual(flows(47));
  });

  test("tracks are named once each, and times never go back on one", () => {
    const packets = fields(toPerfetto(spans)).map(([, bytes]) => new Map(fields(bytes as Uint8Array)));
    const last = new Map<unknown, number>();
    for (const packet of packets) {
      const event = packet.get(11);
      if (event === undefined) continue;
      const track = new Map(fields(event as Uint8Array)).get(11);
      expect(Number(packet.get(8))).toBeGreaterThanOrEqual(last.get(track) ?? 0);
      last.set(track, Number(packet.get(8)));
    }
  });
});

test("Chrome's form: processes, threads, slices and flows in JSON", () => {
  const { traceEvents } = JSON.parse(toChrome(spans)) as { traceEvents: { ph: string; pid: number }[] };
  const count = (ph: string): number => traceEvents.filter((one) => one.ph === ph).length;
  expect([count("M"), count("X") + count("i"), count("s"), count("f")]).toEqual([spans.lives.length + spans.threads.length, spans.slices.length, spans.flows.length, spans.flows.length]);
  expect(new Set(traceEvents.filter(({ ph }) => ph === "M").map(({ pid }) => pid)).size).toBe(spans.lives.length);
});

test("the picture names every process, and what a command holds of markup is text", () => {
  const svg = toSvg(spans);
  for (const { pid } of spans.lives) expect(svg).toContain(`>${pid} `);
  expect(svg).toContain("sh -c &#60;x&#62;");
  expect(svg).not.toContain("<x>");
});

describe("what is shared holds no data", () => {
  test.each<[string, Partial<Event>, unknown]>([
    ["written data", { kind: "call", call: "write", args: ["1", '"secret \\" word"...', "12"], ret: 12, op: { op: "write", fd: 1, bytes: 12, preview: "secret" } }, { args: ["1", '"…"', "12"], op: { op: "write", fd: 1, bytes: 12 } }],
    ["a message", { kind: "call", call: "sendmsg", args: ["1", '{"secret", SCM_RIGHTS [3]}', "0"], ret: 1, op: { op: "send", fd: 1, bytes: 1, fds: [3], preview: "secret" } }, { args: ["1", '{"…", SCM_RIGHTS [3]}', "0"], op: { op: "send", fd: 1, bytes: 1, fds: [3] } }],
    ["a path is no data", { kind: "call", call: "openat", args: ["AT_FDCWD", '"/etc/passwd"'], ret: 3 }, { args: ["AT_FDCWD", '"/etc/passwd"'] }],
    ["a fact", { kind: "fact", name: "x", value: "secret" }, { value: null }],
    ["a write that sleeps", { kind: "block", call: "write", args: ["1", '"secret"', "6"] }, { args: ["1", '"…"', "6"] }],
  ])("%s", (_, event, left) => {
    const redacted = redact({ n: 1, t: 1, pid: 1, ...event } as Event);
    expect(redacted).toMatchObject(left as object);
    expect(JSON.stringify(redacted)).not.toContain("secret");
  });
});

/** Fields of a protobuf message, read without its schema. */
function fields(bytes: Uint8Array): [number: number, value: number | Uint8Array][] {
  const found: [number, number | Uint8Array][] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key % 8;
    if (wire === 0) found.push([Math.floor(key / 8), varint()]);
    else if (wire === 1) {
      found.push([Math.floor(key / 8), new DataView(bytes.buffer, bytes.byteOffset + at, 8).getUint32(0, true)]);
      at += 8;
    } else {
      const length = varint();
      found.push([Math.floor(key / 8), bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  return found;
}
