/** spawn /bin/true and wait, by what the runtime itself has: Bun.spawnSync, Deno.Command, in Node child_process. */
import { spawnSync } from "node:child_process";
import { must, serve, timed } from "./serve.mjs";

const { Bun, Deno } = globalThis;
const stdio = { stdin: "inherit", stdout: "inherit", stderr: "inherit" };
const command = Deno && new Deno.Command("/bin/true", stdio);
const ways = {
  bun: () => must(Bun.spawnSync({ cmd: ["/bin/true"], ...stdio }).exitCode === 0, "Bun.spawnSync"),
  deno: () => must(command.outputSync().code === 0, "Deno.Command"),
  node: () => must(spawnSync("/bin/true", { stdio: "inherit" }).status === 0, "spawnSync"),
};
const once = ways[Bun ? "bun" : Deno ? "deno" : "node"];

await serve({}, (rounds) => timed(rounds, once));
