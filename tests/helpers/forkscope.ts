/** Runs bin/forkscope as its users do, under the runtime that runs the tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const runtime = "Deno" in globalThis ? "deno" : "bun";

const program = join(root, "bin", "forkscope");
const DEADLINE = 60_000;

export interface Outcome {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface Settings {
  env?: Record<string, string>;
  runtime?: string;
  deadline?: number;
  /** RLIMIT_FSIZE in bytes, of it and of what it runs. */
  fileLimit?: number;
}

/** Runs to the end. A run past its deadline is killed and shows as the signal SIGKILL. */
export async function forkscope(words: string[], settings: Settings = {}): Promise<Outcome> {
  const child = start(words, settings);
  const timer = setTimeout(() => { child.kill("SIGKILL"); }, settings.deadline ?? DEADLINE);
  const texts = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    let text = "";
    for await (const piece of stream ?? []) text += String(piece);
    return text;
  }));
  const [code, signal] = await ended(child);
  const [stdout = "", stderr = ""] = await texts;
  clearTimeout(timer);
  return { code, signal, stdout, stderr };
}

/** Starts it and gives back the running child. */
export function start(words: string[], settings: Settings = {}): ChildProcess {
  const [first = "", ...rest] = words;
  const options = first.startsWith("-") ? [] : ["--runtime", settings.runtime ?? runtime];
  const limit = settings.fileLimit === undefined ? [] : ["prlimit", `--fsize=${settings.fileLimit}`];
  const [file = program, ...argv] = [...limit, program, first, ...options, ...rest].filter(Boolean);
  return spawn(file, argv, { cwd: root, env: { ...process.env, LANG: "C", LC_ALL: "C", ...settings.env }, stdio: ["ignore", "pipe", "pipe"] });
}

export function ended(child: ChildProcess): Promise<[number | null, string | null]> {
  return new Promise((resolve) => { child.once("close", (code, signal) => { resolve([code, signal]); }); });
}

/** The first line it prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("the child has no stdout to read");
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("the child ended without a line");
}

/** Every line as the object it must be. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Waits until a killed process has left the process table; whoever adopted it reaps it when it likes. */
export async function gone(pid: number): Promise<void> {
  const until = Date.now() + 10_000;
  while (isThere(pid)) {
    if (Date.now() > until) throw new Error(`process ${pid} is still there`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
