/** The command lines of contestants. C is compiled when it is first asked for. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const peer = (file) => join(root, "bench", "peers", file);
const tool = (name) => join(root, "node_modules", ".bin", name);
const compiled = new Map();
let folder;

/** A place for files of this run, taken away by {@link tidy}. */
export function place(name) {
  folder ??= mkdtempSync(join(tmpdir(), "forkscope-bench-"));
  return join(folder, name);
}

/** Takes the files of this run away. */
export function tidy() {
  if (folder) rmSync(folder, { recursive: true, force: true });
}

export function c(name, ...args) {
  if (!compiled.has(name)) {
    const program = place(name);
    execFileSync(process.env.CC ?? "cc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, join(root, "bench", "c", `${name}.c`)], { stdio: ["ignore", "ignore", "inherit"] });
    compiled.set(name, program);
  }
  return [compiled.get(name), ...args.map(String)];
}

/** A runtime's command line up to the program. */
export const bun = () => [tool("bun")];
export const deno = () => [tool("deno"), "run", "-A", "--no-check", "--no-config", "--no-lock", "--no-remote", "--quiet"];

/** A peer by its file's name, under each runtime. */
export const onBun = (file, ...args) => [...bun(), peer(file), ...args.map(String)];
export const onDeno = (file, ...args) => [...deno(), peer(file), ...args.map(String)];
export const onNode = (file, ...args) => [process.execPath, peer(file), ...args.map(String)];
export const onPython = (file, ...args) => ["python3", peer(file), ...args.map(String)];

/** The library under both runtimes, as contestants "bun" and "deno". */
export function library(file, ...args) {
  return [
    { id: "bun", label: "library on Bun", argv: onBun(file, ...args) },
    { id: "deno", label: "library on Deno", argv: onDeno(file, ...args) },
  ];
}
