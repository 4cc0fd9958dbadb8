import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bun, c, deno, place, root } from "../race/peers.mjs";

const MS = 1e6;
const source = join(root, "lib");
const published = join(source, "dist");

/** A program of these lines, to be started. */
function program(name, lines) {
  const file = place(name);
  writeFileSync(file, `${lines}\n`);
  return file;
}

function started(runtime, name, command) {
  const start = (file, lines) => () => c("start", ...command(), program(file, lines));
  const own = existsSync(join(published, "mod.js"));
  return {
    title: name,
    rounds: 25,
    batch: 150,
    base: "empty",
    contestants: [
      { id: "empty", label: "an empty program", argv: start("empty.mjs", "") },
      { id: "source", label: "imports the library's source", argv: start("source.mjs", `import ${JSON.stringify(join(source, "core/mod.ts"))};`) },
      { id: "ready", label: "imports forkscope/ready, source: starts anew", argv: start("ready.mjs", `import ${JSON.stringify(join(source, "ready.ts"))};`) },
      ...(own ? [
        { id: "published", label: "imports the published file", argv: start("published.mjs", `import ${JSON.stringify(join(published, "mod.js"))};`) },
        { id: "published-ready", label: "imports forkscope/ready, published: starts anew", argv: start("published_ready.mjs", `import ${JSON.stringify(join(published, "ready.js"))};`) },
      ] : []),
    ],
    targets: [
      { who: ["source"], against: "empty", more: 10 * MS },
      ...(own ? [{ who: ["published"], against: "empty", more: 10 * MS }] : []),
    ],
  };
}

export default {
  name: "import",
  title: "cost of importing the library",
  why: "The limit is an empty program. What is imported is 430 KB of JavaScript: Bun reads a module twice, once for its names and once to run it, some 12 ms for a file of this size with nothing to do in it; what runs at the import (tables, classes, the binding) takes 3 to 4 ms, and no C function is bound before the first call. Deno keeps what it has compiled, and meets the target with the published file; the sources are a hundred and fifty files, of which each is asked for. To come under 10 ms on Bun what is loaded at first would have to be a third as large.",
  get races() {
    return [started("bun", "Bun", bun), started("deno", "Deno", deno)];
  },
};
