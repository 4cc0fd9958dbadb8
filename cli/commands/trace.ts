/** `forkscope trace -- COMMAND...` @module */
import { commandStart, type Start } from "../../engine/start.ts";
import type { Options } from "../args.ts";
import { dataOf } from "../data.ts";
import { standardOut } from "../out.ts";
import type { Report } from "../report.ts";
import { run, shellStatus } from "../run.ts";
import { paintFor } from "../text.ts";

/** With --record alone the events go to the file and are not told, as `strace -o` does it. The command keeps its stdin, stdout and stderr, and our lines go to stderr; with --json stdout is ours and the command's goes to stderr. */
export async function trace(command: readonly string[], options: Options): Promise<number> {
  const beginning = { held: false, pace: options.pace ?? 0, verify: options.verify ?? false, ...(options.record ? { record: options.record } : {}), ...(options.level ? { level: options.level } : {}), ...(options.engine ? { engine: options.engine } : {}), ...dataOf(options) };
  const starting = (): Start => {
    const start = commandStart([...command], beginning);
    if (options.json) start.options.stdio = { stdin: 0, stdout: 2, stderr: 2 };
    else if (options.record !== undefined) start.options.recordOnly = true;
    return start;
  };
  const report = await reportFor(options);
  // Ctrl-C reaches the command by itself; its answer is what counts.
  process.on("SIGINT", () => {});
  return run(starting, report, (end) => shellStatus(end.status), ["SIGTERM", "SIGHUP"]);
}

/** Each is loaded when wanted: what tells of events takes a while to load. */
async function reportFor({ json, record, lang }: Options): Promise<Report> {
  if (json) return (await import("../report_json.ts")).jsonReport(standardOut(), {});
  const log = standardOut(process.stderr);
  const paint = paintFor(log.size !== undefined, process.env);
  if (record !== undefined) return (await import("../report_end.ts")).endReport(log, lang, paint);
  return (await import("../report_lines.ts")).lineReport(log, lang, paint);
}
