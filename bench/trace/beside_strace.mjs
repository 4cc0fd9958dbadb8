/** One load: untraced, under strace, and under each level of the tracer, in turn, round by round. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../race/peers.mjs";
import { median } from "../race/statistics.mjs";
import { facts } from "./facts.mjs";
import { LOADS } from "./loads.mjs";

const LEVELS = ["tree", "fds", "all"];
const LIMITS = { tree: 0.4, fds: 0.65, all: 1.1 };
/** Of strace that stops at the calls of level fds alone. */
const LIMIT_SAME_CALLS = 1.15;

/** @returns {Promise<object>} times in ms, ratios, what was recorded, and whether each target was met */
export async function besideStrace(name, { rounds, runtime }) {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-trace-"));
  try {
    const load = LOADS[name](folder);
    const contestants = contestantsOf(load.command, folder, runtime);
    const times = Object.fromEntries(contestants.map(({ id }) => [id, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { id, argv } of contestants) {
        load.before?.();
        times[id].push(await timed(argv, load.cwd));
      }
    }
    return judged(load.title, contestants, times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function contestantsOf(command, folder, runtime) {
  const calls = facts("calls", "fds").map((call) => `?${call}`).join(",");
  const strace = (id, ...options) => ({ id, argv: ["strace", "-f", ...options, "-o", join(folder, `${id}.out`), ...command] });
  const ours = (level, engine) => {
    const id = engine ? `${level}_${engine}` : level;
    const recording = join(folder, `${id}.fsr`);
    return { id, recording, argv: [join(root, "bin", "forkscope"), "trace", "--runtime", runtime, "--level", level, ...(engine ? ["--engine", engine] : []), "--record", recording, "--", ...command] };
  };
  return [{ id: "untraced", argv: command }, strace("strace"), strace("strace_same", "--seccomp-bpf", "-e", `trace=${calls}`), ...LEVELS.map((level) => ours(level)), ...LEVELS.map((level) => ours(level, "bpf"))];
}

function timed(argv, cwd) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), { cwd, stdio: "ignore" });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`${argv.join(" ")} ended with ${code ?? signal}`));
    });
  });
}

function judged(title, contestants, times) {
  const ms = Object.fromEntries(Object.entries(times).map(([id, list]) => [id, median(list)]));
  const over = (id, base) => ({ ratio: ms[id] / ms[base], low: Math.min(...pairs(times, id, base)), high: Math.max(...pairs(times, id, base)) });
  const recorded = Object.fromEntries(contestants.filter(({ recording }) => recording).map(({ id, recording }) => [id, facts("recording", recording)]));
  const ratios = { ...Object.fromEntries(LEVELS.flatMap((level) => [level, `${level}_bpf`].map((id) => [id, over(id, "strace")]))), fds_same: over("fds", "strace_same") };
  const verdicts = [
    ...Object.entries(LIMITS).map(([level, limit]) => ({ label: `${level} over strace -f`, wanted: limit, came: ratios[level].ratio, met: ratios[level].ratio <= limit })),
    { label: "fds over strace --seccomp-bpf with the same calls", wanted: LIMIT_SAME_CALLS, came: ratios.fds_same.ratio, met: ratios.fds_same.ratio <= LIMIT_SAME_CALLS },
    ...Object.entries(LIMITS).map(([level, limit]) => ({ label: `${level} by --engine bpf over strace -f`, wanted: limit, came: ratios[`${level}_bpf`].ratio, met: ratios[`${level}_bpf`].ratio <= limit })),
    ...Object.entries(recorded).map(([level, { whole, kinds, events }]) => {
      const born = (kinds.fork ?? 0) + 1;
      return { label: `${level}: nothing lost (whole, an end for each of ${born} tasks)`, wanted: born, came: kinds.exit ?? 0, met: whole && events > 0 && kinds.exit === born };
    }),
  ];
  return { title, rounds: times.untraced.length, ms, times, ratios, recorded, verdicts };
}

function pairs(times, id, base) {
  return times[id].map((ms, round) => ms / times[base][round]);
}
