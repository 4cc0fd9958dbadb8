/** The table of what was tested, from the cases of two runs. */
import { expect, test } from "vitest";
import { conformanceTable } from "../../../tools/run/conformance.mjs";

const facts = { bun: "1", deno: "2", kernel: "6.1", libc: "glibc 2.36", machine: "x86_64", user: "root" };
const passed = (file: string, name: string) => ({ file: `tests/conformance/${file}.test.ts`, name, status: "passed" as const });

test("capabilities stand in their order, files under them, and what did not pass is named", () => {
  const bun = [passed("fd/io", "a"), passed("process/wait", "b"), passed("process/wait", "b; as nobody"), passed("readme", "c")];
  const deno = [passed("fd/io", "a"), { ...passed("process/wait", "b"), status: "failed" as const }, { ...passed("process/wait", "b; as nobody"), status: "skipped" as const, reason: "needs root" }, passed("readme", "c")];
  const { markdown, lines } = conformanceTable({ facts, cases: { bun, deno } }, (file) => file.split("/").at(-1) ?? "");
  expect(lines).toEqual([
    "capability               cases  Bun                    Deno  as another user",
    "Processes                    2    2  0, 1 failed, 1 skipped                1",
    "Descriptors                  1    1                       1",
    "Documentation, launcher      1    1                       1",
    "all                          4    4  2, 1 failed, 1 skipped                1",
  ]);
  expect(markdown).toContain("3 cases on Bun and\n2 on Deno are about the library");
  expect(markdown).toContain("| [wait.test.ts](../tests/conformance/process/wait.test.ts) | 2 | 2 | 0, **1 failed**, 1 skipped | 1 |");
  expect(markdown).toContain("| Deno | b; as nobody | needs root |");
});

test("nothing skipped is said, and a folder without a name of its own comes last", () => {
  const { markdown, lines } = conformanceTable({ facts, cases: { bun: [passed("zoo/a", "x")], deno: [passed("cli/a", "y")] } }, (file) => file);
  expect(markdown).toContain("Nothing was skipped.");
  expect(lines.map((line) => line.split(/ {2}/)[0])).toEqual(["capability", "Command line", "zoo", "all"]);
});
