/** The parts of `npm test`, in order: what each needs, how it runs, and how its results are counted. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkLayers } from "../layers.mjs";
import { setUpBuild } from "../setup/build.mjs";
import { findElectron } from "../setup/electron.mjs";
import { at, bin, childEnv, isRoot, mayUseSandbox } from "../setup/paths.mjs";
import { chromium, requireSystem, setUpSystem } from "../setup/system.mjs";
import { run } from "./child.mjs";
import { keepCases } from "./conformance.mjs";
import { checkPackage } from "./package.mjs";
import { fromJunit, fromPlaywright, fromVitest, gate } from "./results.mjs";
import { CannotGoOn, note } from "./say.mjs";

const reports = at("test-results", "parts");
const second = 1000;

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[], failures: string[] }} Result */
/** @type {{ name: string, about: string, run: () => Promise<Result> }[]} */
export const parts = [
  { name: "layers", about: "who imports whom, and file lengths", run: layers },
  { name: "lint", about: "oxlint, no warnings", run: lint },
  { name: "unused", about: "files and packages nobody uses, knip", run: unused },
  { name: "package", about: "the library packed, linted, installed and run", run: checkPackage },
  { name: "docs", about: "docstrings, and the pages made from them", run: docs },
  { name: "types", about: "vue-tsc, strict", run: types },
  { name: "unit", about: "pure code, vitest", run: unit },
  { name: "bun", about: "conformance on Bun", run: () => conformance("bun") },
  { name: "deno", about: "conformance on Deno", run: () => conformance("deno") },
  { name: "electron", about: "the explorer in Electron", run: electron },
  { name: "chromium", about: "the explorer in Chromium", run: inChromium },
];

async function layers() {
  const { files, breaches } = checkLayers(at());
  for (const line of breaches) console.log(line);
  console.log(`${files} files read, ${breaches.length} breaches`);
  return gate(breaches.length === 0 && files > 0, "layers");
}

async function lint() {
  return gate(await succeeds([bin("oxlint"), "--deny-warnings"], 60 * second), "lint");
}

async function unused() {
  return gate(await succeeds([bin("knip"), "--include", "files,dependencies,unlisted,unresolved", "--no-config-hints"], 60 * second), "unused");
}

async function docs() {
  return gate(await succeeds(["node", at("tools/docs.mjs"), "--check"], 120 * second), "docs");
}

async function types() {
  return gate(await succeeds([bin("vue-tsc"), "--noEmit", "-p", "tsconfig.json"], 600 * second), "types");
}

async function unit() {
  const file = report("unit.json");
  const argv = [bin("vitest"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  return counted("unit", await shown(argv, 600 * second), fromVitest(file));
}

/** One suite, run by each runtime; it compiles C to check layouts, and drives ordinary programs. */
async function conformance(runtime) {
  const left = await setUpSystem(["compiler", "aarch64", "commands"]);
  if (left.names.length > 0) note(`Missing, so the checks that use them are skipped: ${left.names.join(", ")} (${left.command})`);
  // The engine's tests serve the built explorer.
  await setUpBuild();
  const file = report(`${runtime}.xml`);
  const argv = {
    bun: [bin("bun"), "test", "--no-env-file", "--timeout=60000", "--reporter=junit", `--reporter-outfile=${file}`, "./tests/conformance"],
    deno: [bin("deno"), "test", "--allow-all", "--no-check", "--no-config", "--no-lock", "--no-remote", `--junit-path=${file}`, "tests/conformance"],
  }[runtime];
  const done = await shown(argv, 1500 * second, { DENO_NO_UPDATE_CHECK: "1" });
  const result = fromJunit(file, done.out);
  keepCases(runtime, result?.cases ?? []);
  return counted(runtime, done, result);
}

async function electron() {
  await requireSystem(["electron", "fonts"], "The end-to-end test in Electron");
  await setUpBuild();
  const found = await findElectron();
  if (!found.path) throw new CannotGoOn(`No Electron binary was found: ${found.reasons.join("; ")}`, "ELECTRON_OVERRIDE_DIST_PATH=<folder of an Electron distribution> npm test");
  note(`Electron from ${found.from}`);
  const sandbox = mayUseSandbox();
  if (!sandbox) note(`Without its sandbox: ${isRoot ? "it does not start as root" : "user namespaces are refused to this user"}`);
  const display = process.env.DISPLAY ? [] : await virtualDisplay();
  return playwright("electron", display, { FORKSCOPE_ELECTRON: found.path, FORKSCOPE_SANDBOX: sandbox ? "on" : "off" });
}

async function inChromium() {
  await requireSystem(["browser", "fonts"], "The end-to-end test in Chromium");
  await setUpBuild();
  return playwright("chromium", [], { FORKSCOPE_CHROMIUM: chromium() });
}

/** Larger than the window, so that the pointer, which rests in the middle, hovers over nothing. */
async function virtualDisplay() {
  await requireSystem(["headless"], "A display for Electron");
  return ["xvfb-run", "-a", "-s", "-screen 0 3200x2000x24"];
}

async function playwright(project, prefix, env) {
  const file = report(`${project}.json`);
  const argv = [...prefix, bin("playwright"), "test", `--project=${project}`, "--reporter=list,json", `--output=${at("test-results", project)}`];
  const done = await shown(argv, 600 * second, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file });
  return counted(project, done, fromPlaywright(file));
}

function report(name) {
  mkdirSync(reports, { recursive: true });
  const file = join(reports, name);
  if (existsSync(file)) rmSync(file);
  return file;
}

const shown = (argv, deadline, env = {}) => run(argv, { cwd: at(), env: childEnv({ NO_COLOR: "1", FORCE_COLOR: undefined, ...env }), deadline, echo: true });

async function succeeds(argv, deadline) {
  const done = await shown(argv, deadline);
  if (done.timedOut) console.log(`Ended at its deadline of ${deadline / second} s`);
  return done.code === 0 && !done.timedOut;
}

/** A runner's own verdict counts too: it may fail without a failed test, or end before it wrote its report. */
function counted(name, done, result) {
  const why = done.timedOut ? "ended at its deadline" : done.error ? done.error.message : `ended with ${done.signal ?? `status ${done.code}`}`;
  if (result === undefined) return { ...gate(false, `${name}: no report, ${why}`) };
  if (done.code === 0 || result.failed > 0 && !done.timedOut) return result;
  return { ...result, failed: result.failed + 1, failures: [...result.failures, `${name}: ${why}`] };
}
