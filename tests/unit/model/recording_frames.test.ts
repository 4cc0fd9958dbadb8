import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inflate } from "../../../engine/recordings.ts";
import { crc32 } from "../../../lib/model/crc32.ts";
import { type Event, FORMAT_VERSION, readRecording, RecordingReader, type RecordingHeader, RecordingWriter } from "../../../lib/model/mod.ts";
import { does, exits, file, forks, numbered, P, socketpair, standing } from "./story.ts";

const header: RecordingHeader = { forkscope: FORMAT_VERSION, command: ["ls", "行"], kernel: "6.1", arch: "x86_64", date: "2026-01-01T00:00:00Z" };
const events: Event[] = numbered([
  standing(), forks(P, 200), does(P, socketpair(3, 4)), does(P, { op: "receive", fd: 3, bytes: 1, fds: [file(5)], truncated: false }),
  ...Array.from({ length: 40 }, (_, i) => does(P, { op: "write", fd: 3, bytes: i })), exits(200),
]);
const deflate = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes);

/** The file, with a frame after each of these counts of events. */
function written(...counts: number[]): Uint8Array {
  const writer = new RecordingWriter(header, deflate);
  const pieces = [writer.begin()];
  let next = 0;
  for (const count of counts) {
    for (const event of events.slice(next, next + count)) writer.add(event);
    next += count;
    pieces.push(writer.take());
  }
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

const whole = written(1, 1, 2, 20, events.length - 24);
const start = written().length;

describe("recordings in frames", () => {
  test("what was written is read, header and all", () => {
    expect(readRecording(whole, inflate)).toEqual({ header, events });
    expect(readRecording(written(), inflate)).toEqual({ header, events: [] });
  });

  test("a frame of nothing takes no byte", () => {
    expect(written(0, 0, 3, 0)).toEqual(written(3));
  });

  test("cut at any byte: every whole event before is kept, and the cut is told of", () => {
    let before = 0;
    for (let length = start; length <= whole.length; length++) {
      const read = readRecording(whole.slice(0, length), inflate);
      expect(read.events, `cut to ${length}`).toEqual(events.slice(0, read.events.length));
      expect(read.events.length, `cut to ${length}`).toBeGreaterThanOrEqual(before);
      before = read.events.length;
      const atFrame = [written(), written(1), written(1, 1), written(1, 1, 2), written(1, 1, 2, 20), whole].some((file) => file.length === length);
      expect(read.damaged === undefined, `cut to ${length}`).toBe(atFrame);
    }
    expect(before).toBe(events.length);
  });

  test("a cut frame gives the events that are whole in it", () => {
    const one = written(events.length);
    const read = readRecording(one.slice(0, one.length - 3), inflate);
    expect(read.events.length).toBeGreaterThan(events.length - 5);
    expect(read.damaged).toEqual({ where: `byte ${start}`, why: "the frame is cut" });
  });

  test("cut within the header there is nothing to read", () => {
    for (let length = 0; length < start; length++) expect(() => readRecording(whole.slice(0, length), inflate), `cut to ${length}`).toThrow("Cannot read recording");
  });

  test("a changed byte anywhere: what stands before its frame is kept, and nothing wrong is read", () => {
    for (let at = start; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const read = readRecording(changed, inflate);
      expect(read.damaged, `byte ${at}`).toBeDefined();
      expect(read.events, `byte ${at}`).toEqual(events.slice(0, read.events.length));
    }
  });

  test("read in pieces of any size, it is the same", () => {
    for (const size of [1, 7, 64, 1000]) {
      const reader = new RecordingReader(inflate);
      const read: Event[] = [];
      for (let at = 0; at < whole.length; at += size) read.push(...reader.push(whole.slice(at, at + size)));
      expect([...read, ...reader.end()]).toEqual(events);
      expect(reader.damaged).toBeUndefined();
    }
  });

  test("a higher version is refused with both numbers", () => {
    const writer = new RecordingWriter({ ...header, forkscope: (FORMAT_VERSION + 1) as typeof FORMAT_VERSION }, deflate);
    expect(() => readRecording(writer.begin(), inflate)).toThrow(`its format is version ${FORMAT_VERSION + 1}, this reader knows up to ${FORMAT_VERSION}`);
  });

  test("the checksum is zip's", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });
});
