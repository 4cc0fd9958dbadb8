/**
 * docs/capabilities.md says what the code says, and what it says is there is there.
 *
 * FORKSCOPE_CAPABILITIES=1 writes the page anew.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import * as library from "../../../lib/core/mod.ts";
import { root } from "../../helpers/forkscope.ts";

const all = library.capabilities();
const page = join(root, "docs", "capabilities.md");

test("every name of a capability that is there is an export", () => {
  const missing = all.flatMap(({ names }) => names).filter((name) => {
    const [first = "", second] = name.split(".");
    const value = (library as Record<string, unknown>)[first];
    return value === undefined || (second !== undefined && (value as Record<string, unknown>)[second] === undefined);
  });
  assert.deepEqual(missing, []);
});

test("every function and class that is exported stands at a capability", () => {
  const named = new Set(all.flatMap(({ names }) => names));
  const exported = [...Object.entries(library), ...Object.entries(library.proc).map(([name, value]) => [`proc.${name}`, value] as const)];
  const functions = exported.filter(([, value]) => typeof value === "function").map(([name]) => name);
  assert.ok(functions.length > 300, "found by looking");
  assert.deepEqual(functions.filter((name) => !named.has(name)), []);
});

test("what is there has names, what is not has a reason, and each stands once", () => {
  for (const { capability, state, names, reason = "" } of all) {
    assert.equal(names.length > 0, state === "have", capability);
    assert.ok(state === "have" || reason.length > 10, capability);
  }
  assert.equal(new Set(all.map(({ capability }) => capability)).size, all.length);
});

test("docs/capabilities.md is made of them", () => {
  if (process.env["FORKSCOPE_CAPABILITIES"]) writeFileSync(page, text());
  assert.equal(readFileSync(page, "utf8"), text(), "FORKSCOPE_CAPABILITIES=1 with this test writes it anew");
});

function text(): string {
  const lines = [
    "# What forkscope has, has not yet, and never will have", "",
    "Made of `lib/core/support/capabilities.ts` (`capabilities()` gives the same as data); a test demands that every name is an export.",
    "What a machine allows of it is told by `support()`.", "",
  ];
  for (const area of new Set(all.map((one) => one.area))) {
    lines.push(`## ${area.charAt(0).toUpperCase()}${area.slice(1)}`, "", "| capability | state | here | elsewhere | why, or how far |", "|---|---|---|---|---|");
    for (const { capability, state, names, elsewhere, reason = "" } of all.filter((one) => one.area === area)) {
      lines.push(`| ${capability} | ${state} | ${names.map((name) => `\`${name}\``).join(", ")} | ${elsewhere} | ${reason} |`);
    }
    lines.push("");
  }
  return lines.join("\n");
}
