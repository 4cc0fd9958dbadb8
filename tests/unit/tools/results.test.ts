import { describe, expect, test } from "vitest";
import { parseJunit } from "../../../tools/run/results.mjs";

const ok = (name: string) => `<testcase name="${name}" classname="" time="0.1" />`;
const with_ = (name: string, body: string) => `<testcase name="${name}" classname="">${body}</testcase>`;

describe("parseJunit() counts", () => {
  const rows: [string, string, string, { passed: number; failed: number; skipped: number }][] = [
    ["plain tests", ok("a") + ok("b"), "", { passed: 2, failed: 0, skipped: 0 }],
    ["a failure", ok("a") + with_("b", `<failure message="1 !== 2">1 !== 2</failure>`), "", { passed: 1, failed: 1, skipped: 0 }],
    ["a skip that the reporter calls passed", ok("a"), "# SKIP a # needs root\n", { passed: 0, failed: 0, skipped: 1 }],
    ["a skip with its reason printed", with_("a", "<skipped />"), "# SKIP a # needs root\n", { passed: 0, failed: 0, skipped: 1 }],
    ["a skip without a reason as a failure", with_("a", "<skipped />"), "", { passed: 0, failed: 1, skipped: 0 }],
    ["a group's tests, not the group", ok("g") + ok("g &gt; a") + ok("g &gt; b"), "", { passed: 2, failed: 0, skipped: 0 }],
    ["one of two tests with the same name", ok("a") + ok("a"), "# SKIP a # needs root\n", { passed: 1, failed: 0, skipped: 1 }],
    ["a failure although a skip was printed", with_("a", "<failure/>"), "# SKIP a # needs root\n", { passed: 0, failed: 1, skipped: 0 }],
    ["a file that Bun could not load", ok("a"), " 1 pass\n 1 fail\n", { passed: 1, failed: 1, skipped: 0 }],
    ["nothing", "", "", { passed: 0, failed: 0, skipped: 0 }],
  ];
  test.each(rows)("%s", (_, xml, printed, wanted) => {
    const { passed, failed, skipped } = parseJunit(`<testsuites>${xml}</testsuites>`, printed);
    expect({ passed, failed, skipped: skipped.length }).toEqual(wanted);
  });
});

test("parseJunit() gives each case with its file, however the runtime writes it", () => {
  const xml = `<testsuites><testcase name="a" classname="" file="tests/conformance/a.test.ts" /><testcase name="b" classname="./tests/conformance/b.test.ts" /></testsuites>`;
  expect(parseJunit(xml, "# SKIP b # needs root\n").cases).toEqual([
    { file: "tests/conformance/a.test.ts", name: "a", status: "passed" },
    { file: "tests/conformance/b.test.ts", name: "b", status: "skipped", reason: "needs root" },
  ]);
});
