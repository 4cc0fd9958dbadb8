/** spawn: where a program without a slash is looked for, and what ends the search. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { spawn } from "../../../lib/core/mod.ts";
import { setVariable } from "../../../lib/core/process/environment.ts";
import { inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { outcome, output, program } from "../../helpers/spawned.ts";

/** Folders of PATH by what they hold under the name "prog"; the program looked for; what it prints, or the errno. */
const SEARCHES: readonly (readonly [string, readonly string[], string, string])[] = [
  ["the first that has it", ["one", "two"], "prog", "one"],
  ["one that has not is passed by", ["nothing", "two"], "prog", "two"],
  ["a file that may not be run is passed by", ["forbidden", "two"], "prog", "two"],
  ["only one that may not be run", ["forbidden", "nothing"], "prog", "EACCES"],
  ["a folder that is a file", ["file", "two"], "prog", "two"],
  ["none", ["nothing"], "prog", "ENOENT"],
  ["no format that is known ends the search", ["unknown", "two"], "prog", "ENOEXEC"],
  ["an interpreter that is missing", ["interpreter"], "prog", "ENOENT"],
  ["a name that is too long", ["one"], "x".repeat(300), "ENAMETOOLONG"],
  ["a name with a slash is not looked for", ["one"], "./prog", "ENOENT"],
  ["the empty name", ["one"], "", "ENOENT"],
];

for (const [title, folders, name, expected] of SEARCHES) {
  test(`PATH: ${title}: ${expected}`, () => inPrograms((root) => {
    setVariable("PATH", folders.map((folder) => join(root, folder)).join(":"));
    assert.equal(outcome(() => output([name], { cwd: "/" })), expected);
  }));
}

test("PATH: an empty folder is the child's working directory", () => inPrograms((root) => {
  setVariable("PATH", "");
  assert.equal(output(["prog"], { cwd: join(root, "two") }), "two");
  setVariable("PATH", `/nowhere::${join(root, "two")}`);
  assert.equal(output(["prog"], { cwd: join(root, "one") }), "one");
}));

test("PATH: is /bin and /usr/bin where it is not set", () => inPrograms(() => {
  setVariable("PATH", undefined);
  assert.equal(output(["echo", "found"]), "found");
}));

test("PATH: of the program, not of the environment given", () => inPrograms((root) => {
  setVariable("PATH", join(root, "one"));
  assert.equal(output(["prog"], { env: { PATH: join(root, "two") } }), "one");
}));

test("many folders in PATH, and a large environment and argument list", () => inPrograms((root) => {
  setVariable("PATH", `${"/nowhere:".repeat(3000)}${join(root, "one")}`);
  assert.equal(output(["prog"]), "one");
  assert.equal(output(["/bin/sh", "-c", "echo ${#A} $#", "sh", ...Array.from({ length: 5000 }, (_, i) => `argument ${i}`)], { env: { A: "x".repeat(100_000) } }), "100000 5000");
}));

test("arguments that are too long in all: E2BIG of execve", () => {
  assert.throws(() => spawn("/bin/true", ["true", ...Array.from({ length: 40 }, () => "x".repeat(100_000))], { rlimits: {} }), { code: "E2BIG", syscall: "execve" });
});

/** Runs a body with folders that hold programs, and puts PATH back. */
function inPrograms(body: (root: string) => void): void {
  const path = process.env["PATH"];
  withoutLeak(() => inFolder((root) => {
    chmodSync(root, 0o755);
    for (const [folder, text, mode] of [
      ["one", "#!/bin/sh\necho one\n", 0o755], ["two", "#!/bin/sh\necho two\n", 0o755], ["forbidden", "#!/bin/sh\necho forbidden\n", 0o644],
      ["unknown", "echo unknown\n", 0o755], ["interpreter", "#!/nowhere/sh\n", 0o755],
    ] as const) {
      mkdirSync(join(root, folder));
      program(join(root, folder), "prog", text, mode);
    }
    mkdirSync(join(root, "nothing"));
    writeFileSync(join(root, "file"), "");
    try {
      body(root);
    } finally {
      setVariable("PATH", path);
    }
  }));
}
