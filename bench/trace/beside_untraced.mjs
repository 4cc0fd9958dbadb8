/** What the engine that stops nobody costs a command: its own time, start of the tracer apart, untraced and under each level, in turn. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../race/peers.mjs";
import { median } from "../race/statistics.mjs";
import { LOADS } from "./loads.mjs";

const LIMIT = 1.05;
const LEVELS = ["tree", "fds", "all"];
/** Runs "$@" and says, in microseconds, how long that took. */
const CLOCK = 'from=$EPOCHREALTIME; "$@"; to=$EPOCHREALTIME; echo $((${to/[.,]/} - ${from/[.,]/})) > "$TIME_FILE"';

/** @returns {Promise<object>} rows for the page, and whether each target was met */
export async function besideUntraced({ rounds, runtime }) {
  const rows = [];
  const verdicts = [];
  for (const make of Object.values(LOADS)) {
    const folder = mkdtempSync(join(tmpdir(), "forkscope-bpf-"));
    try {
      const load = make(folder);
      const ms = timesOf(load, folder, rounds, runtime);
      rows.push([`${load.title}: untraced`, `${ms.untraced.toFixed(0)} ms`]);
      for (const level of LEVELS) {
        rows.push([`${load.title}: level ${level}`, `${(ms[level] / ms.untraced).toFixed(2)} of untraced`]);
        verdicts.push({ label: `${load.title}, level ${level}: over untraced`, wanted: LIMIT, came: ms[level] / ms.untraced, met: ms[level] / ms.untraced <= LIMIT });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { title: "The engine that stops nobody (`--engine bpf`): the command's own time", rounds, rows, verdicts };
}

function timesOf(load, folder, rounds, runtime) {
  const file = join(folder, "time");
  const command = ["bash", "-c", CLOCK, "clock", ...load.command];
  const under = (level) => [join(root, "bin", "forkscope"), "trace", "--runtime", runtime, "--engine", "bpf", "--level", level, "--record", join(folder, "run.fsr"), "--", ...command];
  const contestants = { untraced: command, ...Object.fromEntries(LEVELS.map((level) => [level, under(level)])) };
  const times = Object.fromEntries(Object.keys(contestants).map((id) => [id, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [id, [program, ...argv]] of Object.entries(contestants)) {
      load.before?.();
      execFileSync(program, argv, { cwd: load.cwd, stdio: "ignore", env: { ...process.env, TIME_FILE: file } });
      times[id].push(Number(readFileSync(file, "utf8")) / 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([id, list]) => [id, median(list)]));
}
