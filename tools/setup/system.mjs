/** System libraries and programs: what is missing is installed by apt as root on Debian, and named otherwise. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { run } from "../run/child.mjs";
import { CannotGoOn, note, step } from "../run/say.mjs";
import { childEnv, isRoot, which } from "./paths.mjs";

/** What each purpose needs: how to see that it is there, and Debian's package names for it (newest release first). */
const needs = {
  electron: [
    library("libnss3.so", ["libnss3"]),
    library("libatk-bridge-2.0.so.0", ["libatk-bridge2.0-0t64", "libatk-bridge2.0-0"]),
    library("libgtk-3.so.0", ["libgtk-3-0t64", "libgtk-3-0"]),
    library("libgbm.so.1", ["libgbm1"]),
    library("libasound.so.2", ["libasound2t64", "libasound2"]),
    library("libXss.so.1", ["libxss1"]),
  ],
  fonts: [{ name: "a Chinese font", there: hasChineseFont, packages: ["fonts-noto-cjk"] }],
  headless: [program("Xvfb", "xvfb"), program("xvfb-run", "xvfb"), program("xauth", "xauth")],
  browser: [{ name: "chromium", there: () => chromium() !== undefined, packages: ["chromium"] }],
  compiler: [program("gcc", "gcc"), { name: "the C library's headers", there: () => existsSync("/usr/include/stdio.h"), packages: ["libc6-dev"] }],
  aarch64: process.arch === "arm64" ? [] : [
    program("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
    { name: "the C library for aarch64", there: () => existsSync("/usr/aarch64-linux-gnu/include/stdio.h"), packages: ["libc6-dev-arm64-cross"] },
    program("qemu-aarch64", "qemu-user"),
  ],
  commands: [program("make", "make")],
  wheel: [program("python3", "python3"), { name: "pip", there: hasPip, packages: ["python3-pip"] }],
};

/** The Chromium that tests drive: $CHROMIUM, or one on PATH. */
export const chromium = () => process.env.CHROMIUM || which("chromium") || which("chromium-browser") || which("google-chrome");

/**
 * Installs what the purposes miss when it may, and returns what is still missing.
 * @param {(keyof typeof needs)[]} purposes
 * @returns {Promise<{ names: string[], command: string }>}
 */
export async function setUpSystem(purposes) {
  const missing = lacking(purposes);
  if (missing.length === 0) return { names: [], command: "" };
  const packages = missing.map((need) => need.packages);
  if (isRoot && isDebian() && which("apt-get")) await aptInstall(packages);
  const left = lacking(purposes);
  return { names: left.map((need) => need.name), command: aptCommand(left) };
}

/** Like setUpSystem, and stops when something is still missing. */
export async function requireSystem(purposes, why) {
  const left = await setUpSystem(purposes);
  if (left.names.length > 0) throw new CannotGoOn(`${why} needs ${left.names.join(", ")}`, left.command);
}

async function aptInstall(packages) {
  const env = childEnv({ DEBIAN_FRONTEND: "noninteractive" });
  const deadline = 10 * 60_000;
  step(`Installing system packages: ${[...new Set(packages.map((names) => names.at(-1)))].join(" ")}`);
  const update = await run(["apt-get", "update", "-q"], { env, deadline });
  if (update.code !== 0) note("apt-get update failed; trying with the package lists as they are");
  const chosen = new Set();
  for (const names of packages) chosen.add(await firstKnown(names, env));
  const install = await run(["apt-get", "install", "-y", "-q", "--no-install-recommends", ...chosen], { env, deadline });
  if (install.code !== 0) note(`apt-get install ended with status ${install.code}:\n${install.out.trim().split("\n").slice(-5).join("\n")}`);
}

/** Debian 13 renamed some libraries (t64); takes the first name this release can install. */
async function firstKnown(names, env) {
  if (names.length === 1) return names[0];
  for (const name of names) {
    const shown = await run(["apt-cache", "show", "--no-all-versions", name], { env, deadline: 30_000 });
    if (shown.code === 0 && shown.out.includes("Package:")) return name;
  }
  return names.at(-1);
}

function aptCommand(missing) {
  const packages = [...new Set(missing.map((need) => need.packages.at(-1)))].join(" ");
  return isDebian() ? `sudo apt-get update && sudo apt-get install -y ${packages}` : `your distribution's packages for: ${packages} (Debian's names)`;
}

function lacking(purposes) {
  return purposes.flatMap((purpose) => needs[purpose]).filter((need) => !need.there());
}

function library(soname, packages) {
  return { name: soname, packages, there: () => libraryFolders().some((folder) => existsSync(`${folder}/${soname}`)) };
}

function program(name, packageName) {
  return { name, packages: [packageName], there: () => which(name) !== undefined };
}

function libraryFolders() {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  return [`/usr/lib/${triplet}`, `/lib/${triplet}`, "/usr/lib64", "/usr/lib", ...(process.env.LD_LIBRARY_PATH ?? "").split(":").filter(Boolean)];
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

function hasChineseFont() {
  return ["/usr/share/fonts", "/usr/local/share/fonts"].some((folder) => {
    try {
      return readdirSync(folder, { recursive: true }).some((file) => /CJK|wqy|SourceHanSans|DroidSansFallback|unifont/i.test(String(file)));
    } catch {
      return false;
    }
  });
}

function hasPip() {
  return which("pip3") !== undefined || which("pip") !== undefined;
}
