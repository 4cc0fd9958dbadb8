/**
 * How a contestant is driven: after "ready" it answers each line "N" on standard input with the time that N rounds took. The same
 * protocol in C is in ../c/serve.h and in Python in serve.py. Plain JavaScript, since Node runs it too.
 */
import { readFileSync, readSync, writeSync } from "node:fs";

const NEWLINE = 10;

/** Answers orders until standard input ends. `facts` go into the report. */
export async function serve(facts, work) {
  tell(`ready ${JSON.stringify(facts)}`);
  for (let line = readLine(); line !== ""; line = readLine()) tell(JSON.stringify(await work(Number(line))));
}

/** Measures a piece of synchronous work, done so many times. */
export function timed(rounds, once) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < rounds; i++) once();
  return { ns: Number(process.hrtime.bigint() - start) };
}

/** One line of /proc/self/status, in KiB. */
export function statusKib(name) {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

/** Memory that fills this process up to so many KiB resident; to be kept referenced. */
export function ballast(kib) {
  const room = [];
  for (let more = kib - statusKib("VmRSS"); more > 64; more = kib - statusKib("VmRSS")) room.push(new Uint8Array(more * 1024).fill(1));
  return room;
}

/** Ends the contestant when something did not work: its figure would mean nothing. */
export function must(held, what) {
  if (!held) throw new Error(`${what} did not come out right`);
}

function tell(line) {
  writeSync(1, `${line}\n`);
}

/** One line without its end; "" at the end of standard input. */
function readLine() {
  const byte = new Uint8Array(1);
  let line = "";
  while (readSync(0, byte, 0, 1, null) === 1 && byte[0] !== NEWLINE) line += String.fromCharCode(byte[0]);
  return line;
}
