import { c, library, onBun, onDeno, onNode, onPython } from "../race/peers.mjs";

export default {
  name: "spawn",
  title: "spawn /bin/true and wait",
  races: [{
    title: "spawn /bin/true and wait",
    rounds: 41,
    contestants: [
      { id: "c", label: "C, posix_spawn and waitpid", argv: () => c("spawn") },
      ...library("spawn.ts"),
      { id: "bun-own", label: "Bun.spawnSync", argv: onBun("spawn_runtime.mjs") },
      { id: "deno-own", label: "Deno.Command.outputSync", argv: onDeno("spawn_runtime.mjs") },
      { id: "node", label: "Node, spawnSync", argv: onNode("spawn_runtime.mjs") },
      { id: "python", label: "Python, os.posix_spawn", argv: onPython("spawn.py", "posix_spawn") },
      { id: "python-run", label: "Python, subprocess.run", argv: onPython("spawn.py", "run") },
    ],
    targets: [
      { who: ["bun", "deno"], against: "c", ratio: 1.1 },
      { who: ["bun"], against: "bun-own", ratio: 0.95 },
      { who: ["deno"], against: "deno-own", ratio: 0.8 },
      { who: ["bun", "deno"], against: "node", ratio: 1 },
      { who: ["bun", "deno"], against: "python", ratio: 1 },
      { who: ["bun", "deno"], against: "python-run", ratio: 1 },
    ],
  }],
};
