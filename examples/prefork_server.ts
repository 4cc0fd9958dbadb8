/**
 * A pre-forking TCP server: it listens once, then forks its workers, which all accept from the one socket. A worker that ends is replaced;
 * SIGTERM and SIGINT end them all.
 *
 *     bun examples/prefork_server.ts 8080 4
 *     deno run --allow-ffi examples/prefork_server.ts 8080 4
 */
import "forkscope/ready";
import process from "node:process";
import { acceptFrom, forkRun, getpid, getsockname, kill, listenOn, onSignal, sigaction, SystemError, wait } from "forkscope";
import { answer } from "./http.ts";

const [port = "0", count = "4"] = process.argv.slice(2);
const door = listenOn({ host: "127.0.0.1", port: Number(port) });
const workers = new Set<number>();
let ending = false;

function start(): void {
  workers.add(forkRun(work, { deadline: 0 }).pid);
}

/** In the child: serves for ever. */
function work(): never {
  sigaction("SIGTERM", "default");
  sigaction("SIGINT", "default");
  for (;;) {
    using call = acceptFrom(door).fd;
    try {
      answer(call, `${getpid()}\n`);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error; // the caller hung up
    }
  }
}

onSignal(["SIGTERM", "SIGINT"], () => {
  ending = true;
  for (const pid of workers) kill(pid, "SIGTERM");
});
for (let i = 0; i < Number(count); i++) start();
console.log(JSON.stringify({ listening: getsockname(door.number), workers: [...workers] }));

while (workers.size > 0) {
  const { pid, status } = wait(); // handlers run here as well: a signal ends the sleep, not the wait
  workers.delete(pid);
  if (ending) continue;
  console.log(JSON.stringify({ ended: pid, status }));
  start();
}
