/**
 * `npm run kill:tracer`: the tracer is ended by SIGKILL at random moments, a thousand times unless told otherwise. A launched command must end with it
 * and say so, an attached process must go on. Adds to docs/reports/kill.json and writes kill.md. Arguments: how often, seed.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { killAttached, killLaunched, type Level } from "../tests/helpers/kill_tracer.ts";

interface Row {
  what: "launched" | "attached";
  runtime: string;
  level: Level;
  kills: number;
  /** Of these came before the command had begun, or anything was told of the attached process. */
  early: number;
  faults: string[];
}

const [times = "1000", seedWord = String(Date.now() % 1_000_000)] = process.argv.slice(2);
/** Latest moment of a kill, in milliseconds from the start of the tracer. */
const LATEST = 900;
/** So many tracers run at a time. */
const LANES = 3;
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "reports");
const file = join(folder, "kill.json");
const known: { rows: Row[]; seeds: string[] } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) as { rows: Row[]; seeds: string[] } : { rows: [], seeds: [] };
const random = generator(Number(seedWord));
const kinds = (["launched", "attached"] as const).flatMap((what) => ["bun", "deno"].flatMap((runtime) => (["tree", "fds", "all"] as const).map((level) => ({ what, runtime, level }))));

let begun = 0;
/** Takes kills off the list until there are none. */
async function lane(): Promise<void> {
  for (let i = begun++; i < Number(times); i = begun++) {
    const kind = kinds[i % kinds.length];
    if (!kind) return;
    const outcome = await (kind.what === "launched" ? killLaunched : killAttached)(kind.runtime, kind.level, random() * LATEST);
    const row = known.rows.find((one) => one.what === kind.what && one.runtime === kind.runtime && one.level === kind.level) ?? add({ ...kind, kills: 0, early: 0, faults: [] });
    row.kills++;
    if (!outcome.began) row.early++;
    row.faults.push(...outcome.faults);
    if (outcome.faults.length > 0) console.error(`${kind.what} ${kind.runtime} ${kind.level}: ${outcome.faults.join("; ")}`);
    if (i % 50 === 49) write();
  }
}

await Promise.all(Array.from({ length: LANES }, lane));
known.seeds.push(`${seedWord} (${times})`);
write();
process.exit(known.rows.some((row) => row.faults.length > 0) ? 1 : 0);

function add(row: Row): Row {
  known.rows.push(row);
  return row;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function write(): void {
  const { rows, seeds } = known;
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
  writeFileSync(join(folder, "kill.md"), `# The tracer killed

\`npm run kill:tracer\` ends the tracer by SIGKILL at a random moment within ${LATEST} ms of its start. **launched**: the command, which forks and makes pipes for
ever, must end with it with every process, and one line on standard error must say so. **attached**: the process, which sleeps in read and forks for every
line it is sent, must answer on, without a tracer, without an error, and end with status 0. "early": the kill came before the command had begun, or before anything was
told of the attached process.

${new Date().toISOString().slice(0, 10)}, Linux ${release()} ${process.arch}; ${sum((row) => row.kills)} kills, ${sum((row) => row.faults.length)} faults; seeds ${seeds.join(", ")}.

| what | tracer on | level | kills | early | faults |
|---|---|---|---|---|---|
${rows.map((row) => `| ${row.what} | ${row.runtime} | ${row.level} | ${row.kills} | ${row.early} | ${row.faults.length} |`).join("\n")}
${rows.flatMap((row) => row.faults.map((fault) => `\n- ${row.what}, ${row.runtime}, ${row.level}: ${fault}`)).join("")}
`);
}
