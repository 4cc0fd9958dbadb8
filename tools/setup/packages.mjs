/** npm packages: `npm ci` when node_modules is missing or does not match the lockfile. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { run } from "../run/child.mjs";
import { CannotGoOn, note, step } from "../run/say.mjs";
import { at, bin, childEnv } from "./paths.mjs";

const stamp = at("node_modules", ".forkscope-installed");
const deadline = 10 * 60_000;

export async function setUpPackages() {
  if (isCurrent()) return;
  step("Installing packages (npm ci)");
  const npm = process.env.npm_execpath?.endsWith("npm-cli.js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const done = await run([...npm, "ci", "--no-audit", "--no-fund"], { cwd: at(), env: childEnv(), deadline, echo: true });
  if (done.error) throw new CannotGoOn(`npm cannot be started: ${done.error.message}`, "npm 10 or newer, which comes with Node");
  if (done.timedOut) throw new CannotGoOn(`npm ci took more than ${deadline / 60_000} minutes`, "npm ci   (with a package registry in reach)");
  if (done.code !== 0) throw new CannotGoOn(`npm ci ended with status ${done.code}`, "npm ci   (with a package registry in reach)");
  for (const runtime of ["bun", "deno"]) await proveRuntime(runtime);
  writeFileSync(stamp, lockHash());
}

/** Both runtimes are binaries that their packages put in place when they install. */
async function proveRuntime(name) {
  const done = await run([bin(name), "--version"], { env: childEnv(), deadline: 30_000 });
  if (done.code !== 0) throw new CannotGoOn(`${name} from its npm package does not start: ${done.error?.message ?? done.out.trim()}`, `npm rebuild ${name}   (install scripts must be allowed)`);
  note(`${name} ${done.out.match(/\d+\.\d+\.\d+/)?.[0] ?? "of unknown version"}`);
}

function isCurrent() {
  const installed = at("node_modules", ".package-lock.json");
  if (!existsSync(installed) || !existsSync(bin("bun")) || !existsSync(bin("deno"))) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash()) return true;
  // Installed by hand after the lockfile last changed.
  return statSync(installed).mtimeMs > statSync(at("package-lock.json")).mtimeMs;
}

const lockHash = () => createHash("sha256").update(readFileSync(at("package-lock.json"))).digest("hex");
