import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { app } from "electron";
import type { Message, Request } from "../../engine/protocol.ts";

export interface Engine {
  send(message: Request): void;
  kill(): void;
}

interface Listener {
  message(message: Message): void;
  closed(reason: string): void;
}

/** Root of the project: two levels above `out/main`. */
const root = join(__dirname, "../..");
const keptLines = 8;

/** Starts the engine as a program of its own and speaks newline-delimited JSON with it. Killed by its pid at quit. */
export function startEngine(listener: Listener): Engine {
  const [command, ...args] = engineCommand();
  const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  const lastWords: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => { relay(line, listener); });
  createInterface({ input: child.stderr }).on("line", (line) => {
    lastWords.push(line);
    if (lastWords.length > keptLines) lastWords.shift();
    process.stderr.write(`${line}\n`);
  });
  child.stdin.on("error", () => { lastWords.push("engine no longer reads"); });
  child.on("error", (error) => { listener.closed(`start ${command}: ${error.message}`); });
  child.on("exit", (code, signal) => {
    listener.closed(lastWords.join("\n") || `engine ended with ${signal ?? `status ${code}`}`);
  });
  const kill = () => { child.kill("SIGTERM"); };
  app.once("will-quit", kill);
  return {
    send: (message) => { if (child.stdin.writable) child.stdin.write(`${JSON.stringify(message)}\n`); },
    kill: () => {
      app.removeListener("will-quit", kill);
      child.removeAllListeners("exit");
      kill();
    },
  };
}

/** FORKSCOPE_ENGINE_RUNTIME names the binary; without it the Bun of the dependencies runs the engine. */
function engineCommand(): [string, ...string[]] {
  const given = process.env["FORKSCOPE_ENGINE_RUNTIME"];
  const binary = given ?? join(root, "node_modules/.bin/bun");
  const entry = join(root, "engine/main.ts");
  const isDeno = /deno[^/]*$/.test(binary) && existsSync(entry);
  return isDeno ? [binary, "run", "-A", entry, "--stdio"] : [binary, entry, "--stdio"];
}

function relay(line: string, listener: Listener): void {
  if (!line.startsWith("{")) return;
  try {
    listener.message(JSON.parse(line) as Message);
  } catch (error) {
    process.stderr.write(`engine sent a line that is not JSON: ${String(error)}\n`);
  }
}
