/** The explorer's build: electron-vite when out/ is missing or its inputs changed. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../run/child.mjs";
import { CannotGoOn, note, seconds, step } from "../run/say.mjs";
import { at, childEnv } from "./paths.mjs";

const inputs = ["app", "lib/model", "engine/protocol.ts", "electron.vite.config.ts", "package-lock.json", "tsconfig.json"];
const outputs = ["out/main/index.cjs", "out/preload/index.cjs", "out/renderer/index.html"];
const stamp = at("out", "built-from");

export async function setUpBuild() {
  const hash = hashOf(inputs);
  if (outputs.every((file) => existsSync(at(file))) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  step("Building the explorer");
  const done = await run([process.execPath, at("node_modules/electron-vite/bin/electron-vite.js"), "build"], { cwd: at(), env: childEnv({ NO_COLOR: "1" }), deadline: 5 * 60_000 });
  const missing = outputs.filter((file) => !existsSync(at(file)));
  if (done.code !== 0 || missing.length > 0) {
    console.error(done.out);
    throw new CannotGoOn(missing.length > 0 ? `The build did not write ${missing.join(", ")}` : `The build ended with status ${done.code}`, "npm run build   (its messages are above)");
  }
  writeFileSync(stamp, hash);
  note(`built in ${seconds(done.ms)}`);
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesBelow(path)) hash.update(`${file}\0`).update(readFileSync(at(file)));
  }
  return hash.digest("hex");
}

function filesBelow(path) {
  if (!existsSync(at(path))) return [];
  const entries = readdirSyncOrFile(path);
  if (entries === undefined) return [path];
  return entries.flatMap((name) => filesBelow(join(path, name)));
}

function readdirSyncOrFile(path) {
  try {
    return readdirSync(at(path)).sort();
  } catch (error) {
    if (error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
