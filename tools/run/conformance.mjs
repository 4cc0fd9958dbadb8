/** What the conformance suite found, as a table: capability by runtime. No times in it, so that it changes only when a result does. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import { at, bin, isRoot } from "../setup/paths.mjs";

/** The folders of tests/conformance, as people call them; what is the library's comes first. */
const capabilities = [
  ["process", "Processes"], ["signal", "Signals"], ["fd", "Descriptors"], ["socket", "Sockets"], ["ipc", "Objects between processes"],
  ["proc", "Insight"], ["calls", "Call tap"], ["async", "Waiting without blocking"], ["oracle", "The same steps in C"], ["fault", "Faults"],
  ["native", "Machine code"], ["layout", "Layouts and numbers"], ["", "Documentation, launcher"],
  ["trace", "Tracer"], ["engine", "Engine"], ["cli", "Command line"],
];
const notLibrary = ["", "trace", "engine", "cli"];

/** How a test's name says that it runs under another user id. */
const unprivileged = /\bas nobody\b/;

/**
 * @typedef {{ file: string, name: string, status: "passed" | "failed" | "skipped", reason?: string }} Case
 * @typedef {{ facts: Record<string, string>, cases: { bun: Case[], deno: Case[] } }} Run
 */

/** Keeps a runtime's cases for {@link lastRun}. */
export function keepCases(runtime, cases) {
  const file = keptFile(runtime);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(cases));
}

/** The cases of each runtime's last whole run; undefined when one is missing. */
export function lastRun() {
  if (!["bun", "deno"].every((runtime) => existsSync(keptFile(runtime)))) return undefined;
  const [bun, deno] = ["bun", "deno"].map((runtime) => JSON.parse(readFileSync(keptFile(runtime), "utf8")));
  return { facts: facts(), cases: { bun, deno } };
}

const keptFile = (runtime) => at("test-results", "conformance", `${runtime}.json`);

/** Where the run took place. */
function facts() {
  const said = (argv) => spawnSync(argv[0], argv.slice(1), { encoding: "utf8" }).stdout?.trim() ?? "";
  return {
    bun: said([bin("bun"), "--version"]),
    deno: said([bin("deno"), "--version"]).split(/\s/)[1] ?? "",
    kernel: release().split(".").slice(0, 2).join("."),
    libc: said(["getconf", "GNU_LIBC_VERSION"]) || "another libc",
    machine: process.arch === "arm64" ? "aarch64" : "x86_64",
    user: isRoot ? "root" : "an ordinary user",
  };
}

/**
 * The table as Markdown, and the same as lines for a terminal.
 * @param {Run} run
 * @param {(file: string) => string} titleOf what a test file says of itself
 */
export function conformanceTable({ facts: where, cases }, titleOf = firstSentence) {
  const groups = grouped(cases);
  const total = count([...groups.values()].flatMap((files) => [...files.values()]));
  const own = count([...groups].filter(([folder]) => !notLibrary.includes(folder)).flatMap(([, files]) => [...files.values()]));
  const parts = [...groups].map(([folder, files]) => [`## ${titleOfFolder(folder)}`, table(["what", "cases", "Bun", "Deno", "of them as another user"],
    [...files].map(([file, found]) => [`[${titleOf(file)}](../${file})`, ...cells(found)]))].join("\n\n"));
  const summary = table(["capability", "cases", "Bun", "Deno", "of them as another user"], [
    ...[...groups].map(([folder, files]) => [titleOfFolder(folder), ...cells(count([...files.values()]))]), ["**all**", ...cells(total)]]);
  const head = `# What was tested on each runtime

Made by \`npm run conformance\` from one run of \`npm test\`: Bun ${where.bun} and Deno ${where.deno}, Linux ${where.kernel} on ${where.machine},
${where.libc}, by ${where.user}. One suite runs on both; a case is one test that can fail on its own. ${own.bun.passed + own.bun.failed} cases on Bun and
${own.deno.passed + own.deno.failed} on Deno are about the library. A cell counts what passed, and names what did not.`;
  return { markdown: [head, summary, skips(cases), ...parts].filter(Boolean).join("\n\n").concat("\n"), lines: lines(groups, total) };
}

/** Counts by folder, in the order above, and file. */
function grouped({ bun, deno }) {
  const found = new Map();
  for (const [runtime, list] of [["bun", bun], ["deno", deno]]) {
    for (const one of list) {
      const counts = found.get(one.file) ?? { bun: none(), deno: none(), others: 0 };
      counts[runtime][one.status] += 1;
      if (runtime === "bun" && one.status === "passed" && unprivileged.test(one.name)) counts.others += 1;
      found.set(one.file, counts);
    }
  }
  const folders = [...new Set([...capabilities.map(([folder]) => folder), ...[...found.keys()].map(folderOf).sort()])];
  const inOrder = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(folders.map((folder) => [folder, new Map(inOrder.filter(([file]) => folderOf(file) === folder))]).filter(([, files]) => files.size > 0));
}

const none = () => ({ passed: 0, failed: 0, skipped: 0 });
const folderOf = (file) => (file.split("/").length > 3 ? file.split("/")[2] : "");
const titleOfFolder = (folder) => capabilities.find(([name]) => name === folder)?.[1] ?? folder;

function count(list) {
  const sum = (runtime) => list.reduce((all, one) => ({ passed: all.passed + one[runtime].passed, failed: all.failed + one[runtime].failed, skipped: all.skipped + one[runtime].skipped }), none());
  return { bun: sum("bun"), deno: sum("deno"), others: list.reduce((all, one) => all + one.others, 0) };
}

const size = ({ passed, failed, skipped }) => passed + failed + skipped;
const cells = ({ bun, deno, others }) => [String(Math.max(size(bun), size(deno))), cell(bun), cell(deno), others > 0 ? String(others) : ""];
const cell = ({ passed, failed, skipped }) => [passed, failed > 0 ? `**${failed} failed**` : "", skipped > 0 ? `${skipped} skipped` : ""].filter((part) => part !== "").join(", ");

/** Each reason for a skip, and what was skipped. */
function skips(cases) {
  const rows = [["Bun", cases.bun], ["Deno", cases.deno]].flatMap(([runtime, list]) => list.filter(({ status }) => status === "skipped").map(({ name, reason }) => [runtime, name, reason ?? ""]));
  return rows.length === 0 ? "Nothing was skipped." : `Skipped, and why:\n\n${table(["runtime", "case", "reason"], rows)}`;
}

function lines(groups, total) {
  const rows = [["capability", "cases", "Bun", "Deno", "as another user"], ...[...groups].map(([folder, files]) => [titleOfFolder(folder), ...cells(count([...files.values()]))]), ["all", ...cells(total)]].map((row) => row.map((text) => text.replaceAll("**", "")));
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  ").trimEnd());
}

/** What the comment at the head of a test file says. */
function firstSentence(file) {
  const [, comment = ""] = readFileSync(join(at(), file), "utf8").match(/^\/\*\*([\s\S]*?)\*\//) ?? [];
  const text = comment.replace(/^ *\* ?/gm, "").replace(/\s+/g, " ").trim();
  return text.split(/\. |\.$/)[0] || file;
}

const table = (head, rows) => [head, head.map(() => "---"), ...rows.map((row) => row.map((text) => text.replace(/\|/g, "\\|")))].map((row) => `| ${row.join(" | ")} |`).join("\n");
