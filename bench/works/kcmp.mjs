import { spawn } from "node:child_process";
import { c, library } from "../race/peers.mjs";

const MS = 1e6;
/** Descriptors one process holds: a limit on them seldom lets it have more than ten thousand. */
const EACH = 8000;
const SIZES = [EACH, 2 * EACH, 5 * EACH, 10 * EACH];
const holders = [];

/** The arguments of every contestant; starts the processes that hold the descriptors. */
async function args(size) {
  while (holders.length * EACH < size) {
    const [program, ...argv] = c("hold", EACH);
    const child = spawn(program, argv, { stdio: ["pipe", "pipe", "inherit"] });
    holders.push(child);
    await new Promise((resolve, reject) => {
      child.stdout.once("data", resolve);
      child.once("exit", () => reject(new Error("a process that was to hold descriptors has ended")));
    });
  }
  return [EACH, ...holders.slice(0, size / EACH).map(({ pid }) => pid)];
}

const of = (size) => ({
  title: `${size.toLocaleString("en")} descriptors of one file, every fourth a dup, in ${size / EACH} ${size === EACH ? "process" : "processes"}`,
  rounds: size === EACH ? 11 : 5,
  once: true,
  contestants: [
    { id: "c", label: "C, statx and a merge sort by kcmp", argv: async () => c("kcmp", ...await args(size)) },
    ...library("kcmp.ts").map((one) => ({ ...one, argv: async () => [...one.argv, ...(await args(size)).map(String)] })),
  ],
  targets: size === EACH ? [{ who: ["bun", "deno"], atMost: 300 * MS }] : [],
  perUnit: size * Math.log2(size),
});

export default {
  name: "kcmp",
  title: "kcmp grouping",
  why: "The limit is the C program: a statx and some 13 to 16 kcmp calls for each descriptor. The library makes the same calls, so what is lost is the way into C. One process may have 20,000 descriptors open at most where this was measured, so more of them are held by more processes of 8,000, whose tables are not shared.",
  races: SIZES.map(of),
  /** Linear-log: what one n log n unit costs may not grow. */
  growth: { who: ["bun", "deno"], most: 1.5 },
  end: () => holders.forEach((child) => child.stdin.end()),
};
