import { describe, expect, test } from "vitest";
import { encodeEvent, encodeHeader, FORMAT_VERSION, parseText, type RecordingHeader } from "../../../lib/model/mod.ts";
import { does, exits, file, forks, numbered, P, socketpair, standing } from "./story.ts";

const header: RecordingHeader = { forkscope: FORMAT_VERSION, command: ["ls", "行"], kernel: "6.1", arch: "x86_64", date: "2026-01-01T00:00:00Z" };
const events = numbered([standing(), forks(P, 200), does(P, socketpair(3, 4)), does(P, { op: "receive", fd: 3, bytes: 1, fds: [file(5)], truncated: false }), exits(200)]);
const text = encodeHeader(header) + events.map(encodeEvent).join("");
const lines = text.split("\n");

function withLine(number: number, line: string): string {
  return lines.map((old, i) => i === number - 1 ? line : old).join("\n");
}

describe("recordings as text", () => {
  test("what was written is read", () => {
    expect(parseText(text)).toEqual({ header, events });
  });

  test("one line each, every line ended", () => {
    expect(lines.length).toBe(events.length + 2);
    expect(lines.at(-1)).toBe("");
    expect(encodeEvent(numbered([{ kind: "fact", pid: P, name: "a\nb", value: "\n" }])[0] as typeof events[0]).match(/\n/g)?.length).toBe(1);
  });

  test("a header alone is a recording of nothing", () => {
    expect(parseText(encodeHeader(header))).toEqual({ header, events: [] });
  });

  test("cut anywhere: every whole event before is kept", () => {
    const headerEnd = text.indexOf("\n");
    for (let length = headerEnd; length < text.length; length++) {
      const cut = text.slice(0, length);
      const read = parseText(cut);
      const whole = cut.split("\n").length - 2 + (read.damaged === undefined && !cut.endsWith("\n") && length > headerEnd + 1 ? 1 : 0);
      expect(read.events, `cut to ${length}`).toEqual(events.slice(0, Math.max(0, whole)));
    }
  });

  test("a cut last line is told of", () => {
    expect(parseText(text.slice(0, -5)).damaged).toEqual({ where: "line 6", why: "the line is cut" });
  });

  test.each([
    ["no JSON", "{nonsense", "the line is not a JSON object"],
    ["an array", "[1]", "the line is not a JSON object"],
    ["null", "null", "the line is not a JSON object"],
    ["an empty line", "", "the line is not a JSON object"],
    ["a gap in the numbers", encodeEvent({ ...events[2], n: 7 } as never).trim(), "event number 7 where 2 is due"],
    ["a kind never heard of", `{"n":2,"t":1,"pid":1,"kind":"toString"}`, "unknown kind of event: toString"],
    ["no time", `{"n":2,"pid":1,"kind":"continue"}`, "continue without t"],
    ["a fork without a child", `{"n":2,"t":1,"pid":1,"kind":"fork","start":1,"how":"fork"}`, "fork without child"],
    ["an op never heard of", `{"n":2,"t":1,"pid":1,"kind":"call","call":"x","args":[],"ret":0,"op":{"op":"levitate"}}`, "unknown op: levitate"],
    ["an op that is none", `{"n":2,"t":1,"pid":1,"kind":"call","call":"x","args":[],"ret":0,"op":3}`, "the op of a call is not an object"],
    ["a dup to nowhere", `{"n":2,"t":1,"pid":1,"kind":"call","call":"dup","args":[],"ret":0,"op":{"op":"dup","from":1,"cloexec":false}}`, "dup without to"],
    ["a file without an inode", `{"n":2,"t":1,"pid":1,"kind":"call","call":"open","args":[],"ret":3,"op":{"op":"open","file":{"fd":3,"link":"x"}}}`, "file of open without inode"],
    ["a received file that is none", `{"n":2,"t":1,"pid":1,"kind":"call","call":"recvmsg","args":[],"ret":1,"op":{"op":"receive","fd":3,"bytes":1,"truncated":false,"fds":[7]}}`, "file of receive is not an object"],
    ["a snapshot without processes", `{"n":2,"t":1,"pid":1,"kind":"start","snapshot":{}}`, "snapshot without processes"],
  ])("damage: %s", (_, line, why) => {
    const read = parseText(withLine(4, line));
    expect(read.damaged).toEqual({ where: "line 4", why });
    expect(read.events).toEqual(events.slice(0, 2));
  });

  test("a higher version is refused with both numbers", () => {
    expect(() => parseText(withLine(1, `{"forkscope":${FORMAT_VERSION + 1}}`))).toThrow(
      `Cannot read recording: its format is version ${FORMAT_VERSION + 1}, this reader knows up to ${FORMAT_VERSION}`);
  });

  test.each([["nothing", ""], ["some text", "hello\n"], ["other JSON", "{\"a\":1}\n"]])("%s is no recording", (_, other) => {
    expect(() => parseText(other)).toThrow("Cannot read recording: it does not begin with a forkscope header");
  });
});
