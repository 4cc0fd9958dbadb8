/** `npm run conformance`: writes `docs/conformance.md` from the last run of `npm test` in which the suite ran whole on both runtimes. */
import { writeFileSync } from "node:fs";
import { conformanceTable, lastRun } from "./run/conformance.mjs";
import { at } from "./setup/paths.mjs";

const run = lastRun();
if (run) {
  const { markdown, lines } = conformanceTable(run);
  writeFileSync(at("docs", "conformance.md"), markdown);
  for (const line of lines) console.log(line);
} else {
  console.error("There is no run of the suite on both runtimes yet: npm test -- --only bun,deno");
  process.exitCode = 1;
}
