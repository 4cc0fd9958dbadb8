/**
 * Child processes of the set-up and test programs: started in a process group of their own, ended by pid.
 * A deadline, Ctrl-C and the end of this program all end every process a child has started.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const live = new Set();

/**
 * Runs a program to its end and keeps what it printed.
 * @param {string[]} argv program and arguments; no shell
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, deadline?: number, echo?: boolean, input?: "inherit" }} [options]
 *   deadline in ms (none: forever); echo: also print while it runs
 * @returns {Promise<{ code: number | null, signal: string | null, out: string, timedOut: boolean, error?: Error, ms: number }>}
 */
export function run(argv, options = {}) {
  const started = Date.now();
  const child = start(argv, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let timedOut = false;
  for (const [stream, copy] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      out += text;
      if (options.echo) copy.write(text);
    });
  }
  const timer = options.deadline ? setTimeout(() => { timedOut = true; void end(child); }, options.deadline) : undefined;
  return new Promise((done) => {
    const finish = (code, signal, error) => {
      clearTimeout(timer);
      done({ code, signal, out, timedOut, ...(error ? { error } : {}), ms: Date.now() - started });
    };
    child.on("error", (error) => finish(null, null, error));
    child.on("close", (code, signal) => finish(code, signal));
    // A process that left the group may keep the pipe open; the child's own end decides then.
    child.on("exit", () => { setTimeout(() => { child.stdout.destroy(); child.stderr.destroy(); }, 2000).unref(); });
  });
}

/** Starts a program that this one ends at the latest when it ends itself. */
export function start(argv, options = {}) {
  const child = spawn(argv[0], argv.slice(1), {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: options.stdio ?? "inherit",
    detached: true,
  });
  if (child.pid !== undefined) live.add(child);
  child.on("exit", () => {
    live.delete(child);
    signalGroup(child.pid, "SIGKILL");
  });
  return child;
}

/** Ends a child and everything below it: SIGTERM, then SIGKILL after `grace` ms. Settles when all are gone. */
export async function end(child, grace = 2000) {
  if (child.pid === undefined) return;
  const below = descendants(child.pid);
  signalGroup(child.pid, "SIGTERM");
  const gone = await isGone(child, grace);
  for (const one of below) killSame(one);
  if (!gone) {
    for (const one of descendants(child.pid)) killSame(one);
    signalGroup(child.pid, "SIGKILL");
  }
}

/**
 * Makes Ctrl-C, SIGTERM and SIGHUP end all children before this program ends with the matching status.
 * A second signal changes nothing: Ctrl-C under npm comes twice, from the terminal and from npm.
 */
export function endChildrenOnSignals() {
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  let ending = false;
  for (const [name, number] of Object.entries(numbers)) {
    process.on(name, async () => {
      if (ending) return;
      ending = true;
      await Promise.all([...live].map((child) => end(child)));
      process.exit(128 + number);
    });
  }
  process.on("exit", () => { for (const child of live) signalGroup(child.pid, "SIGKILL"); });
}

function isGone(child, ms) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true);
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), ms);
    child.once("exit", () => { clearTimeout(timer); done(true); });
  });
}

function signalGroup(pid, signal) {
  try { process.kill(-pid, signal); } catch { /* The group is empty. */ }
}

/** Processes below `root` with their start times, so that a pid used again is never signalled. */
function descendants(root) {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => stat(Number(name))).filter(Boolean);
  const found = [];
  const parents = [root];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const one of all) if (one.ppid === parent) { found.push(one); parents.push(one.pid); }
  }
  return found;
}

function killSame({ pid, since }) {
  if (stat(pid)?.since !== since) return;
  try { process.kill(pid, "SIGKILL"); } catch { /* It ended first. */ }
}

/** pid, parent and start time (clock ticks since boot) from proc_pid_stat(5). */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid, ppid: Number(fields[1]), since: fields[19] };
  } catch {
    return undefined;
  }
}
