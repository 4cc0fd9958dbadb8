import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { c, library, onBun, onDeno, onNode, onPython, place } from "../race/peers.mjs";

const CHILDREN = 1000;

/** The arguments of every contestant: how many children, their program, and a FIFO each for their end and their readiness. */
function args() {
  const fifos = [place("end"), place("ready")];
  for (const fifo of fifos) if (!existsSync(fifo)) execFileSync("mkfifo", [fifo]);
  return [CHILDREN, ...c("wait_for_end"), ...fifos];
}

export default {
  name: "thousand",
  title: "1,000 children ended at once, all reaped",
  why: "The limit is a loop of waitpid(-1) in C. Nobody can use that beside a runtime with children of its own: it would take theirs. The library looks who ended (waitid with WNOWAIT), sees whether it is its own, and reaps that one by its number: two calls for each child, and a look at the list of its own. The rest is the kernel's.",
  races: [{
    title: "from the end of all to the last one reaped",
    rounds: 9,
    once: true,
    contestants: [
      { id: "c", label: "C, waitpid(-1)", argv: () => c("thousand", ...args()) },
      ...library("thousand.ts").map((one) => ({ ...one, argv: () => [...one.argv, ...args()] })),
      { id: "python", label: "Python, os.waitpid(-1)", argv: () => onPython("thousand.py", ...args()) },
      { id: "bun-own", label: "Bun.spawn, exited", argv: () => onBun("thousand_runtime.mjs", ...args()) },
      { id: "deno-own", label: "Deno.Command.spawn, status", argv: () => onDeno("thousand_runtime.mjs", ...args()) },
      { id: "node", label: "Node, spawn, exit", argv: () => onNode("thousand_runtime.mjs", ...args()) },
    ],
    targets: [
      { who: ["bun", "deno"], none: "missed" },
      { who: ["bun", "deno"], against: "python", ratio: 1.1 },
      { who: ["bun", "deno"], against: "bun-own", ratio: 1 },
    ],
    shown: ["missed"],
  }],
};
