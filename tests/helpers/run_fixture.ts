/**
 * Runs a program of tests/fixtures under the runtime that runs the test. On Deno it may use FFI and nothing else.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { backend } from "../../lib/ffi/mod.ts";

const FIXTURES = join(dirname(dirname(fileURLToPath(import.meta.url))), "fixtures");
/** Milliseconds; an emulated machine is given more. */
const DEADLINE = 20_000 * Number(process.env["FORKSCOPE_PATIENCE"] ?? 1);

/** The runtime of the running test. */
export const runtime: "bun" | "deno" = backend?.runtime ?? "bun";

/** How a fixture ended and what it printed. */
export interface Ran {
  /** Exit code; undefined when a signal ended it. */
  code: number | undefined;
  /** Name of the signal that ended it. */
  signal: string | undefined;
  stdout: string;
  stderr: string;
  pid: number;
}

/** How to run it. */
export interface RunOptions {
  /** Start the runtime with the flags that make fork safe. True unless given. */
  safe?: boolean;
  /** Variables to set beside the test's own. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it and its process group are killed, and the run fails. */
  deadline?: number;
  /** Runtime flags, before the fixture. */
  flags?: readonly string[];
  /** Another program to start the fixture's runtime by. */
  executable?: string;
}

/** Runs `tests/fixtures/<name>.ts`. Rejects when it does not end in time. */
export function runFixture(name: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(options.executable ?? process.execPath, fixtureArguments(name, args, options.flags), {
    detached: true,
    env: { ...environment(options.safe !== false), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      printed[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      killGroup(child.pid);
      reject(new Error(`${name} ${args.join(" ")} did not end within ${options.deadline ?? DEADLINE} ms; it printed: ${printed.stdout}${printed.stderr}`));
    }, options.deadline ?? DEADLINE);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(late);
      killGroup(child.pid);
      resolve({ code: code ?? undefined, signal: signal ?? undefined, ...printed, pid: child.pid ?? 0 });
    });
  });
}

/** Runs a fixture that prints one JSON line, and gives it. Anything else is an error that shows what was printed. */
export async function runForJson<T = unknown>(name: string, args: readonly string[] = [], options: RunOptions = {}): Promise<T> {
  const ran = await runFixture(name, args, options);
  const lines = ran.stdout.trim().split("\n");
  try {
    if (ran.code !== 0) throw new Error(`status ${ran.code ?? ran.signal}`);
    return JSON.parse(lines.at(-1) ?? "") as T;
  } catch (error) {
    throw new Error(`${name} ${args.join(" ")}: ${String(error)}; it printed: ${ran.stdout}${ran.stderr}`, { cause: error });
  }
}

/** The test's own environment, with the runtime's safe flags or certainly without. */
function environment(safe: boolean): Record<string, string | undefined> {
  const flags = backend?.host.safeEnvironment ?? {};
  const without = Object.fromEntries(Object.entries(process.env).filter(([name]) => !Object.hasOwn(flags, name)));
  return safe ? { ...without, ...flags } : without;
}

/** Arguments that make the runtime run a fixture. */
export function fixtureArguments(name: string, args: readonly string[] = [], flags: readonly string[] = []): string[] {
  const file = join(FIXTURES, `${name}.ts`);
  const deno = ["run", "--quiet", "--allow-ffi", "--no-check", "--no-remote", "--no-config", "--no-lock"];
  return [...(runtime === "deno" ? deno : []), ...flags, file, ...args];
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty.
  }
}
