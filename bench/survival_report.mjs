/**
 * The survival run: every workload of bench/survival.ts on both runtimes, after `forkscope/ready` and with default flags.
 * Writes docs/reports/survival.json and survival.md as it goes. Arguments: children a workload after ready (2000), with default flags (100),
 * and a workload to run alone. 0 children: that path is not run. Rows of the last report that are not run anew stay; 0 and 0 only writes the page anew.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, "docs", "reports");
const [ready = "2000", quiet = "100", only] = process.argv.slice(2);
const WORK = [
  "nothing", "allocate 300,000 objects", "compile hot loops", "regex, JSON, Intl, BigInt, sort", "WebAssembly", "files and console", "fall off the end",
  "nested six deep", "parent has pool work in flight", "parent has an allocating Worker",
];
const PATHS = [
  { path: "ready", title: 'After `import "forkscope/ready"`', count: Number(ready), seconds: 40 },
  { path: "quiet", title: "Default flags: fork waits for the runtime's threads to rest, and tries every child out", count: Number(quiet), seconds: 8 },
];
const RUNTIMES = { bun: [join(root, "node_modules/.bin/bun")], deno: [join(root, "node_modules/.bin/deno"), "run", "-A", "--no-check", "--no-remote", "--quiet"] };

const last = join(reports, "survival.json");
const paths = PATHS.filter(({ count }) => count > 0);
const works = only ? [only] : WORK;
// Which code a row was measured on: rows of one report may come from several.
const commit = process.env.SURVIVAL_CODE ?? ((await output(["git", "-C", root, "rev-parse", "--short", "HEAD"])).stdout.trim() || "unknown");
const before = existsSync(last) ? JSON.parse(readFileSync(last, "utf8")) : { results: [] };
const isRunAnew = (row) => paths.some(({ path }) => path === row.path) && works.includes(row.work);
const results = before.results.filter((row) => !isRunAnew(row));
// A row that went badly is not lost by running it again.
const isBad = (row) => row.parentDied || row.hung > 0 || row.crashed > 0 || row.wrong > 0;
const superseded = [...(before.superseded ?? []), ...before.results.filter((row) => isRunAnew(row) && isBad(row))];
const versions = {};
for (const [name, [binary]] of Object.entries(RUNTIMES)) versions[name] = (await output([binary, "--version"])).stdout.match(/\d+\.\d+\.\d+/)?.[0];
await Promise.all(Object.keys(RUNTIMES).map(runAll));
write();
console.log(table());

async function runAll(runtime) {
  for (const { path, count, seconds } of paths) for (const work of works) {
    // A chain of six counts its own forks: fewer of them make as many.
    const children = work === "nested six deep" ? Math.ceil(count / 6) : count;
    const { stderr, code, signal } = await output([...RUNTIMES[runtime], join(root, "bench/survival.ts"), path, work, String(children), String(seconds)]);
    const line = stderr.split("\n").findLast((text) => text.startsWith("{"));
    results.push({ runtime, code: commit, ...(line ? JSON.parse(line) : { path, work, parentDied: signal ?? code }) });
    console.error(`${runtime}: ${JSON.stringify(results.at(-1))}`);
    write();
  }
}

function output([file, ...args]) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes) => { if (stdout.length < 10_000) stdout += bytes; });
  child.stderr.on("data", (bytes) => { stderr = (stderr + bytes).slice(-10_000); });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}

function write() {
  mkdirSync(reports, { recursive: true });
  const about = { date: new Date().toISOString(), kernel: release(), arch: process.arch, cpus: cpus().length, runtimes: versions };
  writeFileSync(last, `${JSON.stringify({ ...about, results, superseded }, null, 2)}\n`);
  writeFileSync(join(reports, "survival.md"), `${page(about)}\n`);
}

function page({ date, kernel, arch, cpus: processors }) {
  return `# How forked children end: the survival run

\`npm run survival\` forks from a busy parent (it allocates and compiles new functions between forks) and counts how the children end.
**ok**: the child's own result was right. **hung**: its deadline ended it, and the parent was told. **crashed**: another signal.
**wrong**: it ended by itself with a wrong result. **refused**: fork gave EAGAIN, because a thread did not rest within 20 ms.

${date.slice(0, 10)}, Linux ${kernel} ${arch}, ${processors} processors, Bun ${versions.bun}, Deno ${versions.deno}.

The column "code" names the commit a row was measured on. Rows of different commits are no single run: a total over them holds for none
of those commits alone.

${table()}

${history()}`;
}

/** Bad rows that a later run replaced, with what was changed in between. */
function history() {
  const rows = superseded.map((row) => `| ${row.runtime} | ${row.path} | ${row.work} | ${row.code ?? "?"} | ${row.parentDied ? `parent: ${row.parentDied}` : `${row.hung} hung, ${row.crashed} crashed, ${row.wrong} wrong of ${row.children}`} | ${row.note ?? ""} |`);
  return rows.length === 0 ? "" : `## Replaced rows that had gone wrong\n\n| runtime | path | work | code | outcome | since then |\n|---|---|---|---|---|---|\n${rows.join("\n")}`;
}

function table() {
  return PATHS.map(({ path, title, seconds }) => {
    const mine = results.filter((row) => row.path === path).sort((a, b) => a.runtime.localeCompare(b.runtime) || WORK.indexOf(a.work) - WORK.indexOf(b.work));
    const rows = mine.filter((row) => !row.parentDied).map((row) =>
      `| ${row.runtime} | ${row.work} | ${row.code ?? "?"} | ${row.forks} | ${row.ok} of ${row.children} | ${row.hung} | ${row.crashed} | ${row.wrong} | ${row.refused} | ${(row.ms / row.children).toFixed(1)} |`);
    const died = mine.filter((row) => row.parentDied).map((row) => `\n${row.runtime}, ${row.work}: the parent died (${row.parentDied}).`);
    return `## ${title}\n\nDeadline of a child: ${seconds} s.\n\n| runtime | children's work | code | forks | ok | hung | crashed | wrong | refused | ms a cycle |\n|---|---|---|---|---|---|---|---|---|---|\n${rows.join("\n")}${died.join("\n")}\n${total(path)}`;
  }).join("\n\n");
}

function total(path) {
  const sum = (runtime, field) => results.filter((row) => row.path === path && row.runtime === runtime).reduce((all, row) => all + (row[field] ?? 0), 0);
  return Object.keys(RUNTIMES).map((runtime) => {
    const forks = sum(runtime, "forks");
    const bad = sum(runtime, "hung") + sum(runtime, "crashed") + sum(runtime, "wrong");
    const codes = new Set(results.filter((row) => row.path === path && row.runtime === runtime).map((row) => row.code));
    const bound = bad === 0 && forks > 0 && codes.size === 1 ? ` With none in ${forks}, the rate is below ${(3 / forks).toExponential(1)} per fork (95 %).` : "";
    return `\n${runtime}: ${forks} forks, ${sum(runtime, "hung")} hung, ${sum(runtime, "crashed")} crashed, ${sum(runtime, "wrong")} wrong${codes.size > 1 ? `, in rows of ${codes.size} commits` : ""}.${bound}`;
  }).join("");
}
