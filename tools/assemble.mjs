/**
 * Machine code out of assembler: for each folder of lib/ffi/native/ writes code.ts from x86_64.s and aarch64.s.
 * `--check` writes nothing and fails when a code.ts is not what its sources give. Needs binutils for both machines.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "lib", "ffi", "native");
const native = process.arch === "arm64" ? "aarch64" : "x86_64";

/** The machines that there is code for. */
export const ARCHES = ["x86_64", "aarch64"];

/** The routines, by the name of their folder. */
export function routines() {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** Why code for a machine cannot be made here; undefined when it can. */
export function whyNot(arch) {
  return spawnSync(tool(arch, "as"), ["--version"]).status === 0 ? undefined : `needs ${tool(arch, "as")} (Debian: binutils, binutils-aarch64-linux-gnu)`;
}

/** Assembles a routine: its bytes in hexadecimal, and the offsets of its global symbols. Refuses code that depends on where it lies. */
export function assemble(routine, arch) {
  const place = mkdtempSync(join(tmpdir(), "forkscope-as-"));
  try {
    const object = join(place, "code.o");
    const binary = join(place, "code.bin");
    run(tool(arch, "as"), ["-o", object, join(folder, routine, `${arch}.s`)]);
    const relocations = run(tool(arch, "objdump"), ["-r", object]);
    if (relocations.includes("RELOCATION RECORDS")) throw new Error(`${routine}/${arch}.s depends on its address:\n${relocations}`);
    run(tool(arch, "objcopy"), ["-O", "binary", "-j", ".text", object, binary]);
    const symbols = run(tool(arch, "nm"), ["-n", object]).split("\n").map((line) => line.split(" ")).filter(([, kind]) => kind === "T");
    return { bytes: readFileSync(binary).toString("hex"), symbols: Object.fromEntries(symbols.map(([offset, , name]) => [name, Number.parseInt(offset, 16)])) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** code.ts of a routine as its sources give it. */
export function codeText(routine) {
  const entries = ARCHES.map((arch) => {
    const { bytes, symbols } = assemble(routine, arch);
    const offsets = Object.entries(symbols).map(([name, offset]) => `${name}: ${offset}`).join(", ");
    const lines = bytes.match(/.{1,120}/g).map((line) => `      "${line}"`).join(" +\n");
    return `  ${arch}: {\n    symbols: { ${offsets} },\n    bytes:\n${lines},\n  },\n`;
  });
  return `/** Made by tools/assemble.mjs from x86_64.s and aarch64.s, which say what it does. @module */\n\nexport const CODE = {\n${entries.join("")}} as const;\n`;
}

/** Where a routine's code.ts lies. */
export function codeFile(routine) {
  return join(folder, routine, "code.ts");
}

function tool(arch, name) {
  return arch === native ? name : `${arch}-linux-gnu-${name}`;
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: status ${status}: ${stderr}`);
  return stdout;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const routine of routines()) {
    const text = codeText(routine);
    if (!process.argv.includes("--check")) writeFileSync(codeFile(routine), text);
    else if (readFileSync(codeFile(routine), "utf8") !== text) {
      console.error(`${codeFile(routine)} is not what its sources give: run node tools/assemble.mjs`);
      process.exitCode = 1;
    }
  }
}
