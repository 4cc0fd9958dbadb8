/**
 * `npm run verify:programs`: real programs, and the stories of scenarios/, under `forkscope --verify`: at every hold the model is compared with a
 * fresh snapshot of the kernel's. Writes docs/reports/verify.json and verify.md. `--only make,tmux` runs those whose name has such a word; rows that
 * are not run anew stay. `--runtime deno` runs the tracer on Deno, `--dry` writes nothing. Status 1 when anything disagreed or failed.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PROGRAMS } from "./verify/programs.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, "docs", "reports");
const words = process.argv.slice(2);
const option = (name) => (words.includes(`--${name}`) ? words[words.indexOf(`--${name}`) + 1] : undefined);
const only = option("only")?.split(",");
const runtime = option("runtime") ?? "bun";
const forkscope = join(root, "bin", "forkscope");
/** Disagreements shown of each program. */
const SHOWN = 8;
/** Seconds after which a program is given up: it hangs. */
const LIMIT = Number(option("limit") ?? 300);

const last = join(reports, "verify.json");
const before = existsSync(last) ? JSON.parse(readFileSync(last, "utf8")).rows : [];
const rows = new Map(before.map((row) => [row.name, row]));
let failed = false;

for (const program of PROGRAMS) if (isWanted(program.name)) {
  await verify(program);
  if (!words.includes("--dry")) write();
}
if (isWanted("stories")) await verifyStories();
if (!words.includes("--dry")) write();
process.exitCode = failed ? 1 : 0;

function isWanted(name) {
  return only === undefined || only.some((word) => name.includes(word));
}

async function verify({ name, needs, search = ":", version, prepare = ":", command }) {
  const shell = (text, cwd) => execFileSync("bash", ["-c", `${search}; export PATH; ${text}`], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  let versionText;
  try {
    shell(`command -v ${needs}`, root);
    versionText = shell(`{ ${version}; } 2>&1 | head -1`, root).trim();
  } catch {
    failed = true;
    return console.log(`${name}: not run, ${needs} is not installed`);
  }
  const folder = mkdtempSync(join(tmpdir(), "forkscope-verify-"));
  try {
    shell(prepare, folder);
    const script = search === ":" ? command : `${search}; export PATH; ${command}`;
    tell(name, await watch(["trace", "--verify", "--json", "--runtime", runtime, "--record", join(folder, "recording"), "--", "bash", "-c", script], folder), { version: versionText, command: command.trim().replaceAll(/\s*\n\s*/g, "; ") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function verifyStories() {
  const listed = execFileSync(forkscope, ["list", "--json"], { encoding: "utf8", maxBuffer: 1 << 24 }).trim().split("\n");
  const ids = listed.map((line) => JSON.parse(line).id).filter(Boolean);
  const sum = { events: 0, processes: 0, holds: 0, disagreements: 0, seconds: 0, exit: 0, said: [] };
  const folder = mkdtempSync(join(tmpdir(), "forkscope-verify-"));
  for (const id of ids) {
    const one = await watch(["play", id, "--verify", "--json", "--runtime", runtime, "--record", join(folder, "recording")], root);
    for (const key of ["events", "processes", "holds", "disagreements", "seconds"]) sum[key] += one[key];
    if (one.exit !== 0) sum.exit = one.exit;
    sum.said.push(...one.said.map((text) => `${id}: ${text}`));
  }
  rmSync(folder, { recursive: true, force: true });
  tell(`the ${ids.length} stories`, sum, { version: "", command: "forkscope play ID --verify" });
}

/** Counts what a watched run tells as JSON lines. */
async function watch(args, cwd) {
  const began = performance.now();
  const child = spawn(forkscope, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGTERM"), LIMIT * 1000);
  const pids = new Set();
  const said = [];
  let errors = "";
  let events = 0;
  let result;
  child.stderr.on("data", (bytes) => { errors = (errors + bytes).slice(-600); });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  for await (const line of createInterface({ input: child.stdout })) {
    const one = JSON.parse(line);
    if (one.type === "disagreement") said.push(one.text);
    else if (one.type === "result") result = one;
    else {
      events++;
      pids.add(one.pid);
    }
  }
  const exit = await ended;
  clearTimeout(timer);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (exit !== 0) said.unshift(`ended with ${exit}: ${result?.failure?.message ?? errors.trim()}`);
  return { events, processes: pids.size, holds: result?.checks ?? 0, disagreements: result?.disagreements ?? -1, seconds, exit, said };
}

function tell(name, { said, ...row }, more) {
  const bad = row.exit !== 0 || row.disagreements !== 0 || row.holds === 0;
  failed ||= bad;
  rows.set(name, { name, ...more, ...row });
  console.log(`${bad ? "BAD" : "ok "} ${name}: ${row.events} events, ${row.processes} processes, ${row.holds} holds, ${row.disagreements} disagreements, ${row.seconds} s`);
  for (const text of said.slice(0, SHOWN)) console.log(`      ${text}`);
}

function write() {
  const about = { date: new Date().toISOString(), kernel: release(), arch: process.arch, runtime };
  const all = [...rows.values()];
  writeFileSync(last, `${JSON.stringify({ ...about, rows: all }, null, 2)}\n`);
  const table = all.map((row) => `| ${row.name} | ${row.version.replaceAll("|", "\\|")} | ${row.events} | ${row.processes} | ${row.holds} | ${row.disagreements} | ${row.exit} | ${row.seconds} |`);
  const commands = all.map((row) => `- **${row.name}**: \`${row.command}\``);
  writeFileSync(join(reports, "verify.md"), `# The model against the kernel: real programs

\`npm run verify:programs\` runs each program under \`forkscope trace --verify --level fds\`: at every hold, that is after every step of any
process, the state the model computed is compared with a fresh snapshot by /proc, kcmp and socket diagnosis: processes, parents, groups, sessions,
names, directories, stops and zombies, signal sets, and for every descriptor its description, flags, mark, inode and offset. A disagreement is any
one fact on which the two differ. Processes counted are those that made an event; seconds are of the whole run, comparison included.

${about.date.slice(0, 10)}, Linux ${about.kernel} ${about.arch}, tracer on ${runtime}.

| program | version | events | processes | holds compared | disagreements | exit | seconds |
|---|---|---|---|---|---|---|---|
${table.join("\n")}

## What was run

${commands.join("\n")}
`);
}
