/**
 * `npm test`: sets up what is missing and runs every part. The last line is `N passed, N failed[, N skipped]`;
 * the exit status is 1 when anything failed or a part ran nothing.
 *
 *   npm test                          everything
 *   npm test -- --only unit,bun       some parts
 */
import { endChildrenOnSignals } from "./run/child.mjs";
import { conformanceTable, lastRun } from "./run/conformance.mjs";
import { parts } from "./run/parts.mjs";
import { gate } from "./run/results.mjs";
import { CannotGoOn, heading, sayCannotGoOn, seconds } from "./run/say.mjs";
import { checkGround } from "./setup/paths.mjs";
import { setUpPackages } from "./setup/packages.mjs";

async function main(argv) {
  const chosen = choose(argv);
  checkGround();
  await setUpPackages();
  const rows = [];
  for (const part of chosen) {
    heading(`${part.name}: ${part.about}`);
    const started = Date.now();
    const result = ranSomething(part, await runPart(part));
    rows.push({ name: part.name, ...result, ms: Date.now() - started });
  }
  return summary(rows);
}

async function runPart(part) {
  try {
    return await part.run();
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    sayCannotGoOn(error);
    return gate(false, `${part.name}: ${error.message}`);
  }
}

/** A part that ran no test proves nothing, so it failed. */
function ranSomething(part, result) {
  if (result.passed + result.failed > 0) return result;
  return { ...result, failed: 1, failures: [`${part.name}: no test ran`] };
}

function summary(rows) {
  if (["bun", "deno"].every((name) => rows.some((row) => row.name === name))) conformance();
  heading("Summary");
  console.log(["part".padEnd(10), "passed".padStart(7), "failed".padStart(7), "skipped".padStart(8), "time".padStart(9)].join(" "));
  for (const row of rows) {
    console.log([row.name.padEnd(10), String(row.passed).padStart(7), String(row.failed).padStart(7), String(row.skipped.length).padStart(8), seconds(row.ms).padStart(9)].join(" "));
  }
  for (const row of rows) for (const { name, reason } of row.skipped) console.log(`skipped  ${row.name}: ${name}: ${reason}`);
  for (const row of rows) for (const name of row.failures) console.log(`failed   ${row.name}: ${name}`);
  const total = (count) => rows.reduce((sum, row) => sum + count(row), 0);
  const failed = total((row) => row.failed);
  const skipped = total((row) => row.skipped.length);
  console.log(`\n${total((row) => row.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
}

/** Capability by runtime, of the two runs that just ended. */
function conformance() {
  const run = lastRun();
  if (!run) return;
  heading("What was tested on each runtime (npm run conformance puts it into docs/conformance.md)");
  for (const line of conformanceTable(run).lines) console.log(line);
}

function choose(argv) {
  const only = argv.flatMap((argument, i) => (argument === "--only" ? [argv[i + 1] ?? ""] : argument.startsWith("--only=") ? [argument.slice(7)] : []));
  const names = only.flatMap((text) => text.split(",")).filter(Boolean);
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new CannotGoOn(`There is no part ${unknown.join(", ")}`, `npm test -- --only ${parts.map((part) => part.name).join(",")}`);
  return names.length === 0 ? parts : parts.filter((part) => names.includes(part.name));
}

endChildrenOnSignals();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CannotGoOn)) throw error;
  sayCannotGoOn(error);
  process.exitCode = 1;
}
