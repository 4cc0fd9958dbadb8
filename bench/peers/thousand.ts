/**
 * So many children ended at once, and all reaped by wait(). Arguments: how many, the child's program, the FIFO of the end, the FIFO of
 * readiness.
 */
import { close, O_CLOEXEC, O_RDWR, open, read, spawn, wait } from "../../lib/core/mod.ts";
import { must, serve } from "./serve.mjs";

const [count = "0", program = "", end = "", ready = ""] = process.argv.slice(2);
const children = Number(count);
const bytes = new Uint8Array(4096);

function once(): { ns: number; missed: number } {
  const [ending, there] = [open(end, O_RDWR | O_CLOEXEC), open(ready, O_RDWR | O_CLOEXEC)];
  const pids = new Set(Array.from({ length: children }, () => spawn(program, [program, end, ready]).pid));
  for (let left = children; left > 0; ) left -= read(there, bytes);
  const start = process.hrtime.bigint();
  close(ending);
  for (let i = 0; i < children; i++) must(pids.delete(wait().pid), "wait");
  const ns = Number(process.hrtime.bigint() - start);
  close(there);
  return { ns, missed: pids.size };
}

await serve({}, (rounds) => {
  const outcomes = Array.from({ length: rounds }, once);
  const sum = (fact: "ns" | "missed"): number => outcomes.reduce((all, outcome) => all + outcome[fact], 0);
  return { ns: sum("ns"), missed: sum("missed") };
});
