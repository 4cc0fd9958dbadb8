import { c, library, onPython } from "../race/peers.mjs";

const between = (kind, title) => ({
  title,
  rounds: 41,
  contestants: [
    { id: "c", label: "C, write and read", argv: () => c("ping_pong", kind) },
    ...library("ping_pong.ts", kind),
    { id: "python", label: "Python, os.write and os.read", argv: onPython("ping_pong.py", kind) },
  ],
  targets: [{ who: ["bun", "deno"], against: "c", ratio: 1.5 }],
});

export default {
  name: "ping_pong",
  title: "one byte there and back between two processes",
  why: "The limit is two C programs; most of the time is the kernel waking the other process. What is lost is one way into C for each read and write, twice there and back; on Deno that way takes longer, and by pipes the result lies about the target from run to run.",
  races: [between("pipe", "by two pipes"), between("socket", "by a socketpair")],
};
