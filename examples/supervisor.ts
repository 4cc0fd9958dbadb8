/**
 * A supervisor: keeps a program running, with a pause that doubles while it fails at once; SIGTERM ends the program and everything that
 * it started, daemons too, and then the supervisor.
 *
 *     bun examples/supervisor.ts sh -c 'date; sleep 5; exit 1'
 */
import process from "node:process";
import { onSignal, ProcessScope } from "forkscope";

const [file = "true", ...words] = process.argv.slice(2);
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
const stop = new AbortController();
using _ = onSignal(["SIGTERM", "SIGINT"], () => stop.abort());

try {
  await using scope = new ProcessScope({ graceful: 2000 });
  for (let pause = FIRST_PAUSE; !stop.signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const began = performance.now();
    const child = scope.spawn(file, [file, ...words]);
    console.log(JSON.stringify({ started: child.pid }));
    const status = await child.waitAsync({ signal: stop.signal });
    console.log(JSON.stringify({ ended: child.pid, status }));
    if (status.kind === "exited" && status.code === 0) break;
    if (performance.now() - began > LONGEST_PAUSE) pause = FIRST_PAUSE;
    await paused(pause);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
console.log(JSON.stringify({ over: true }));

function paused(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    stop.signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
