/**
 * `npm run fuzz` and `npm run faults`: the tests that wander, for as long as is wanted, on both runtimes in turn. Ends with status 1 when one
 * failed. A seed that found something finds it again.
 *
 *   npm run fuzz -- --minutes 10                    five minutes on each runtime
 *   npm run fuzz -- --minutes 1 --seed 7 --only bun
 */
import { endChildrenOnSignals, run } from "./run/child.mjs";
import { at, bin, childEnv } from "./setup/paths.mjs";

const RUNNERS = {
  bun: [bin("bun"), "test", "--no-env-file", "--timeout=86400000"],
  deno: [bin("deno"), "test", "--allow-all", "--no-check", "--no-config", "--no-lock", "--no-remote"],
};
const MINUTE = 60_000;

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
}
process.exitCode = failed ? 1 : 0;
