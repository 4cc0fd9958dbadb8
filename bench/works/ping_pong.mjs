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
  races: [between("pipe", "by two pipes"), between("socket", "by a socketpair")],
};
