/** One byte there and back between two processes, by the library. The first argument: "pipe" or "socket". */
import "../../lib/ready.ts";
import { forkRun, O_CLOEXEC, pipe2, read, SOCK_CLOEXEC, SOCK_STREAM, socketpair, AF_UNIX, write, close } from "../../lib/core/mod.ts";
import { must, serve, timed } from "./serve.mjs";

const byte = new Uint8Array(1);
const socket = process.argv[2] === "socket";
const [here, there] = socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC) : [-1, -1];
const [[firstIn, firstOut], [secondIn, secondOut]] = socket ? [[there, here], [here, there]] : [pipe2(O_CLOEXEC), pipe2(O_CLOEXEC)];

forkRun(() => {
  close(firstOut);
  if (!socket) close(secondIn);
  while (read(firstIn, byte) === 1) must(write(secondOut, byte) === 1, "write");
}, { deadline: 0 });
close(firstIn);
if (!socket) close(secondOut);

await serve({}, (rounds) => timed(rounds, () => {
  must(write(firstOut, byte) === 1, "write");
  must(read(secondIn, byte) === 1, "read");
}));
