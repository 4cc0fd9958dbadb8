/**
 * A server that is replaced without losing a request: on SIGHUP it starts its successor, hands it the listening socket (LISTEN_FDS, as
 * systemd does), and ends when the successor says that it accepts. Connections that wait meanwhile wait in the socket, which both have.
 *
 *     bun examples/hot_restart.ts 8080      then: kill -HUP <pid>
 *     deno run --allow-ffi examples/hot_restart.ts 8080
 */
import process from "node:process";
import { acceptFrom, Fd, getpid, getsockname, listenFds, listenOn, onSignal, pipe2, poll, POLLIN, proc, spawnListening, SystemError } from "forkscope";
import { answer } from "./http.ts";

const handed = listenFds();
const door = handed.find(({ name }) => name === "door")?.fd ?? listenOn({ host: "127.0.0.1", port: Number(process.argv[2] ?? 0) }, { nonblock: true });
const parent = handed.find(({ name }) => name === "ready")?.fd;
let idle = false;
let replaced = false;

class Replaced extends Error {}

/** Starts this program once more, with the socket, and waits until it accepts. False: it ended before that, and we go on. */
function replace(): boolean {
  const [reader, writer] = pipe2();
  using answers = Fd.adopt(reader);
  const [file = "", ...words] = proc.cmdline(getpid());
  // This runs in a handler, during which SIGHUP is blocked: the successor is not to inherit that.
  spawnListening(file, [file, ...words], [{ fd: door, name: "door" }, { fd: writer, name: "ready" }], { sigmask: [] });
  Fd.adopt(writer).close();
  return answers.read(new Uint8Array(1)) === 1;
}

onSignal("SIGHUP", () => {
  replaced ||= replace();
  if (replaced && idle) throw new Replaced(); // ends the sleep below; a request that is being answered is answered
});

console.log(JSON.stringify({ pid: getpid(), listening: getsockname(door.number) }));
parent?.write("!");
parent?.close();

while (callerComes()) serve();

/** Sleeps until somebody calls; false when this process was replaced meanwhile. */
function callerComes(): boolean {
  idle = true;
  try {
    if (replaced) return false;
    poll([{ fd: door.number, events: POLLIN }], -1);
    return true;
  } catch (error) {
    if (error instanceof Replaced) return false;
    throw error;
  } finally {
    idle = false;
  }
}

/** Answers one caller, if no other process was faster. */
function serve(): void {
  try {
    using call = acceptFrom(door).fd;
    answer(call, `${getpid()}\n`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error; // EAGAIN, or the caller hung up
  }
}
