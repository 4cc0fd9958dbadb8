/** So many children ended at once, and the end of each heard of, by what the runtime itself has. Arguments as thousand.ts. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { serve } from "./serve.mjs";

const PATIENCE = 20_000;
const { Bun, Deno } = globalThis;
const [count, program, end, ready] = process.argv.slice(2);
const children = Number(count);
const bytes = new Uint8Array(4096);
const stdio = { stdin: "null", stdout: "null", stderr: "null" };

/** Starts a child and gives the promise of its end. */
const ways = {
  bun: () => Bun.spawn({ cmd: [program, end, ready], stdin: null, stdout: null, stderr: null }).exited,
  deno: () => new Deno.Command(program, { args: [end, ready], ...stdio }).spawn().status,
  node: () => new Promise((resolve) => spawn(program, [end, ready], { stdio: "ignore" }).on("exit", resolve)),
};
const start = ways[Bun ? "bun" : Deno ? "deno" : "node"];

async function once() {
  const [ending, there] = [openSync(end, "r+"), openSync(ready, "r+")];
  let heard = 0;
  const all = Array.from({ length: children }, () => start().then(() => { heard += 1; }));
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (let left = children; left > 0; ) left -= readSync(there, bytes, 0, bytes.length, null);
  const from = process.hrtime.bigint();
  closeSync(ending);
  let timer;
  await Promise.race([Promise.all(all), new Promise((resolve) => { timer = setTimeout(resolve, PATIENCE); })]);
  clearTimeout(timer);
  const ns = Number(process.hrtime.bigint() - from);
  closeSync(there);
  return { ns, missed: children - heard };
}

await serve({}, async (rounds) => {
  const sum = { ns: 0, missed: 0 };
  for (let i = 0; i < rounds; i++) {
    const { ns, missed } = await once();
    sum.ns += ns;
    sum.missed += missed;
  }
  return sum;
});
