/** The same steps in C and in the library come to the same: return values, errors, statuses, offsets, events, bytes, in order. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { NATIVE, whyNot } from "../../helpers/compile.ts";
import { bothSides, type Sides } from "../../helpers/oracle.ts";
import { skip } from "../../helpers/skip.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const families = readdirSync(folder).filter((name) => name.endsWith(".c")).map((name) => name.slice(0, -2)).sort();
const missing = whyNot(NATIVE) ?? (process.getuid?.() === 0 ? undefined : "needs root: some of the cases give up rights");
const sides = new Map<string, Promise<Sides>>();

/** Titles of the cases, read off the C program: a case that the library's side lacks has a test that fails. */
function titles(family: string): string[] {
  const text = readFileSync(join(folder, `${family}.c`), "utf8");
  return [...text.matchAll(/^CASE\(\w+, "(.*)"\)/gmu)].map(([, title = ""]) => title);
}

function sidesOf(family: string): Promise<Sides> {
  const known = sides.get(family) ?? bothSides(family);
  sides.set(family, known);
  return known;
}

for (const family of families) {
  for (const title of titles(family)) {
    test(`C and the library agree: ${title}`, async (t) => {
      if (missing) return skip(t, missing);
      const { c, library } = await sidesOf(family);
      const [expected] = c.filter((one) => one.case === title);
      const [got] = library.filter((one) => one.case === title);
      assert.ok(expected?.seen && expected.seen.length > 0, `C saw nothing: ${JSON.stringify(expected)}`);
      assert.deepEqual(got, expected);
    });
  }
  test(`the library's side of the oracle tells the same cases and complains of none: ${family}`, async (t) => {
    if (missing) return skip(t, missing);
    const { c, library, complaints } = await sidesOf(family);
    assert.equal(complaints, "");
    assert.deepEqual(library.map((one) => one.case).sort(), c.map((one) => one.case).sort());
  });
}
