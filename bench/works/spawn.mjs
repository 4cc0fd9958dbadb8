import { c, library, onBun, onDeno, onNode, onPython } from "../race/peers.mjs";

export default {
  name: "spawn",
  title: "spawn /bin/true and wait",
  why: "The limit is C's posix_spawn and waitpid: nearly all of that time is the start and the end of /bin/true itself, the same for everybody. The library's child is made as vfork makes one, by machine code of its own, and costs what C's does; what is left over C is the checking of arguments and the writing of the child's steps in JavaScript, and on Deno the slower way into C. All peers have the same inherited streams. Bun.spawnSync takes as long as C's posix_spawn here, so 0.95 of it would be less than C needs; so would 0.80 of Deno.Command.outputSync. Neither can be had while /bin/true is what is started: these two targets are out of reach, the one against C is the one to hold.",
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
