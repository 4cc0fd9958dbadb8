/**
 * The runtimes a story can run on: where their binaries are, their versions, and the settings that make fork safe.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./places.ts";
import type { RuntimeInfo, RuntimeName } from "./protocol.ts";

export interface Runtime {
  name: RuntimeName;
  /** Path of its binary. */
  binary: string;
  version: string;
}

const NAMES: readonly RuntimeName[] = ["bun", "deno"];

/** Without tasks that V8 puts off to the event loop: in a story's process nobody comes back to run them. */
const QUIET_V8 = "--no-incremental-marking,--no-memory-reducer";

/**
 * Settings under which a forked child never waits for a thread that fork did not copy. See lib/ready.ts.
 * Deno keeps its caches in memory where DENO_DIR cannot be made: files it keeps open would shift a story's descriptor numbers.
 */
const SAFE: Record<RuntimeName, Record<string, string>> = {
  bun: {
    BUN_JSC_useConcurrentGC: "0",
    BUN_JSC_useConcurrentJIT: "0",
    BUN_JSC_numberOfGCMarkers: "1",
    BUN_JSC_useWarmUpMarkedBlocks: "0",
    MIMALLOC_SCAVENGER: "0",
  },
  deno: { DENO_V8_FLAGS: `--single-threaded,${QUIET_V8}`, DENO_DIR: "/proc/none", DENO_NO_UPDATE_CHECK: "1" },
};

const FLAGS: Record<RuntimeName, string[]> = {
  bun: ["--no-env-file", "--no-install", "--config=/dev/null"],
  deno: ["run", "--quiet", "--allow-ffi", "--no-check", "--no-remote", "--no-npm", "--no-config", "--no-lock"],
};

const known = new Map<RuntimeName, Runtime | undefined>();

/** The runtime of this name: the project's own binary, else the one in PATH; undefined where there is none. */
export function runtime(name: RuntimeName): Runtime | undefined {
  if (!known.has(name)) known.set(name, look(name));
  return known.get(name);
}

/** Both runtimes as a client is told of them. */
export function runtimeInfos(): RuntimeInfo[] {
  return NAMES.map((name) => {
    const found = runtime(name);
    return {
      name,
      available: found !== undefined,
      ...(found ? { version: found.version } : {}),
      get: { zh: "在项目目录运行 npm ci", en: "Run npm ci in the project's folder" },
    };
  });
}

/** The command line that runs a program of the project on a runtime. */
export function commandFor(on: Runtime, file: string): string[] {
  return [on.binary, ...FLAGS[on.name], join(root, file)];
}

/** Environment of a program on that runtime: ours, cleaned, with what makes fork safe set from the start. */
export function environmentFor(name: RuntimeName): Record<string, string> {
  const env = cleanEnvironment();
  return { ...env, ...SAFE[name], FORKSCOPE_ADDED_ENV: Object.keys(SAFE[name]).join(":") };
}

/** The environment this program was started in, less what its launcher added for itself. */
export function cleanEnvironment(): Record<string, string> {
  const added = new Set(["FORKSCOPE_ADDED_ENV", ...(process.env["FORKSCOPE_ADDED_ENV"] ?? "").split(/[:,]/)]);
  const entries = Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && !added.has(pair[0]));
  return Object.fromEntries(entries);
}

function look(name: RuntimeName): Runtime | undefined {
  const folders = [join(root, "node_modules", ".bin"), ...(process.env["PATH"] ?? "").split(delimiter)];
  for (const folder of folders) {
    const binary = executable(join(folder, name));
    const version = binary && versionOf(binary);
    if (binary && version) return { name, binary, version };
  }
  return undefined;
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function versionOf(binary: string): string | undefined {
  try {
    const text = execFileSync(binary, ["--version"], { encoding: "utf8", timeout: 10_000, stdio: ["ignore", "pipe", "ignore"] });
    return /\d+\.\d+\.\d+\S*/.exec(text)?.[0];
  } catch {
    return undefined;
  }
}
