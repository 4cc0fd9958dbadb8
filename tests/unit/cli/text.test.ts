import { describe, expect, it } from "vitest";
import { colourPaint, cut, pad, paintFor, plainPaint, printable, widthOf, wrap } from "../../../cli/text.ts";

describe("widthOf", () => {
  it.each([
    ["abc", 3],
    ["进程", 4],
    ["a进b", 4],
    ["，。", 4], // fullwidth punctuation
    ["e\u0301", 1], // a combining mark takes no column
    ["┌─┐", 3],
    ["", 0],
    [colourPaint("now", "进程"), 4], // colours take none
  ])("%j takes %i columns", (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

describe("cut", () => {
  it.each([
    ["abcdef", 4, "abc…"],
    ["abcd", 4, "abcd"],
    ["进程表", 5, "进程…"],
    ["进程表", 4, "进…"], // half a wide character is none
    ["abc", 0, ""],
  ])("%j to %i is %j", (text, width, wanted) => {
    expect(cut(text, width)).toBe(wanted);
    expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
  });
});

describe("pad", () => {
  it("counts columns, not characters", () => {
    expect(pad("进程", 6)).toBe("进程  ");
    expect(pad("abc", 2)).toBe("abc");
  });
});

describe("wrap", () => {
  it("breaks English at spaces", () => {
    expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
  });
  it("breaks Chinese between characters, and keeps a comma with what it follows", () => {
    expect(wrap("进程结束，父进程", 9)).toEqual(["进程结", "束，父进", "程"]);
  });
  it("keeps a word that is longer than a line whole", () => {
    expect(wrap("a verylongword b", 5)).toEqual(["a", "verylongword", "b"]);
  });
  it("gives no line for nothing", () => {
    expect(wrap("", 10)).toEqual([]);
  });
});

describe("printable", () => {
  it("shows control characters and never sends them", () => {
    expect(printable("a\x1b[2Jb\n\x9b")).toBe("a\\x1b[2Jb\\x0a\\x9b");
  });
});

describe("paintFor", () => {
  it.each([
    ["a terminal", true, {}, colourPaint],
    ["a pipe", false, {}, plainPaint],
    ["NO_COLOR", true, { NO_COLOR: "1" }, plainPaint],
    ["an empty NO_COLOR counts as unset", true, { NO_COLOR: "" }, colourPaint],
    ["TERM=dumb", true, { TERM: "dumb" }, plainPaint],
  ])("%s", (_why, terminal, env, wanted) => {
    expect(paintFor(terminal, env)).toBe(wanted);
  });
});
