/** What lasts: a high rate for a minute, memory over millions of events, ten thousand processes at once. */
import { spawn } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { c, place, root } from "../race/peers.mjs";
import { facts } from "./facts.mjs";

const RATE = 50_000;
const MINUTE = 60;
const CALLERS = 4;
const MILLIONS = 10_000_000;
const MANY = 10_000;
/** The kernel's and the runtime's memory comes and goes: growth between the first and the last tenth of a run that counts as flat. */
const FLAT = 1.1;
const SAMPLE_MS = 500;

/** Events a second over a minute, at level all; every call the programs counted themselves is in the recording. */
export async function rate({ runtime }) {
  const run = await traced("all", runtime, c("calls", CALLERS, MINUTE, 0));
  const made = Number(run.stdout);
  const perSecond = Math.round(run.events / MINUTE);
  return {
    title: `Sustained rate: ${CALLERS} processes that do nothing but call, for a minute, at level all`,
    rows: [["events", run.events], ["events a second", perSecond], ["calls by the programs' own count", made], ["of them recorded", callsIn(run)], ["bytes an event", (run.bytes / run.events).toFixed(2)], ["largest memory of the tracer, MB", megabytes(Math.max(...run.memory))]],
    verdicts: [
      { label: "events a second, sustained", wanted: RATE, came: perSecond, met: perSecond >= RATE },
      { label: "events lost", wanted: 0, came: made - callsIn(run), met: run.whole && made === callsIn(run) },
    ],
  };
}

/** Resident memory of the tracer while ten million events pass. */
export async function memory({ runtime }) {
  const run = await traced("all", runtime, c("calls", CALLERS, 3600, MILLIONS / CALLERS));
  const tenth = Math.floor(run.memory.length / 10);
  const points = Array.from({ length: 10 }, (_, i) => Math.max(...run.memory.slice(i * tenth, (i + 1) * tenth)));
  const growth = (points.at(-1) ?? 0) / (points[1] ?? 1);
  return {
    title: `Memory over ${MILLIONS.toLocaleString("en-US")} events, one text in 64 never seen before`,
    rows: [["events", run.events], ["resident memory in each tenth of the run, MB", points.map(megabytes).join(", ")], ["bytes an event", (run.bytes / run.events).toFixed(2)]],
    verdicts: [
      { label: "last tenth over second tenth", wanted: FLAT, came: growth, met: growth <= FLAT },
      { label: "events lost", wanted: 0, came: Number(run.stdout) - callsIn(run), met: run.whole && Number(run.stdout) === callsIn(run) },
    ],
  };
}

/** Ten thousand processes that sleep at once, at each level. */
export async function many({ runtime }) {
  const rows = [];
  const verdicts = [];
  for (const level of ["tree", "fds"]) {
    const run = await traced(level, runtime, c("many", MANY));
    const alive = Number(run.stdout);
    rows.push([`level ${level}: alive at once`, alive], [`level ${level}: seconds`, run.seconds.toFixed(1)], [`level ${level}: largest memory of the tracer, MB`, megabytes(Math.max(...run.memory))]);
    verdicts.push({ label: `${level}: processes alive at once, each recorded from birth to end`, wanted: MANY, came: Math.min(alive, run.kinds.fork, run.kinds.exit - 1), met: run.whole && alive === MANY && run.kinds.fork === MANY && run.kinds.exit === MANY + 1 });
  }
  return { title: `${MANY.toLocaleString("en-US")} processes alive at once`, rows, verdicts };
}

/** Runs it under the tracer; what it printed, what was recorded, and the tracer's resident memory in kB, sampled. */
async function traced(level, runtime, command) {
  const recording = place("sustained.fsr");
  const began = performance.now();
  const child = spawn(join(root, "bin", "forkscope"), ["trace", "--runtime", runtime, "--level", level, "--record", recording, "--", ...command], { stdio: ["ignore", "pipe", "inherit"] });
  const memory = [];
  const timer = setInterval(() => { memory.push(residentOf(child.pid)); }, SAMPLE_MS);
  let stdout = "";
  child.stdout.on("data", (piece) => { stdout += piece; });
  const code = await new Promise((resolve) => { child.on("close", resolve); });
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`${command.join(" ")} under level ${level} ended with ${code}`);
  const bytes = statSync(recording).size;
  const inside = facts("recording", recording);
  rmSync(recording);
  return { ...inside, bytes, stdout: stdout.trim(), seconds, memory: memory.filter((kb) => kb > 0) };
}

function residentOf(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Calls that only the counting programs make. */
function callsIn({ calls }) {
  return (calls.getppid ?? 0) + (calls.write ?? 0) - 1;
}

function megabytes(kb) {
  return Math.round(kb / 1024);
}
