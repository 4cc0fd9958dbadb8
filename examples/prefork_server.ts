/**
 * A pre-forking TCP server: it listens once, then forks its workers, which all accept from the one socket. A worker that ends is replaced;
 * SIGTERM and SIGINT end them all.
 *
 *     bun examples/prefork_server.ts 8080 4
 *     deno run --allow-ffi examples/prefork_server.ts 8080 4
 */
import "forkscope/ready";
import process from "node:process";
import { acceptFrom, forkRun, getpid, getsockname, kill, listenOn, onSignal, P_ALL, SIG_BLOCK, SIG_SETMASK, sigaction, sigprocmask, SystemError, waitid, waitpid, WEXITED, WNOWAIT } from "forkscope";
import { answer } from "./http.ts";

const [port = "0", count = "4"] = process.argv.slice(2);
const door = listenOn({ host: "127.0.0.1", port: Number(port) });
const workers = new Set<number>();
const ENDING = ["SIGTERM", "SIGINT"] as const;
let ending = false;

/** A worker must take no signal before it has dispositions of its own: they are blocked around the fork. */
function start(): void {
  const before = sigprocmask(SIG_BLOCK, ENDING);
  const { pid } = forkRun(() => work(before), { deadline: 0 });
  workers.add(pid);
  if (ending) kill(pid, "SIGTERM"); // the handler ran before it was known
  sigprocmask(SIG_SETMASK, before);
}

/** In the child: serves for ever. */
function work(mask: number[]): never {
  for (const signal of ENDING) sigaction(signal, "default");
  sigprocmask(SIG_SETMASK, mask);
  for (;;) {
    using call = acceptFrom(door).fd;
    try {
      answer(call, `${getpid()}\n`);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error; // the caller hung up
    }
  }
}

onSignal(ENDING, () => {
  ending = true;
  for (const pid of workers) kill(pid, "SIGTERM");
});
for (let i = 0; i < Number(count); i++) start();
console.log(JSON.stringify({ listening: getsockname(door.number), workers: [...workers] }));

while (workers.size > 0) {
  // Handlers run here as well: a signal ends the sleep, not the wait. Who ended keeps its number until it is reaped: no other process gets it.
  const { pid = 0 } = waitid(P_ALL, 0, WEXITED | WNOWAIT) ?? {};
  workers.delete(pid);
  const { status } = waitpid(pid);
  if (ending) continue;
  console.log(JSON.stringify({ ended: pid, status }));
  start();
}
