/** What forked children do in the survival run: a workload returns true when its own result was right. */
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alarm, deadline, forkRun } from "../lib/core/mod.ts";

/** Exit status of a child whose work came out right. */
export const RIGHT = 42;
/** The workload whose child does not call _exit: it leaves the program's last line, with an exit status set. */
export const FALLS_OFF = "fall off the end";
/** Forks of a nested chain below its first child. */
export const DEPTH = 6;

let unique = 0;

/** Makes garbage: `count` objects, a part of them kept for a while. */
export function allocate(count: number): boolean {
  const kept: object[][] = [];
  let young: object[] = [];
  for (let i = 0; i < count; i++) {
    young.push({ i, list: [i, i + 1] });
    if (young.length < 1000) continue;
    if (i % 7 === 0) kept.push(young);
    young = [];
  }
  return kept.every((list) => list.length === 1000);
}

/** Makes a function that no compiler has seen, and runs it until it is compiled. */
export function compile(rounds: number): boolean {
  unique += 1;
  const body = `let s = ${unique}; const a = [1, 2, 3, 4]; for (let i = 0; i < n; i++) { s = (s * 31 + a[i & 3] + (i % 7)) | 0; if (i % 1000 === 0) a[i & 3] = i; } return s;`;
  const hot = new Function("n", body) as (n: number) => number;
  let sum = 0;
  for (let i = 0; i < 2000; i++) sum = (sum + hot(50)) | 0;
  return Number.isInteger(sum) && Number.isInteger(hot(rounds));
}

function texts(): boolean {
  const map = new Map(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i * 1.5]));
  const json = JSON.stringify([...map]);
  const back = JSON.parse(json) as [string, number][];
  const found = json.replace(/"k(\d+)"/g, (_, digits: string) => digits).match(/(\d+),\d+/g) ?? [];
  const backtrack = new RegExp(`(a+)+b${(unique += 1)}`).test("a".repeat(14));
  const formatted = new Intl.NumberFormat("en", { minimumFractionDigits: 2 }).format(1234.5);
  const date = new Intl.DateTimeFormat("en", { timeZone: "UTC" }).format(0);
  let product = 1n;
  for (let i = 1n; i < 200n; i++) product *= i;
  const sorted = new Float64Array(5000).map((_, i) => (i * 7919) % 5000).sort();
  const clone = structuredClone({ list: [1, 2, 3] });
  return back.length === 3000 && found.length >= 3000 && !backtrack && formatted === "1,234.50" && date === "1/1/1970" && product % 7n === 0n && sorted[4999] === 4999 && clone.list.length === 3;
}

const LOOP = [1, 1, 0x7f, 3, 0x40, 0x20, 1, 0x20, 0, 0x6a, 0x21, 1, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x0b];
const MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, LOOP.length + 2, 1, LOOP.length, ...LOOP]);

/** Sums 1 to n in WebAssembly, until it is compiled by the better compiler. */
function assembly(): boolean {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
  const sum = exports["f"] as (n: number) => number;
  let right = true;
  for (let i = 0; i < 2000; i++) right &&= sum(1000) === 500500;
  return right && sum(200_000) === 20000100000 % 2 ** 32 - (20000100000 % 2 ** 32 >= 2 ** 31 ? 2 ** 32 : 0);
}

function files(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "forkscope-survival-"));
  try {
    for (let i = 0; i < 5; i++) {
      const file = join(folder, String(i));
      writeFileSync(file, "hello".repeat(100));
      if (readFileSync(file, "utf8").length !== 500) return false;
      unlinkSync(file);
    }
    console.log("a line");
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A chain of forks, the collector at work at every level. An inner child's time is up before its parent's. */
function nested(depth: number): boolean {
  allocate(30_000);
  if (depth === 0) return true;
  const seconds = alarm(0);
  deadline(seconds);
  const status = forkRun(() => (nested(depth - 1) ? RIGHT : 1), { deadline: Math.max(1, seconds - 1) }).wait();
  return status.kind === "exited" && status.code === RIGHT;
}

/** The workloads by name. The last two are about the parent: it has work in the thread pool, or a Worker that allocates without end. */
export const WORK: Readonly<Record<string, () => boolean>> = {
  "nothing": () => true,
  "allocate 300,000 objects": () => allocate(300_000),
  "compile hot loops": () => compile(200_000) && compile(100_000),
  "regex, JSON, Intl, BigInt, sort": texts,
  "WebAssembly": assembly,
  "files and console": files,
  [FALLS_OFF]: () => true,
  "nested six deep": () => nested(DEPTH),
  "parent has pool work in flight": () => allocate(50_000),
  "parent has an allocating Worker": () => allocate(50_000),
};
