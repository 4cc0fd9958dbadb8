/**
 * `npm run bench`: the library against C, the runtimes' own means, Node and Python. Writes docs/reports/speed.json and speed.md.
 *
 *     node bench/run.mjs                        everything, some five minutes
 *     node bench/run.mjs --only spawn,fork      these works; the others keep their last result
 *     node bench/run.mjs --rounds 0.3           fewer rounds, for a look
 *     node bench/run.mjs --dry                  prints, writes nothing
 *
 * Ends with status 0 when every target of the works that ran was met, 1 when one was not, 2 when it could not be run.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { bun, deno, root, tidy } from "./race/peers.mjs";
import { race } from "./race/race.mjs";
import { page } from "./race/report.mjs";
import { growthVerdicts, ms, verdicts } from "./race/verdict.mjs";

const ORDER = ["spawn", "fork", "pass", "ping_pong", "thousand", "kcmp", "import"];
const LEAST_ROUNDS = 3;
const file = join(root, "docs", "reports", "speed.json");
const { values } = parseArgs({ options: { only: { type: "string" }, rounds: { type: "string" }, dry: { type: "boolean" }, list: { type: "boolean" } } });
const names = values.only?.split(",") ?? ORDER;
const share = Number(values.rounds ?? 1);

if (values.list) {
  console.log(ORDER.join("\n"));
} else if (names.some((name) => !ORDER.includes(name)) || !(share > 0)) {
  console.error(`No such work in ${names.join(",")}, or no such share of the rounds: ${values.rounds}. Works: ${ORDER.join(", ")}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runAll().catch((error) => {
    console.error(error);
    return 2;
  }).finally(tidy);
}

async function runAll() {
  const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { works: {} };
  let met = true;
  for (const name of names) {
    const work = await runOne(name);
    report.works[name] = work;
    met &&= [...work.races.flatMap((one) => one.verdicts), ...work.growth].every((one) => one.met);
    if (values.dry) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
    writeFileSync(file.replace(/json$/, "md"), page({ ...report, order: ORDER }));
  }
  return met ? 0 : 1;
}

async function runOne(name) {
  const { default: work } = await import(`./works/${name}.mjs`);
  const about = machine();
  const { races } = work;
  const results = [];
  try {
    for (const one of races) {
      const result = await race({ ...one, rounds: Math.max(LEAST_ROUNDS, Math.round(one.rounds * share)) });
      results.push({ ...result, shown: one.shown, verdicts: verdicts(result, one.targets) });
      tell(work, results.at(-1));
    }
  } finally {
    work.end?.();
  }
  const growth = work.growth ? growthVerdicts(results, races, work.growth) : [];
  growth.forEach(tellVerdict);
  return { title: work.title, about, why: work.why, races: results, growth };
}

function machine() {
  const version = (argv) => execFileSync(argv[0], [...argv.slice(1), "--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).match(/\d+\.\d+(?:\.\d+)?/)?.[0];
  const git = (...args) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8" }).trim();
  const versions = { Bun: version(bun()), Deno: version(deno().slice(0, 1)), Node: process.versions.node, Python: version(["python3"]), cc: version([process.env.CC ?? "cc"]) };
  return {
    date: new Date().toISOString(), commit: git("rev-parse", "--short", "HEAD"), changed: git("status", "--porcelain", "--", "lib", "bench") !== "",
    kernel: release(), arch: process.arch, processors: cpus().length, model: cpus()[0]?.model.trim() ?? "unknown", load: loadavg()[0], versions,
  };
}

function tell(work, result) {
  console.log(`\n${work.title === result.title ? work.title : `${work.title}: ${result.title}`}`);
  for (const { label, ns, against, sums } of result.contestants) {
    const ratio = against[result.base]?.ratio;
    console.log(`  ${label.padEnd(44)} ${ms(ns.median).padStart(10)} ${ratio ? `${ratio.median.toFixed(2)} x (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})` : ""} ${Object.entries(sums).map(([fact, value]) => `${fact} ${value}`).join(" ")}`);
  }
  for (const { label, reason } of result.missing) console.log(`  ${label}: not there, ${reason}`);
  result.verdicts.forEach(tellVerdict);
}

function tellVerdict({ label, wanted, came, met }) {
  console.log(`    ${met === undefined ? "not measured" : met ? "met" : "NOT MET"}: ${label}, ${wanted}: ${came}`);
}
