import { describe, expect, it } from "vitest";
import { readRequest } from "../../../engine/requests.ts";

const play = { scenario: "zombie", runtime: "bun", run: false, pace: 4 };

describe("readRequest", () => {
  it.each([
    { id: 1, method: "hello", params: {} },
    { id: 2, method: "play", params: play },
    { id: 3, method: "play", params: { ...play, verify: true } },
    { id: 4, method: "trace", params: { command: ["ls", ""], run: true, pace: 0 } },
    { id: 5, method: "control", params: { session: 1, action: "step", pid: 12 } },
    { id: 6, method: "open", params: { path: "/tmp/x.fsr" } },
    { id: 7, method: "save", params: { session: 1, path: "/tmp/x.fsr" } },
  ])("takes $method", (message) => {
    expect(readRequest(JSON.stringify(message))).toEqual({ ok: true, request: message });
  });

  it("takes hello without params, and drops what the protocol does not know", () => {
    expect(readRequest('{"id":1,"method":"hello"}')).toEqual({ ok: true, request: { id: 1, method: "hello", params: {} } });
    expect(readRequest(JSON.stringify({ id: 1, method: "open", params: { path: "x", more: 1 } }))).toMatchObject({ request: { params: { path: "x" } } });
  });

  it.each([
    ["no JSON", "{", 0, "read message"],
    ["a list", "[]", 0, "not an object"],
    ["no id", '{"method":"hello"}', 0, "read id"],
    ["a negative id", '{"id":-1,"method":"hello"}', 0, "read id: -1"],
    ["an unknown method", '{"id":9,"method":"jump"}', 9, 'method "jump"'],
    ["a method of Object's prototype", '{"id":9,"method":"toString"}', 9, 'method "toString"'],
    ["params that are a list", '{"id":9,"method":"hello","params":[]}', 9, "params is not an object"],
  ])("refuses %s, under the id it could read", (_why, line, id, why) => {
    expect(readRequest(line)).toEqual({ ok: false, id, why: expect.stringContaining(why) as string });
  });

  it.each([
    ["play", { ...play, runtime: "node" }, 'read runtime: "node" is not one of bun, deno'],
    ["play", { ...play, run: 1 }, "read run: 1"],
    ["play", { ...play, pace: -1 }, "read pace: -1"],
    ["play", { ...play, scenario: "" }, 'read scenario: ""'],
    ["play", { ...play, verify: null }, "read verify: null"],
    ["trace", { command: [], run: true, pace: 0 }, "read command: []"],
    ["trace", { command: "ls", run: true, pace: 0 }, 'read command: "ls"'],
    ["trace", { command: ["ls", 1], run: true, pace: 0 }, "read command"],
    ["trace", { command: ["a\0b"], run: true, pace: 0 }, "without NUL"],
    ["control", { session: 1.5, action: "run" }, "read session: 1.5"],
    ["control", { session: 1, action: "jump" }, 'read action: "jump"'],
    ["control", { session: 1, action: "step", pid: "1" }, 'read pid: "1"'],
    ["open", { path: "a\0b" }, "without NUL"],
    ["save", { session: 1 }, "read path: undefined"],
  ])("refuses %s with %j", (method, params, why) => {
    expect(readRequest(JSON.stringify({ id: 3, method, params }))).toEqual({ ok: false, id: 3, why: expect.stringContaining(why) as string });
  });
});
