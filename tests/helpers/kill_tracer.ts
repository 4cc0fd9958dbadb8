/** Kills a tracer with SIGKILL at some moment, and finds out what became of what it traced. @module */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const FORKSCOPE = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "bin", "forkscope");
const LAST_WORDS = "forkscope: the tracer was killed; the command ended with it\n";
const MARK = "FORKSCOPE_KILLED_AS";
/** Milliseconds after which something that should have come is missed. */
const PATIENCE = 15_000;
/** Lines that an attached process must still answer. */
const ANSWERS = 5;
let marks = 0;

export type Level = "tree" | "fds" | "all";

/** What came of it. */
export interface Outcome {
  /** The command ran when its tracer was killed. */
  began: boolean;
  /** Everything that was not as promised, in words. */
  faults: string[];
}

/** A command that forks and makes pipes for ever, whose tracer is killed after so many milliseconds: it ends with it, and a message says so. */
export async function killLaunched(runtime: string, level: Level, after: number): Promise<Outcome> {
  const mark = `${process.pid}-${marks++}`;
  const tracer = spawn(FORKSCOPE, ["trace", "--runtime", runtime, "--level", level, "--record", "/dev/null", "--", "sh", "-c", "echo begun; while :; do /bin/true; (exit 1) | cat; done"], {
    env: { ...process.env, [MARK]: mark }, stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, errors] = [heard(tracer.stdout), heard(tracer.stderr)];
  const closed = onceClosed(tracer);
  await elapsed(after);
  tracer.kill("SIGKILL");
  const faults: string[] = [];
  if (!await within(closed, PATIENCE)) faults.push(`its output is still open; left: ${marked(mark).join(", ")}`);
  await answered(() => marked(mark).length === 0);
  const left = marked(mark);
  if (left.length > 0) faults.push(`left: ${left.join(", ")}`);
  for (const pid of left) process.kill(Number.parseInt(pid, 10), "SIGKILL");
  const began = out.text.includes("begun");
  const told = errors.text.split(LAST_WORDS).length - 1;
  if (told > 1 || (began && told === 0)) faults.push(`the message was written ${told} times`);
  if (errors.text.includes("not implemented")) faults.push("calls failed with ENOSYS");
  return { began, faults };
}

/** A process that sleeps in read, and forks for each line, whose tracer is killed: it goes on untouched. */
export async function killAttached(runtime: string, level: Level, after: number): Promise<Outcome> {
  const target = spawn("sh", ["-c", 'while read -r line; do /bin/true && echo "$line"; done'], { stdio: "pipe" });
  const [out, errors] = [heard(target.stdout), heard(target.stderr)];
  const closed = onceClosed(target);
  target.stdin.on("error", () => {});
  let line = 0;
  const ask = (): void => { target.stdin.write(`${++line}\n`); };
  out.onText = () => { if (out.text.endsWith(`${line}\n`)) ask(); };
  ask();
  await answered(() => line > 1);
  const tracer = spawn(FORKSCOPE, ["attach", String(target.pid), "--runtime", runtime, "--level", level], { stdio: ["ignore", "pipe", "pipe"] });
  const [said, complaints, gone] = [heard(tracer.stdout), heard(tracer.stderr), onceClosed(tracer)];
  await elapsed(after);
  tracer.kill("SIGKILL");
  const began = said.text.length > 0;
  const faults: string[] = [];
  if (!await within(gone, PATIENCE)) faults.push("something of the tracer is left");
  if (complaints.text !== "") faults.push(`the tracer said: ${complaints.text.slice(0, 200)}`);
  const then = line;
  if (!await answered(() => line >= then + ANSWERS)) faults.push(`it stopped answering: ${stateOf(target.pid ?? 0)}`);
  if (tracerOf(target.pid ?? 0) !== 0) faults.push("it has a tracer still");
  out.onText = undefined;
  target.stdin.end();
  if (!await within(closed, PATIENCE)) target.kill("SIGKILL");
  if (target.exitCode !== 0) faults.push(`it ended with ${target.exitCode ?? target.signalCode}`);
  if (errors.text !== "") faults.push(`it said: ${errors.text.slice(0, 200)}`);
  return { began, faults };
}

interface Heard {
  text: string;
  onText: (() => void) | undefined;
}

function heard(stream: NodeJS.ReadableStream): Heard {
  const found: Heard = { text: "", onText: undefined };
  stream.on("data", (bytes: Uint8Array) => {
    found.text += new TextDecoder().decode(bytes);
    found.onText?.();
  });
  return found;
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

/** It has ended, and nobody holds its streams any more. */
function onceClosed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => { child.on("close", () => { resolve(); }); });
}

async function within(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => { timer = setTimeout(resolve, milliseconds, false); });
  const came = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return came;
}

async function answered(is: () => boolean): Promise<boolean> {
  const deadline = performance.now() + PATIENCE;
  while (!is() && performance.now() < deadline) await elapsed(1);
  return is();
}

/** Processes with this mark in their environment that have not ended, "pid name state". */
function marked(mark: string): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).split("\0").includes(`${MARK}=${mark}`)).map((pid) => `${pid} ${stateOf(Number(pid))}`);
}

function stateOf(pid: number): string {
  return read(`/proc/${pid}/stat`).split(" ").slice(1, 3).join(" ");
}

function tracerOf(pid: number): number {
  return Number(/^TracerPid:\s*(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
