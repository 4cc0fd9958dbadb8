import { describe, expect, it } from "vitest";
import { languageOf, readArguments } from "../../../cli/args.ts";

const english = { LANG: "en_US.UTF-8" };

describe("readArguments", () => {
  it.each([
    ["the scenario is the one word", ["play", "zombie"], { command: "play", rest: ["zombie"] }],
    ["options may stand before the command", ["--runtime", "deno", "play", "zombie"], { command: "play", rest: ["zombie"] }],
    ["-- ends our options", ["trace", "--", "ls", "-l"], { command: "trace", rest: ["ls", "-l"] }],
    ["without -- the first word of the command ends them", ["trace", "ls", "--json"], { command: "trace", rest: ["ls", "--json"] }],
    ["what follows -- is not read, even if it looks like help", ["trace", "--", "ls", "--help"], { command: "trace", rest: ["ls", "--help"] }],
  ])("%s", (_why, words, wanted) => {
    expect(readArguments(words, english)).toMatchObject({ kind: "run", ...wanted });
  });

  it.each([
    [["play", "zombie", "--runtime=deno"], { runtime: "deno" }],
    [["play", "zombie", "--runtime", "bun"], { runtime: "bun" }],
    [["play", "zombie", "--json", "--no-verify"], { json: true, verify: false }],
    [["play", "zombie", "--pace", "2.5"], { pace: 2.5 }],
    [["trace", "--record", "x.fsr", "--verify", "--", "ls"], { record: "x.fsr", verify: true }],
    [["trace", "--data", "pipe,3,/tmp/a/../b,/etc/", "--data-limit", "9", "--", "ls"], { data: ["pipe", "3", "/tmp/b", "/etc/"], dataLimit: 9 }],
    [["show", "x.fsr", "--stream", "pipe:[7]", "--hex"], { stream: "pipe:[7]", hex: true }],
    [["serve", "--port", "0", "--play", "zombie"], { port: 0, play: "zombie" }],
    [["list", "--lang", "zh"], { lang: "zh" }],
  ])("%j sets its options", (words, options) => {
    expect(readArguments(words, english)).toMatchObject({ kind: "run", options });
  });

  it("leaves pace and verify to the command when nobody says", () => {
    const line = readArguments(["play", "zombie"], english);
    expect(line.kind === "run" && line.options).not.toHaveProperty("pace");
    expect(line.kind === "run" && line.options).not.toHaveProperty("verify");
  });

  it.each([
    ["no command", [], "read command: none given"],
    ["an unknown command", ["jump"], 'read command: "jump" is not one of list, play'],
    ["an unknown option", ["play", "zombie", "--fast"], "read --fast: no such option"],
    ["an option of another command", ["list", "--port", "1"], "read --port: list has no such option"],
    ["a missing value", ["play", "zombie", "--record"], "read --record: a value is missing"],
    ["-- is no value", ["trace", "--record", "--", "ls"], "read --record: a value is missing"],
    ["a value for an option that has none", ["play", "zombie", "--json=yes"], "read --json=yes: no such option"],
    ["another runtime", ["play", "zombie", "--runtime", "node"], 'read --runtime: "node" is not one of bun, deno'],
    ["a port out of range", ["serve", "--port", "65536"], 'read --port: "65536" is not a number from 0 to 65535'],
    ["a port that is no whole number", ["serve", "--port", "1.5"], 'read --port: "1.5"'],
    ["an empty number", ["play", "zombie", "--pace", ""], 'read --pace: ""'],
    ["a missing scenario", ["play"], "read play: a scenario is missing"],
    ["a missing command", ["trace", "--"], "read trace: a command is missing"],
    ["one word too many", ["play", "zombie", "twice"], 'read play: "twice" is one word too many'],
    ["a name of Object's prototype", ["play", "zombie", "--constructor"], "read --constructor: no such option"],
  ])("refuses %s", (_why, words, why) => {
    expect(readArguments(words, english)).toEqual({ kind: "wrong", why: expect.stringContaining(why) as string });
  });

  it("knows help and version", () => {
    expect(readArguments(["--version"], english)).toEqual({ kind: "version" });
    expect(readArguments(["play", "--help"], english)).toMatchObject({ kind: "help", command: "play" });
    expect(readArguments(["-h"], english)).toMatchObject({ kind: "help" });
  });
});

describe("languageOf", () => {
  it.each([
    [{ LANG: "zh_CN.UTF-8" }, "zh"],
    [{ LANG: "en_GB.UTF-8" }, "en"],
    [{ LANG: "en_GB.UTF-8", LC_ALL: "zh_TW" }, "zh"], // LC_ALL wins, locale(7)
    [{ LANG: "zh_CN", LC_MESSAGES: "C" }, "en"],
    [{}, "en"],
  ])("%j is %s", (env, lang) => {
    expect(languageOf(env)).toBe(lang);
  });
});
