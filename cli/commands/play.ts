/** `forkscope play SCENARIO` @module */
import { storySource } from "../../engine/catalogue.ts";
import { storyStart } from "../../engine/start.ts";
import type { Options } from "../args.ts";
import { type Out, standardOut } from "../out.ts";
import type { Report } from "../report.ts";
import { jsonReport } from "../report_json.ts";
import { lineReport } from "../report_lines.ts";
import { screenReport } from "../report_screen.ts";
import { run, shellStatus } from "../run.ts";
import { paintFor } from "../text.ts";

/** Events a second in a terminal: slow enough to read along. */
const READABLE = 4;

export async function play([scenario = ""]: readonly string[], options: Options): Promise<number> {
  const out = standardOut();
  const beginning = { held: false, pace: options.pace ?? (out.size && !options.json ? READABLE : 0), verify: options.verify ?? true, ...(options.record ? { record: options.record } : {}) };
  return run(() => storyStart(scenario, options.runtime, beginning), reportFor(scenario, options, out), (end) => shellStatus(end.status) || (end.disagreements > 0 || end.failure ? 1 : 0), ["SIGINT", "SIGTERM", "SIGHUP"]);
}

function reportFor(scenario: string, { json, lang, runtime }: Options, out: Out): Report {
  if (json) return jsonReport(out, { scenario, runtime });
  const paint = paintFor(out.size !== undefined, process.env);
  if (!out.size) return lineReport(out, lang, paint);
  return screenReport(out, lang, paint, process.env["TERM"] !== "dumb", storySource(scenario).split("\n"));
}
