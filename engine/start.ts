/**
 * What a session is started with: a story on a runtime, or any command.
 *
 * @module
 */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { delimiter, join } from "node:path";
import { FORMAT_VERSION, type RecordingHeader } from "../lib/model/event.ts";
import type { DataOptions, TraceOptions } from "../lib/trace/mod.ts";
import { scenario, scenarios } from "../scenarios/mod.ts";
import { newRecording, root } from "./places.ts";
import type { RuntimeName, TraceEngine, TraceLevel } from "./protocol.ts";
import { COULD_NOT_BEGIN, NOT_EXECUTABLE, NOT_FOUND, Refusal } from "./refusal.ts";
import { Capture, nullDevice } from "./stdio.ts";
import { cleanEnvironment, commandFor, environmentFor, runtime } from "./runtimes.ts";

/** How a session begins and where it is recorded. */
export interface Beginning {
  held: boolean;
  /** Events a second while running; 0: as fast as it goes. */
  pace: number;
  verify: boolean;
  /** How much is watched; descriptors and signals unless given. */
  level?: TraceLevel;
  /** How it is watched; by ptrace unless given. */
  engine?: TraceEngine;
  /** Whose bytes are recorded as they pass; the beginning of each alone unless given. */
  data?: DataOptions;
  /** Recording file; absent: a new one among the user's own; false: none. */
  record?: string | false;
}

export interface Start {
  options: TraceOptions;
  header: RecordingHeader;
  /** What a story wrote to its standard error before it began; it says why when it never does. */
  errors?: Capture;
}

/** A story: reported from its begin mark on, one process at a time, so that each run gives the same order. */
export function storyStart(id: string, on: RuntimeName, beginning: Beginning): Start {
  const story = scenario(id);
  if (!story) throw new Refusal(`play ${JSON.stringify(id)}: no such scenario`, `One of ${scenarios.map((one) => one.id).join(", ")}`);
  const found = runtime(on);
  if (!found) throw new Refusal(`play ${id}: the runtime ${on} is not installed`, `Run npm ci in ${root}`);
  const command = commandFor(found, story.path);
  const header = headerFor(command, { scenario: id, runtime: on, runtimeVersion: found.version });
  const errors = new Capture();
  return {
    header,
    errors,
    options: {
      ...common(command, header, beginning, id),
      env: environmentFor(on),
      cwd: root,
      schedule: "turns",
      beginAtMark: true,
      stdio: { stdin: nullDevice(), stdout: nullDevice(), stderr: errors.fd },
    },
  };
}

/** Any command. `stdio`: where its 0, 1 and 2 go; ours when absent. */
export function commandStart(command: string[], beginning: Beginning, stdio?: number): Start {
  const header = headerFor(command, {});
  refuseMissing(command[0] ?? "");
  return {
    header,
    options: {
      ...common(command, header, beginning, command[0] ?? "command"),
      env: cleanEnvironment(),
      schedule: beginning.verify ? "turns" : "free",
      beginAtMark: false,
      ...(stdio === undefined ? {} : { stdio: { stdin: stdio, stdout: stdio, stderr: stdio } }),
    },
  };
}

/** A process that runs, with all its descendants. */
export function attachStart(pid: number, beginning: Beginning): Start {
  const command = argvOf(pid);
  const header = headerFor(command, {});
  return { header, options: { ...common(command, header, beginning, `attach-${pid}`), attach: pid, schedule: "free", beginAtMark: false } };
}

function argvOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    throw new Refusal(`attach to ${pid}: there is no such process`, undefined, COULD_NOT_BEGIN);
  }
}

/** As a shell: 127 for a program that is not there, 126 for one that may not be run. */
function refuseMissing(program: string): void {
  const paths = program.includes("/") ? [program] : (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, program));
  if (paths.some((path) => may(path, constants.X_OK) && !isDirectory(path))) return;
  const there = paths.find((path) => may(path, constants.F_OK));
  if (there && isDirectory(there)) throw new Refusal(`trace ${program}: EACCES, ${there} is a directory`, undefined, NOT_EXECUTABLE);
  if (there) throw new Refusal(`trace ${program}: EACCES, ${there} is not executable`, `chmod +x ${there}`, NOT_EXECUTABLE);
  throw new Refusal(`trace ${program}: ENOENT, no such program${program.includes("/") ? "" : " in PATH"}`, undefined, NOT_FOUND);
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** An engine that holds nobody has nothing to compare. */
function refuseHolding({ verify, engine, data }: Beginning): void {
  if (data && engine === "bpf") throw new Refusal("trace --engine bpf: --data reads the memory of held processes, and this engine holds none", "--engine ptrace");
  if (verify && engine === "bpf") throw new Refusal("trace --engine bpf: --verify compares held processes, and this engine holds none", "--engine ptrace");
}

function common(command: string[], header: RecordingHeader, beginning: Beginning, name: string) {
  refuseHolding(beginning);
  const { forkscope: _version, kernel: _kernel, arch: _arch, date: _date, ...own } = header;
  return {
    command,
    level: beginning.level ?? ("fds" as const),
    held: beginning.held,
    pace: beginning.pace,
    verify: beginning.verify,
    ...(beginning.engine ? { engine: beginning.engine } : {}),
    header: own,
    ...(beginning.data ? { data: beginning.data } : {}),
    ...(beginning.record === false ? {} : { record: beginning.record ?? newRecording(name) }),
  };
}

function headerFor(command: string[], more: Pick<RecordingHeader, "scenario" | "runtime" | "runtimeVersion">): RecordingHeader {
  return { forkscope: FORMAT_VERSION, command, ...more, kernel: release(), arch: process.arch, date: new Date().toISOString() };
}
