/** spawn(/bin/true) and wait, by the library. */
import { spawn } from "../../lib/core/mod.ts";
import { must, serve, timed } from "./serve.mjs";

await serve({}, (rounds) => timed(rounds, () => {
  const status = spawn("/bin/true", ["true"]).wait();
  must(status.kind === "exited" && status.code === 0, "spawn");
}));
