/** Where things are in a checkout, and the environment its programs run in. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CannotGoOn } from "../run/say.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const at = (...parts) => join(root, ...parts);
export const cache = at(".cache");
export const isRoot = process.getuid?.() === 0;

/** A program installed by npm, started as it stands, without npx. */
export const bin = (name) => at("node_modules", ".bin", name);

/** Full path of a command on PATH, or undefined. */
export function which(name) {
  const places = (process.env.PATH ?? "/usr/bin:/bin").split(":");
  return places.map((place) => join(place, name)).find((file) => can(file, constants.X_OK));
}

/**
 * The environment for everything started here. A home directory that cannot be written (an account without one)
 * is replaced by one inside the checkout, for the runtimes' and browsers' caches.
 */
export function childEnv(extra = {}) {
  const env = { ...process.env, ...extra };
  const home = env.HOME || homedirOrNone();
  if (home && can(home, constants.W_OK)) return { ...env, HOME: home };
  const own = join(cache, "home");
  mkdirSync(own, { recursive: true });
  return { ...env, HOME: own, XDG_CONFIG_HOME: join(own, ".config"), XDG_CACHE_HOME: join(own, ".cache"), npm_config_cache: join(own, ".npm") };
}

/** Whether this user may make the user namespace that Electron's sandbox is built on; root's sandbox refuses to start. */
export function mayUseSandbox() {
  if (isRoot) return false;
  const unshare = which("unshare");
  return unshare === undefined || spawnSync(unshare, ["-U", "true"], { stdio: "ignore", timeout: 5000 }).status === 0;
}

/** Stops unless this is Linux, the checkout can be written, and Node is new enough. */
export function checkGround() {
  if (process.platform !== "linux") throw new CannotGoOn(`forkscope runs on Linux only, this is ${process.platform}`, "a Linux machine, container or WSL 2");
  const wanted = JSON.parse(readFileSync(at("package.json"), "utf8")).engines.node.replace(">=", "");
  if (older(process.versions.node, wanted)) throw new CannotGoOn(`Node ${wanted} or newer is needed, this is ${process.versions.node}`, "a Node release from nodejs.org, nvm, fnm or the distribution");
  if (!can(root, constants.W_OK)) throw new CannotGoOn(`The checkout ${root} cannot be written by this user`, `cp -r '${root}' ~/forkscope && cd ~/forkscope`);
}

function older(version, wanted) {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function can(file, mode) {
  try {
    accessSync(file, mode);
    return existsSync(file);
  } catch {
    return false;
  }
}

function homedirOrNone() {
  try { return homedir(); } catch { return undefined; }
}
