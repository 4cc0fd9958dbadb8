/**
 * Plays the part of Electron's own default app in a distribution that came without it:
 * `electron [flags] [-r module] <folder> [arguments]` runs the app in <folder>.
 */
const { app } = require("electron");
const fs = require("node:fs");
const path = require("node:path");

const { modules, folder } = readArguments(process.argv.slice(1));
for (const name of modules) require(path.resolve(name));
if (process.argv.includes("--version") || process.argv.includes("-v")) {
  console.log(`v${process.versions.electron}`);
  process.exit(0);
}
if (folder === undefined) {
  console.error("electron: start an app: name its folder");
  process.exit(2);
}
load(path.resolve(folder));

function readArguments(argv) {
  const modules = [];
  for (let i = 0; i < argv.length; i += 1) {
    const argument = argv[i];
    if (argument === "-r" || argument === "--require") modules.push(argv[(i += 1)]);
    else if (!argument.startsWith("-")) return { modules, folder: argument };
  }
  return { modules, folder: undefined };
}

function load(directory) {
  const manifest = JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8"));
  process.defaultApp = true;
  app.setName(manifest.productName ?? manifest.name);
  app.setVersion(manifest.version);
  if (!app.commandLine.hasSwitch("user-data-dir")) app.setPath("userData", path.join(app.getPath("appData"), app.name));
  app.setAppPath(directory);
  require(path.join(directory, manifest.main));
}
