/**
 * C programs for comparison: compiled with the machine's compiler or Debian's cross compiler, run natively or under qemu.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A machine to compile for: the compiler, and how its programs run here. */
export interface Target {
  readonly arch: "x86_64" | "aarch64";
  readonly compiler: readonly string[];
  readonly run: readonly string[];
}

const OWN = process.arch === "arm64" ? "aarch64" : "x86_64";

/** This machine. */
export const NATIVE: Target = { arch: OWN, compiler: ["cc"], run: [] };

/** The machines that the library knows, as they can be reached from this one. */
export const TARGETS: readonly Target[] = (["x86_64", "aarch64"] as const).map((arch) =>
  arch === OWN
    ? NATIVE
    : { arch, compiler: [`${arch.replace("_", "-")}-linux-gnu-gcc`, "-static"], run: [`qemu-${arch}`] },
);

/** Why programs for this target can not be made or run here; undefined when they can. */
export function whyNot({ compiler, run }: Target): string | undefined {
  const needed = [compiler[0] ?? "", ...run.slice(0, 1)];
  const missing = needed.filter((program) => spawnSync(program, ["--version"]).status !== 0);
  return missing.length > 0 ? `needs ${missing.join(" and ")} (Debian: gcc, gcc-aarch64-linux-gnu, qemu-user)` : undefined;
}

/** Compiles the sources into one program in a folder, and gives its path. */
export function compile(target: Target, sources: readonly string[], folder: string): string {
  const files = sources.map((source, i) => {
    writeFileSync(join(folder, `part${i}.c`), source);
    return join(folder, `part${i}.c`);
  });
  const program = join(folder, "program");
  const [compiler = "cc", ...flags] = target.compiler;
  succeed(compiler, [...flags, "-w", "-o", program, ...files]);
  return program;
}

/** Compiles the sources into one program, runs it, and gives its output. */
export function compileAndRun(target: Target, sources: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-c-"));
  try {
    const program = compile(target, sources, folder);
    const [first = program, ...rest] = [...target.run, program];
    return succeed(first, rest);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function succeed(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot run ${command}: status ${status}: ${stderr.slice(0, 2000)}`);
  return stdout;
}
