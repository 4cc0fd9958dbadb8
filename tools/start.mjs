/**
 * `npm start`: sets up what is missing, then opens the explorer with a story already playing.
 * With a display and an Electron: a window. Otherwise it says why and serves the same explorer to a browser.
 *
 *   npm start                  the story hand-over
 *   npm start -- zombie        another story
 *   npm start -- --browser     no window even where one could be opened
 */
import { end, endChildrenOnSignals, start } from "./run/child.mjs";
import { CannotGoOn, note, sayCannotGoOn, step } from "./run/say.mjs";
import { setUpBuild } from "./setup/build.mjs";
import { findElectron } from "./setup/electron.mjs";
import { at, bin, checkGround, childEnv, isRoot, mayUseSandbox } from "./setup/paths.mjs";
import { setUpPackages } from "./setup/packages.mjs";
import { setUpSystem } from "./setup/system.mjs";

const earlyEnd = 10_000;

async function main(argv) {
  const story = argv.find((argument) => !argument.startsWith("-")) ?? "hand-over";
  checkGround();
  await setUpPackages();
  await setUpBuild();
  const reason = argv.includes("--browser") ? "--browser was given" : await openWindow(story);
  if (reason === undefined) return 0;
  console.log(`No window: ${reason}.`);
  return serve(story);
}

/** Opens the Electron window and waits for its end; returns why there was none. */
async function openWindow(story) {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!DISPLAY && !WAYLAND_DISPLAY) return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)";
  const left = await setUpSystem(["electron", "fonts"]);
  if (left.names.length > 0) note(`Missing: ${left.names.join(", ")}. Supply it with: ${left.command}`);
  const electron = await findElectron();
  if (!electron.path) return `no Electron binary was found (${electron.reasons.join("; ")})`;
  if (!isRoot && !mayUseSandbox()) return "user namespaces are refused to this user, and Electron's sandbox needs them (sysctl kernel.unprivileged_userns_clone, or the container's policy)";
  step(`Opening the explorer (${electron.from})`);
  const flags = [...(isRoot ? ["--no-sandbox"] : []), ...(DISPLAY ? [] : ["--ozone-platform=wayland"])];
  return runElectron([electron.path, ...flags, at()], { FORKSCOPE_PLAY: story });
}

function runElectron(argv, settings) {
  const started = Date.now();
  const child = start(argv, { cwd: at(), env: childEnv({ FORKSCOPE_ENGINE_RUNTIME: process.env.FORKSCOPE_ENGINE_RUNTIME || bin("bun"), ...settings }), stdio: ["ignore", "inherit", "pipe"] });
  const complaints = passOn(child.stderr);
  return new Promise((done) => {
    child.on("error", (error) => done(`Electron cannot be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      const early = Date.now() - started < earlyEnd;
      done(code === 0 || !early ? undefined : `Electron ended at once with ${signal ?? `status ${code}`}${complaints.last ? `: ${complaints.last}` : ""}`);
    });
  });
}

/** Prints what the app says; Chromium's own log lines are only kept, to explain a failed start. */
function passOn(stream) {
  const complaints = { last: "" };
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
      complaints.last = line;
      if (!/^\[\d+:\d{4}\//.test(line)) console.error(line);
    }
  });
  return complaints;
}

function serve(story) {
  step("Serving the explorer to a browser on this machine; Ctrl-C ends it");
  const child = start([at("bin/forkscope"), "serve", "--play", story], { cwd: at(), env: childEnv() });
  return new Promise((done) => {
    child.on("error", (error) => {
      console.error(`bin/forkscope cannot be started: ${error.message}`);
      done(1);
    });
    child.on("exit", async (code) => {
      await end(child);
      done(code ?? 1);
    });
  });
}

endChildrenOnSignals();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CannotGoOn)) throw error;
  sayCannotGoOn(error);
  process.exitCode = 1;
}
