import { describe, expect, test } from "vitest";
import { splitCommand } from "../../../app/renderer/overlay/split_command.ts";
import { statusBits, statusNumber } from "../../../app/renderer/inspector/wait_bits.ts";
import { isAhead, tokens } from "../../../app/renderer/rail/highlight.ts";
import { caption } from "../../../app/renderer/words/caption.ts";
import { changes } from "../../../app/renderer/words/changes.ts";
import { duration, flagNames, grouped, tickLabels } from "../../../app/renderer/words/format.ts";
import type { Event } from "../../../lib/model/event.ts";
import { load } from "./world.ts";

const drawing = load("drawing");
const said = (n: number, lang: "zh" | "en") => {
  const event = drawing.events[n];
  if (!event) throw new Error(`Caption event ${n}: there is none`);
  return caption(event, { world: drawing.timeline.at(n), memory: drawing.digest.memory, lang });
};
const find = (match: (event: Event) => boolean) => drawing.events.findIndex(match);
const receive = find((event) => event.kind === "call" && event.op?.op === "receive");

describe("caption()", () => {
  test("tells where a received descriptor comes from", () => {
    expect(said(receive, "en")).toEqual(["4102 received a descriptor.", "Its new fd 3 refers to the description that 4101 calls fd 4."]);
    expect(said(receive, "zh")).toEqual(["4102 接收了一个描述符。", "它的新 fd 3 指向 4101 称作 fd 4 的那个描述。"]);
  });

  test("names a descriptor that the event closed", () => {
    const close = find((event) => event.kind === "call" && event.op?.op === "close" && event.pid === 4101 && event.op.fd === 6 && event.n > 20);
    expect(said(close, "en")).toEqual(["4101 closed fd 6, audit.log.", "The description stays: 1 reference left."]);
  });

  test("says who waits for a zombie", () => {
    expect(said(find((event) => event.kind === "exit"), "en")).toEqual(["4103 exited with status 3.", "Its descriptors are closed; it is a zombie until 4101 waits for it."]);
  });

  test("has a lead for every event in both languages, and no Chinese word spaced from the next", () => {
    for (const event of drawing.events) {
      expect([event.n, said(event.n, "en")[0]]).not.toEqual([event.n, ""]);
      expect(said(event.n, "zh").join("")).not.toMatch(/[\u4e00-\u9fff] +[\u4e00-\u9fff]/);
    }
  });
});

describe("changes()", () => {
  test("tells that a count stays when a reference moves from the message to the table", () => {
    const step = drawing.digest.stepOf(receive);
    const delta = drawing.digest.deltas[step];
    if (!delta) throw new Error("no delta");
    const lines = changes(drawing.timeline.at(receive), delta, drawing.digest.memory, "en").map((each) => `${each.sign} ${each.text}`);
    expect(lines).toContain("+ fd 3 in 4102, report.csv, close-on-exec set");
    expect(lines).toContain("= count of report.csv stays 2: from the message to the table");
  });
});

describe("format", () => {
  test("groups four digits and more by thin spaces", () => {
    expect([grouped(999), grouped(4096), grouped(1234567)]).toEqual(["999", "4\u2009096", "1\u2009234\u2009567"]);
  });
  test("picks the unit of a time", () => {
    expect([duration(38), duration(12482), duration(2_500_000)]).toEqual(["38 µs", "12.482 ms", "2.500 s"]);
  });
  test("labels a ruler as shortly as keeps neighbours apart", () => {
    expect(tickLabels([0, 900, 1500, 2_000_000, 2_001_000])).toEqual(["0 ms", "900 µs", "1.5 ms", "2 s", "2.001 s"]);
  });
  test("names access mode and status flags", () => {
    expect([flagNames(0), flagNames(0o102001), flagNames(0o4002)]).toEqual([["O_RDONLY"], ["O_WRONLY", "O_APPEND"], ["O_RDWR", "O_NONBLOCK"]]);
  });
});

describe("statusNumber()", () => {
  test.each([
    [{ kind: "exited", code: 3 }, 0x0300],
    [{ kind: "signaled", signal: 11, core: true }, 0x8b],
    [{ kind: "stopped", signal: 20 }, 0x147f],
    [{ kind: "continued" }, 0xffff],
  ] as const)("%j is %i, as wait(2) encodes it", (status, number) => {
    expect(statusNumber(status)).toBe(number);
    expect(Number.parseInt(statusBits(status).map((bit) => (bit ? "1" : "0")).join(""), 2)).toBe(number);
  });
});

describe("splitCommand()", () => {
  test.each([
    ["ls -l", ["ls", "-l"]],
    ["bash -c 'ls | sort'", ["bash", "-c", "ls | sort"]],
    ["a \"b \\\" c\" ''", ["a", "b \" c", ""]],
    ["a\\ b", ["a b"]],
    ["   ", []],
  ])("%s", (line, words) => { expect(splitCommand(line)).toEqual(words); });
});

describe("script", () => {
  test("tells keywords, calls, strings and comments apart", () => {
    expect(tokens("const a = open(\"x\"); // why").map((token) => `${token.kind}:${token.text}`)).toEqual(["k:const", ": a = ", "f:open", ":(", "s:\"x\"", ":); ", "c:// why"]);
  });
  test("greys lines below the last one reached and those led by a line not reached", () => {
    const reached = new Set([1, 6]);
    const ahead = [1, 2, 3, 4, 5, 6, 7].map((line) => isAhead(line, reached, [1, 4, 6], 6));
    expect(ahead).toEqual([false, false, false, true, true, false, true]);
  });
});
