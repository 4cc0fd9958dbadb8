/**
 * `npm run fuzz` and `npm run faults`: the tests that wander, for as long as is wanted, on both runtimes in turn. Ends with status 1 when one
 * failed. A seed that found something finds it again.
 *
 *   npm run fuzz -- --minutes 10                    five minutes on each runtime
 *   npm run fuzz -- --minutes 1 --seed 7 --only bun
 *   npm run faults -- --minutes 10 --report         and what it did as rows of docs/reports/long.md
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { endChildrenOnSignals, run } from "./run/child.mjs";
import { at, bin, childEnv } from "./setup/paths.mjs";

const RUNNERS = {
  bun: [bin("bun"), "test", "--no-env-file", "--timeout=86400000"],
  deno: [bin("deno"), "test", "--allow-all", "--no-check", "--no-config", "--no-lock", "--no-remote"],
};
const MINUTE = 60_000;
const REPORT = at("docs", "reports", "long.json");
const MOST_ROWS = 24;

const [what = "fuzz", ...words] = process.argv.slice(2);
const option = (name, otherwise) => (words.includes(`--${name}`) ? words[words.indexOf(`--${name}`) + 1] : otherwise);
const runtimes = option("only", "bun,deno").split(",");
const minutes = Number(option("minutes", "2")) / runtimes.length;
const seed = option("seed");

endChildrenOnSignals();
let failed = !(minutes > 0) || runtimes.some((name) => !(name in RUNNERS));
if (failed) console.error("Give --minutes a number above 0, and --only bun, deno or both");
for (const name of failed ? [] : runtimes) {
  const env = childEnv({ FORKSCOPE_MINUTES: String(minutes), DENO_NO_UPDATE_CHECK: "1", ...(seed === undefined ? {} : { FORKSCOPE_SEED: seed }) });
  const done = await run([...RUNNERS[name], `./tests/conformance/${what}`], { cwd: at(), env, echo: true, deadline: (minutes + 6) * MINUTE });
  failed ||= done.code !== 0 || done.timedOut;
  if (words.includes("--report")) addToReport(name, done);
}
/** Rows of what the tests told of themselves, the newest first, so many as can be looked at. */
function addToReport(runtime, { out, code }) {
  const told = [...out.matchAll(/^# report (\{.*\})$/gm)].map(([, json]) => JSON.parse(json));
  const date = new Date().toISOString().slice(0, 10);
  const before = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, "utf8")) : [];
  const rows = [...told.map((figures) => ({ date, command: what, runtime, minutes, passed: code === 0, ...figures })), ...before].slice(0, MOST_ROWS);
  writeFileSync(REPORT, `${JSON.stringify(rows, null, 1)}\n`);
  writeFileSync(REPORT.replace(/json$/, "md"), page(rows));
}

function page(rows) {
  const line = ({ date, command, runtime, minutes: long, passed, what: title, seed: from, ...figures }) =>
    `| ${date} | ${command} | ${runtime} | ${title} | ${from} | ${Object.entries(figures).map(([name, value]) => `${value} ${name}`).join(", ")} | ${passed ? "passed" : "failed"} (${long} min) |`;
  const head = "# The last long runs of what wanders\n\nWritten by `npm run fuzz` and `npm run faults` with `--report`; the newest first. A seed that found something finds it again.\n\n";
  return `${head}| day | run | runtime | what | seed | figures | outcome |\n|---|---|---|---|---|---|---|\n${rows.map(line).join("\n")}\n`;
}

process.exitCode = failed ? 1 : 0;
