/** `forkscope trace -- COMMAND...` @module */
import { commandStart, type Start } from "../../engine/start.ts";
import type { Options } from "../args.ts";
import { standardOut } from "../out.ts";
import { jsonReport } from "../report_json.ts";
import { lineReport } from "../report_lines.ts";
import { run, shellStatus } from "../run.ts";
import { paintFor } from "../text.ts";

/** The command keeps its stdin, stdout and stderr, and our lines go to stderr; with --json stdout is ours and the command's goes to stderr. */
export async function trace(command: readonly string[], options: Options): Promise<number> {
  const beginning = { held: false, pace: options.pace ?? 0, verify: options.verify ?? false, ...(options.record ? { record: options.record } : {}), ...(options.level ? { level: options.level } : {}) };
  const starting = (): Start => {
    const start = commandStart([...command], beginning);
    if (options.json) start.options.stdio = { stdin: 0, stdout: 2, stderr: 2 };
    return start;
  };
  const log = standardOut(process.stderr);
  const report = options.json ? jsonReport(standardOut(), {}) : lineReport(log, options.lang, paintFor(log.size !== undefined, process.env));
  // Ctrl-C reaches the command by itself; its answer is what counts.
  process.on("SIGINT", () => {});
  return run(starting, report, (end) => shellStatus(end.status), ["SIGTERM", "SIGHUP"]);
}
