/**
 * Descriptors of other processes grouped by open file description, by the library. Arguments: how many each process holds (see
 * ../c/hold.c), and the processes.
 */
import { groupDescriptions } from "../../lib/core/mod.ts";
import { must, serve, timed } from "./serve.mjs";

const FIRST = 3;
const [each = 0, ...holders] = process.argv.slice(2).map(Number);
const entries = holders.flatMap((pid) => Array.from({ length: each }, (_, i) => ({ pid, fd: FIRST + i })));
// Every fourth is a dup of the one before it; groups are numbered as they first appear.
const expected = entries.map((_, i) => i - Math.floor((i + 1) / 4));

await serve({}, (rounds) => timed(rounds, () => {
  const groups = groupDescriptions(entries);
  must(groups.every((group, i) => group === expected[i]), "grouping");
}));
