/**
 * `npm run bench:trace`: tracing against strace on the same command, recording to disk included.
 * Writes docs/reports/trace_speed.json and trace_speed.md.
 *
 *     node bench/trace.mjs                           everything
 *     node bench/trace.mjs --only loop,make          these works; the others keep their last result
 *     node bench/trace.mjs --rounds 3 --dry          fewer rounds, prints, writes nothing
 *     node bench/trace.mjs --runtime deno            the tracer on Deno
 *
 * Ends with status 0 when every target of the works that ran was met, 1 when one was not, 2 when it could not be run.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root, tidy } from "./race/peers.mjs";
import { LOADS } from "./trace/loads.mjs";
import { page } from "./trace/page.mjs";
import { besideStrace } from "./trace/beside_strace.mjs";
import { besideUntraced } from "./trace/beside_untraced.mjs";
import { many, memory, rate } from "./trace/sustained.mjs";

const ROUNDS = 7;
const WORKS = {
  ...Object.fromEntries(Object.keys(LOADS).map((name) => [name, (options) => besideStrace(name, options)])),
  bpf: besideUntraced,
  rate, memory, many,
};
const file = join(root, "docs", "reports", "trace_speed.json");
const { values } = parseArgs({ options: { only: { type: "string" }, rounds: { type: "string" }, runtime: { type: "string" }, dry: { type: "boolean" } } });
const names = values.only?.split(",") ?? Object.keys(WORKS);
const options = { rounds: Number(values.rounds ?? ROUNDS), runtime: values.runtime ?? "bun" };

if (names.some((name) => !Object.hasOwn(WORKS, name)) || !(options.rounds >= 1)) {
  console.error(`No such work in ${names.join(",")}, or no such number of rounds: ${values.rounds}. Works: ${Object.keys(WORKS).join(", ")}`);
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
    const work = { about: machine(), ...(await WORKS[name](options)) };
    report.works[name] = work;
    met &&= work.verdicts.every((one) => one.met);
    console.log(`\n${page({ works: { [name]: work } })}`);
    if (values.dry) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
    writeFileSync(file.replace(/json$/, "md"), page(report));
  }
  return met ? 0 : 1;
}

function machine() {
  const version = (command, ...args) => execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).match(/\d+\.\d+(?:\.\d+)?/)?.[0];
  const git = (...args) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8" }).trim();
  return {
    date: new Date().toISOString(), commit: git("rev-parse", "--short", "HEAD"), changed: git("status", "--porcelain", "--", "lib", "cli", "engine", "bin", "bench") !== "",
    kernel: release(), arch: process.arch, processors: cpus().length, model: cpus()[0]?.model.trim() ?? "unknown", load: loadavg()[0],
    versions: { [options.runtime]: version(join(root, "node_modules", ".bin", options.runtime), "--version"), strace: version("strace", "--version"), bash: version("bash", "--version"), make: version("make", "--version"), cc: version("cc", "--version"), python: version("python3", "--version") },
  };
}
