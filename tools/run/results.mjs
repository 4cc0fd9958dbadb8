/**
 * What the test runners wrote, as one shape: { passed, failed, skipped: [{ name, reason }], failures: [name] }.
 * A skip without a printed reason is a failure.
 */
import { existsSync, readFileSync } from "node:fs";

export const nothing = () => ({ passed: 0, failed: 0, skipped: [], failures: [] });

/** A gate: one check that holds or not. */
export const gate = (holds, name) => (holds ? { ...nothing(), passed: 1 } : { ...nothing(), failed: 1, failures: [name] });

/** Vitest's JSON report. */
export function fromVitest(file) {
  const report = readJson(file);
  if (!report) return undefined;
  const result = nothing();
  for (const suite of report.testResults) {
    if (suite.status === "failed" && suite.assertionResults.length === 0) add(result, "failed", suite.name);
    for (const one of suite.assertionResults) add(result, one.status === "passed" || one.status === "failed" ? one.status : "skipped", one.fullName);
  }
  return result;
}

/** Playwright's JSON report. */
export function fromPlaywright(file) {
  const report = readJson(file);
  if (!report) return undefined;
  const result = nothing();
  for (const error of report.errors ?? []) add(result, "failed", error.message.split("\n")[0]);
  for (const { title, spec } of report.suites.flatMap((suite) => specs(suite, []))) {
    for (const one of spec.tests) {
      const reason = one.annotations.find(({ type }) => type === "skip")?.description;
      const status = one.status === "expected" ? "passed" : one.status === "skipped" ? "skipped" : "failed";
      add(result, status, title, reason);
    }
  }
  return result;
}

/**
 * JUnit as Bun and Deno write it for node:test files, together with what the run printed; also case by case, with the file of each.
 * Deno lists a describe() beside its own tests ("group" and "group > test"); only leaves count.
 */
export function fromJunit(file, printed) {
  return existsSync(file) ? parseJunit(readFileSync(file, "utf8"), printed) : undefined;
}

export function parseJunit(xml, printed) {
  const reasons = printedReasons(printed);
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(([, attributes, body]) => ({
    name: unescape(attribute(attributes, "name")),
    file: (attribute(attributes, "file") || attribute(attributes, "classname")).replace(/^\.\//, ""),
    body: body ?? "",
  }));
  const parents = new Set(cases.flatMap(({ name }) => ancestors(name)));
  const result = { ...nothing(), cases: [] };
  for (const one of cases) {
    if (parents.has(one.name) && !one.name.includes(" > ")) continue;
    const reason = (reasons.get(one.name) ?? reasons.get(one.name.split(" > ").at(-1)))?.shift();
    const status = /<(failure|error)\b/.test(one.body) ? "failed" : reason !== undefined || /<skipped\b/.test(one.body) ? "skipped" : "passed";
    add(result, status, one.name, reason);
    result.cases.push({ file: one.file, name: one.name, status, ...(reason === undefined ? {} : { reason }) });
  }
  addUnlisted(result, printed);
  return result;
}

/** Bun counts a file that cannot be loaded as failed, and its JUnit leaves it out. */
function addUnlisted(result, printed) {
  const said = Number(printed.match(/^ *(\d+) fail$/m)?.[1] ?? 0);
  const broken = [...printed.matchAll(/^error: (Cannot find module .*|.* is not exported.*|Export named .*)$/gm)].map(([, why]) => why);
  for (let i = 0; result.failed < said; i += 1) add(result, "failed", `a file that cannot be loaded: ${broken[i] ?? "see above"}`);
}

/** Reasons by test name, in the order printed: a name may stand in several files. */
function printedReasons(printed) {
  const reasons = new Map();
  for (const [, name, reason] of printed.matchAll(/^# SKIP (.+?) # (.+)$/gm)) {
    reasons.set(name, [...(reasons.get(name) ?? []), reason]);
  }
  return reasons;
}

function add(result, status, name, reason) {
  if (status === "passed") result.passed += 1;
  else if (status === "skipped" && reason) result.skipped.push({ name, reason });
  else {
    result.failed += 1;
    result.failures.push(status === "skipped" ? `${name}: skipped without a reason` : name);
  }
}

function specs(suite, path) {
  const here = [...path, suite.title];
  const own = (suite.specs ?? []).map((spec) => ({ title: [...here.slice(1), spec.title].join(" > "), spec }));
  return [...own, ...(suite.suites ?? []).flatMap((one) => specs(one, here))];
}

function ancestors(name) {
  const parts = name.split(" > ");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(" > "));
}

const attribute = (text, name) => text.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "";
const entities = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'" };
const unescape = (text) => text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => entities[name]).replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
