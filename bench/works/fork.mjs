import { c, onBun, onDeno, onPython } from "../race/peers.mjs";

const KIB = 1024;
const PREPARATION = 1e6;

/** One runtime, and the others at the size that it has. */
function at(megabytes, runtime, name, on, rounds) {
  const kib = megabytes * KIB;
  return {
    title: `${name}, ${megabytes} MB resident`,
    rounds,
    batch: megabytes > 100 ? 60 : 30,
    contestants: [
      { id: runtime, label: `library on ${name}`, argv: on("fork.ts", kib, "library") },
      { id: "bare", label: `${name}, the C functions alone`, argv: (facts) => on("fork.ts", facts[runtime].rss, "bare") },
      { id: "c", label: "C, fork, _exit and waitpid", argv: (facts) => c("fork", facts[runtime].rss) },
      { id: "python", label: "Python, os.fork", argv: (facts) => onPython("fork.py", facts[runtime].rss) },
    ],
    targets: [
      { who: [runtime], against: "c", ratio: 1.1 },
      { who: [runtime], against: "python", ratio: 1 },
      { who: [runtime], against: "bare", more: PREPARATION, says: "the full preparation" },
    ],
    shown: ["rss", "anon"],
  };
}

export default {
  name: "fork",
  title: "fork, _exit and wait",
  races: [
    at(50, "bun", "Bun", onBun, 41),
    at(50, "deno", "Deno", onDeno, 41),
    at(500, "bun", "Bun", onBun, 21),
    at(500, "deno", "Deno", onDeno, 21),
  ],
};
