/**
 * The engine as a program: `--stdio` speaks newline-delimited JSON with its parent (Electron),
 * `--serve [--port N] [--play ID]` serves the explorer to a browser. Ends all it started when it is told to go.
 *
 * @module
 */
import { createInterface } from "node:readline";
import { Client } from "./rpc.ts";
import { serveExplorer } from "./server.ts";

const [mode, ...rest] = process.argv.slice(2);

if (mode === "--stdio") speakOnStdio();
else if (mode === "--serve") serveBrowser(numberAfter("--port"), wordAfter("--play"));
else {
  process.stderr.write("Usage: engine/main.ts --stdio | --serve [--port N] [--play ID]\n");
  process.exit(2);
}

function speakOnStdio(): void {
  const client = new Client((message) => { process.stdout.write(`${JSON.stringify(message)}\n`); });
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => { if (line.trim() !== "") client.receive(line); });
  lines.on("close", () => { leave(() => client.end()); });
  onSignals(() => client.end());
}

function serveBrowser(port: number, play: string | undefined): void {
  const served = serveExplorer({ port, ...(play === undefined ? {} : { play }) });
  process.stdout.write(`${served.link}\n`);
  onSignals(() => served.stop());
}

/** A parent that is gone or a signal both mean: end the traced programs, then go. */
function onSignals(end: () => Promise<unknown>): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => { leave(end); });
}

/** The tracer's own exit kills what is left, so a run that does not end in time is not waited for. */
function leave(end: () => Promise<unknown>): void {
  setTimeout(() => { process.exit(0); }, 2000);
  void end().finally(() => { process.exit(0); });
}

function wordAfter(name: string): string | undefined {
  const at = rest.indexOf(name);
  return at < 0 ? undefined : rest[at + 1];
}

function numberAfter(name: string): number {
  const word = wordAfter(name) ?? "0";
  const port = Number(word);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  process.stderr.write(`read ${name}: "${word}" is not a port from 0 to 65535\n`);
  process.exit(2);
}
