/** `forkscope serve` @module */
import { Refusal } from "../../engine/refusal.ts";
import { serveExplorer } from "../../engine/server.ts";
import { scenarioIds } from "../../engine/catalogue.ts";
import type { Options } from "../args.ts";

/** Prints the link and serves until it is interrupted; then ends all that was started. */
export async function serve(_rest: readonly string[], { port, play, lang }: Options): Promise<number> {
  if (play !== undefined && !scenarioIds().includes(play)) throw new Refusal(`serve --play ${JSON.stringify(play)}: no such scenario`, `One of ${scenarioIds().join(", ")}`);
  const served = serveExplorer({ port, ...(play === undefined ? {} : { play }) });
  process.stdout.write(`${served.link}\n`);
  process.stderr.write(lang === "zh" ? "用浏览器打开这个链接（只能用一次）；Ctrl-C 结束。\n" : "Open this link in a browser; it works once. Ctrl-C ends.\n");
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => { resolve(); });
  });
  await served.stop();
  return 0;
}
