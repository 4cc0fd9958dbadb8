/** `forkscope attach PID`: Ctrl-C, SIGTERM and SIGHUP leave the processes as they are. @module */
import { attachStart } from "../../engine/start.ts";
import { Refusal } from "../../engine/refusal.ts";
import type { Options } from "../args.ts";
import { dataOf } from "../data.ts";
import { standardOut } from "../out.ts";
import { jsonReport } from "../report_json.ts";
import { lineReport } from "../report_lines.ts";
import { run } from "../run.ts";
import { paintFor } from "../text.ts";

export async function attach([word = ""]: readonly string[], options: Options): Promise<number> {
  const pid = Number(word);
  if (!Number.isInteger(pid) || pid < 1) throw new Refusal(`read attach: "${word}" is not a process id`);
  const beginning = { held: false, pace: 0, verify: options.verify ?? false, record: options.record ?? (false as const), ...(options.level ? { level: options.level } : {}), ...(options.engine ? { engine: options.engine } : {}), ...dataOf(options) };
  const out = standardOut();
  const report = options.json ? jsonReport(out, {}) : lineReport(out, options.lang, paintFor(out.size !== undefined, process.env));
  return run(() => attachStart(pid, beginning), report, () => 0, ["SIGINT", "SIGTERM", "SIGHUP"], "detach");
}
