/**
 * The suite on aarch64, as far as user-mode emulation goes: the aarch64 builds of both runtimes under qemu-aarch64, a test file at a time.
 * Writes docs/reports/aarch64.json and aarch64.md as it goes. Arguments: parts of the names of test files to run anew (all). Rows that are
 * not run anew stay; the argument "none" only writes the page anew.
 *
 * The emulator runs one program and not those that it starts: the host's kernel refuses their machine code. So the runtimes are told that
 * they are a script that runs the emulator; what a program starts by another name of itself does not start (see GAPS).
 */
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { endChildrenOnSignals, run } from "../tools/run/child.mjs";
import { parseJunit } from "../tools/run/results.mjs";
import { page } from "./aarch64_page.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = join(root, "docs", "reports");
const last = join(reports, "aarch64.json");
const minute = 60_000;
/** Where Debian's libc6-arm64-cross puts the loader and libc. */
const LIBRARIES = "/usr/aarch64-linux-gnu";
const EMULATOR = process.env.FORKSCOPE_QEMU ?? "qemu-aarch64";
const PATIENCE = "6";
/** The longest a file may take. */
const MOST = Number(process.env.FORKSCOPE_MINUTES ?? 15) * minute;

/** Folders of the suite that say nothing here: cross compilation compares the layouts; ptrace, which the tracer needs, is not emulated. */
const LEFT_OUT = ["layout", "trace", "engine", "cli"];

const versions = { bun: version("bun"), deno: version("deno") };
const packages = { bun: `@oven/bun-linux-aarch64@${versions.bun}`, deno: `@deno/linux-arm64-glibc@${versions.deno}` };
const inside = { bun: "package/bin/bun", deno: "package/deno" };

endChildrenOnSignals();
const wanted = process.argv.slice(2);
const before = existsSync(last) ? JSON.parse(readFileSync(last, "utf8")).rows : [];
const rows = new Map(before.map((row) => [`${row.runtime} ${row.file}`, row]));
const emulator = (await run([EMULATOR, "--version"])).out.match(/version (\S+)/)?.[1];
if (emulator === undefined || !existsSync(join(LIBRARIES, "lib", "libc.so.6"))) throw new Error(`${EMULATOR} and ${LIBRARIES} are needed (Debian: qemu-user, libc6-arm64-cross)`);

const checkout = copyOfCheckout();
const files = wanted.length === 0 ? testFiles() : wanted.flatMap((part) => testFiles().filter((file) => file.includes(part)));
await Promise.all(["bun", "deno"].map(async (runtime) => {
  if (files.length === 0) return;
  const program = await emulated(runtime);
  for (const file of files) {
    rows.set(`${runtime} ${file}`, { runtime, file, ...(await runFile(runtime, program, file)) });
    write();
  }
}));
write();
rmSync(checkout, { recursive: true });

/** Where the tests run: a program of the other machine that is started by mistake is read by a shell, which writes whatever it finds in it. */
function copyOfCheckout() {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-aarch64-"));
  for (const part of ["lib", "tests", "tools", "package.json", "tsconfig.json"]) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function testFiles() {
  const all = readdirSync(join(root, "tests", "conformance"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts")).sort();
  return all.filter((file) => file.includes("/") && !LEFT_OUT.includes(file.split("/")[0])).map((file) => `tests/conformance/${file}`);
}

function version(name) {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies[name];
}

/** A script that runs the runtime's aarch64 build, out of the npm package that a machine of that kind installs. */
async function emulated(runtime) {
  const folder = join(root, ".cache", "aarch64", packages[runtime].replace(/[@/]/g, "-"));
  const binary = join(folder, inside[runtime]);
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const packed = await run(["npm", "pack", packages[runtime], "--pack-destination", folder], { cwd: root, deadline: 10 * minute });
    const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    if (packed.code !== 0 || tarball === undefined) throw new Error(`npm pack ${packages[runtime]}: ${packed.out}`);
    await run(["tar", "xzf", tarball], { cwd: folder, deadline: minute });
    rmSync(join(folder, tarball));
    chmodSync(binary, 0o755);
  }
  const script = join(folder, runtime);
  writeFileSync(script, `#!/bin/sh\nexec ${EMULATOR} -L ${LIBRARIES} ${binary} "$@"\n`, { mode: 0o755 });
  return script;
}

/** Runs one file; what it found, or why it found nothing. */
async function runFile(runtime, program, file) {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-aarch64-"));
  const junit = join(folder, "junit.xml");
  const preload = join(folder, "preload.mjs");
  writeFileSync(preload, `import process from "node:process";\nprocess.execPath = ${JSON.stringify(program)};\n`);
  const argv = {
    bun: [program, "test", "--no-env-file", "--timeout=400000", "--preload", preload, "--reporter=junit", `--reporter-outfile=${junit}`, `./${file}`],
    deno: [program, "test", "--allow-all", "--no-check", "--no-config", "--no-lock", "--no-remote", "--preload", preload, `--junit-path=${junit}`, file],
  }[runtime];
  try {
    const env = { ...process.env, NO_COLOR: "1", FORKSCOPE_PATIENCE: PATIENCE, DENO_NO_UPDATE_CHECK: "1" };
    const done = await run(argv, { cwd: checkout, env, deadline: MOST });
    const found = existsSync(junit) ? parseJunit(readFileSync(junit, "utf8"), done.out) : undefined;
    const ended = done.timedOut ? `it did not end within ${MOST / minute} minutes` : done.signal ? `ended by ${done.signal}` : `status ${done.code}`;
    if (!found || found.cases.length === 0) return { passed: 0, failures: [], skipped: 0, none: `${ended}: ${lastWords(done.out)}` };
    const failures = found.cases.filter(({ status }) => status === "failed").map(({ name }) => ({ name, why: whyIn(readFileSync(junit, "utf8"), done.out, name) }));
    return { passed: found.passed, skipped: found.skipped.length, failures };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lastWords(out) {
  return out.trim().split("\n").slice(-3).join(" ").slice(-300);
}

/** The first words of a failure: in Deno's JUnit beside the case, in Bun's output above its line. */
function whyIn(xml, out, name) {
  const escaped = name.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&apos;");
  const beside = xml.split(`name="${escaped}"`)[1]?.match(/<failure message="([^"]*)"/)?.[1] ?? "";
  const above = out.split(`(fail) ${name} [`)[0] ?? "";
  const said = above.slice(above.lastIndexOf("(pass)")).match(/^(?:\w*Error|error)\b.*(?:\n(?! {6}at ).*){0,8}/gm)?.at(-1) ?? "";
  return (beside.length > said.length ? beside : said).replace(/&[a-z]+;/g, " ").replace(/\s+/g, " ").trim().slice(0, 400);
}

function write() {
  mkdirSync(reports, { recursive: true });
  const sorted = [...rows.values()].sort((a, b) => (`${a.file} ${a.runtime}` < `${b.file} ${b.runtime}` ? -1 : 1));
  const report = { versions, emulator, kernel: release(), rows: sorted };
  writeFileSync(last, `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(reports, "aarch64.md"), page(report));
}
