/** Asks the project, see facts.ts. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { bun, root } from "../race/peers.mjs";

export function facts(...args) {
  return JSON.parse(execFileSync(bun()[0], ["--no-env-file", join(root, "bench", "trace", "facts.ts"), ...args], { encoding: "utf8", maxBuffer: 1 << 28 }));
}
