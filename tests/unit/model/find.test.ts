import { describe, expect, test } from "vitest";
import { type Event, parseFind } from "../../../lib/model/mod.ts";
import { does, exits, file, forks, numbered, P, pipe, standing } from "./story.ts";

const events: Event[] = numbered([
  standing(), does(P, pipe(3, 4), { call: "pipe2" }), forks(P, 200), { kind: "exec", pid: 200, exe: "/usr/bin/cat", name: "cat", argv: ["cat", "/etc/passwd"] },
  does(200, { op: "open", file: file(5, { link: "/etc/passwd" }) }, { call: "openat" }), { kind: "call", pid: 200, call: "openat", args: ["AT_FDCWD", '"/nowhere"'], ret: -1, errno: "ENOENT" },
  { kind: "signal", pid: P, signal: 17, code: 1 }, { kind: "block", pid: P, call: "read", args: ["3"], on: { fd: 3 } }, exits(200),
]);
const found = (expression: string): number[] => events.filter(parseFind(expression)).map(({ n }) => n);

describe("finding events", () => {
  test.each<[string, number[]]>([
    ["kind=fork", [2]],
    ["pid=200", [3, 4, 5, 8]],
    ["call=openat", [4, 5]],
    ["call~^open", [4, 5]],
    ["call=openat !errno=ENOENT", [4]],
    ["errno=ENOENT", [5]],
    ["signal=SIGCHLD", [6]],
    ["signal=17", [6]],
    ["fd=3", [1, 7]],
    ["path~passwd$", [3, 4]],
    ["exe=cat", [3]],
    ["passwd", [3, 4]],
    ["nowhere pid=200", [5]],
    ['"cat" kind=exec', [3]],
    ["!pid=200 !kind=start", [1, 2, 6, 7]],
    ["nothing-has-this", []],
  ])("%s", (expression, numbers) => {
    expect(found(expression)).toEqual(numbers);
  });

  test.each([["", "the expression is empty"], ["colour=red", 'field is "colour", must be one of kind, call'], ["constructor=1", "Cannot find"], ["call~(", "regular expression"]])("%j is refused", (expression, why) => {
    expect(() => found(expression)).toThrow(why);
  });
});
