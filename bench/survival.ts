/**
 * Forks from a busy parent and counts how the children end. One workload a run; bench/survival_report.mjs runs them all.
 *
 *     bun bench/survival.ts ready "compile hot loops" 2000
 *     deno run -A bench/survival.ts quiet "compile hot loops" 200
 *
 * The third argument is how many children, the fourth how many seconds each has (40). Path "ready": as after `import "forkscope/ready"`; "quiet": the runtime's default flags, where fork waits for threads to rest.
 */
import { readFile } from "node:fs/promises";
import { _exit, fork, isForkSafe, SystemError, waitpid, type WaitStatus } from "../lib/core/mod.ts";
import { allocate, compile, DEPTH, FALLS_OFF, RIGHT, WORK } from "./survival_work.ts";

const [path = "ready", name = "nothing", count = "100", seconds = "40"] = process.argv.slice(2);
if (path === "ready") await import("../lib/ready.ts");

const SIGALRM = 14;
const tally = { ok: 0, hung: 0, crashed: 0, wrong: 0, refused: 0 };
const work = WORK[name];
if (!work) throw new Error(`no workload "${name}", only ${Object.keys(WORK).join(", ")}`);

const poolWork = (): Promise<unknown>[] => [
  readFile("/proc/self/status"),
  crypto.subtle.digest("SHA-256", new Uint8Array(100_000)),
  new Response(new Blob([new Uint8Array(50_000)]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
];

/** Starts what the parent has beside itself, once. */
async function beside(): Promise<void> {
  if (name !== "parent has an allocating Worker") return;
  const source = "postMessage(1); for (;;) { let s = []; for (let i = 0; i < 5000; i++) s.push({ i, b: [i] }); }";
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
  await new Promise((resolve) => {
    worker.onmessage = resolve;
  });
}

function forkOnce(): number | undefined {
  try {
    return fork({ deadline: Number(seconds) });
  } catch (error) {
    if (error instanceof SystemError && error.is("EAGAIN")) return undefined;
    throw error;
  }
}

function record(status: WaitStatus): void {
  if (status.kind === "signaled") tally[status.signal === SIGALRM ? "hung" : "crashed"] += 1;
  else tally[status.kind === "exited" && status.code === RIGHT ? "ok" : "wrong"] += 1;
}

await beside();
const started = performance.now();
for (let i = 0; i < Number(count); i++) {
  allocate(3000 + ((i * 7919) % 20_000));
  if (i % 4 === 0) compile(20_000);
  const inFlight = name === "parent has pool work in flight" ? poolWork() : [];
  const pid = forkOnce();
  if (pid === 0 && name === FALLS_OFF) {
    process.exitCode = RIGHT;
    break;
  }
  if (pid === 0) {
    let right = false;
    try {
      right = work();
    } finally {
      _exit(right ? RIGHT : 1);
    }
  }
  if (pid === undefined) tally.refused += 1;
  else record(waitpid(pid).status);
  await Promise.all(inFlight);
}
if (process.exitCode !== RIGHT) report();

function report(): never {
  const forks = (Number(count) - tally.refused) * (name === "nested six deep" ? DEPTH + 1 : 1);
  process.stderr.write(`${JSON.stringify({ path, work: name, children: Number(count), forks, safe: isForkSafe(), ...tally, ms: Math.round(performance.now() - started) })}\n`);
  return _exit(0);
}
