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
  why: "The limit is fork(2) in a C program of the same resident size. \"The C functions alone\" is the same fork called from the runtime with nothing prepared: at 50 MB it is less than C's, since much of a runtime's memory is files that are not copied. What the library adds is the preparation: who the threads are and which descriptors the runtime holds is read from /proc by the parent, and the child runs its first JavaScript (randomness, guards) in pages that have to be copied first. That is 1.2 to 1.3 ms at 50 MB, a third over what it may be; at 500 MB the child's pages cost more on Bun, and why as much as they do is not known yet.",
  races: [
    at(50, "bun", "Bun", onBun, 41),
    at(50, "deno", "Deno", onDeno, 41),
    at(500, "bun", "Bun", onBun, 21),
    at(500, "deno", "Deno", onDeno, 21),
  ],
};
