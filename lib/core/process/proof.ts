/**
 * Proof of life of a child that was forked beside another thread of the program.
 *
 * Such a thread (a Worker) may hold a lock of the engine at the moment of the fork; in the child that lock is never given back, and
 * the child waits for it at its first need: some one fork in a thousand beside a busy Worker. Such a child is found out before any line
 * of the program has run in it: it uses what those locks guard and then writes one byte. Silence means that it is ended and forked anew.
 *
 * The same holds for the runtime's helper threads without `forkscope/ready`: such a child may hang before it can set its deadline.
 *
 * @module
 */
import { check, libc, scratch, usable } from "../../ffi/mod.ts";
import { O_CLOEXEC } from "../../ffi/constants/file.ts";
import { isCallThread } from "../async/threads.ts";
import { isAnnouncing } from "../marker.ts";
import { isForkSafe } from "./hazard.ts";
import { otherThreads, threadOf } from "./self.ts";

const POLLIN = 1;
const SIGKILL = 9;
/** How long the first child may be silent, in ms; each further one twice as long. */
const PATIENCE = 1000;
/** So many children are tried. */
export const TRIES = 4;

/** A pipe that the child answers by. */
export interface Proof {
  reader: number;
  writer: number;
}

/**
 * A pipe to answer by; undefined when it is not needed: the runtime has no threads but idle ones that a child will not miss.
 * Not under a tracer that the program announces itself to: there the tracer stops threads as it likes, and lets one process run at a time.
 */
export function proofNeeded(): Proof | undefined {
  if (isAnnouncing()) return undefined;
  if (isForkSafe() && otherThreads().every(isIdle)) return undefined;
  using room = scratch();
  const pair = room.take(8);
  check(libc().pipe2(pair.address, O_CLOEXEC), "pipe2");
  return { reader: pair.i32(0), writer: pair.i32(4) };
}

/** A thread of the program's (a Worker, or from there the main one) may wake at any moment; one of the runtime's own when it has work. Call threads are held. */
function isIdle(thread: number): boolean {
  if (isCallThread(thread)) return true;
  const found = threadOf(thread);
  return found === undefined || (usable().host.idleThreads.test(found.name) && found.state === "S");
}

/** In the child: needs what running threads may have locked, and answers. */
export function prove(proof: Proof): void {
  const used = allocate() + compile();
  libc().write(proof.writer, new Uint8Array([used & 0xff]), 1);
}

/** In the parent: true when the child answered. One that did not is ended and reaped. */
export function isProven(proof: Proof, pid: number, attempt: number): boolean {
  using room = scratch();
  const polled = room.take(8);
  polled.setI32(0, proof.reader);
  polled.setU16(4, POLLIN);
  const giveUp = performance.now() + (PATIENCE << attempt);
  for (let left = PATIENCE << attempt; left > 0; left = Math.ceil(giveUp - performance.now())) {
    if (libc().poll(polled.address, 1, left) === 1) return true;
  }
  libc().kill(pid, SIGKILL);
  libc().waitpid(pid, 0, 0);
  return false;
}

/** Closes both ends. */
export function closeProof({ reader, writer }: Proof): void {
  libc().close(reader);
  libc().close(writer);
}

/** More objects than the blocks at hand hold, a part of them garbage: enough for the collector to come. */
function allocate(): number {
  const kept: object[][] = [];
  for (let round = 0; round < 150; round++) {
    const list = Array.from({ length: 1000 }, (_, i) => ({ i, list: [i] }));
    if (round % 3 === 0) kept.push(list);
  }
  return kept.length;
}

let unique = 0;

/** A function the compilers have not seen, run until each has taken it. */
function compile(): number {
  unique += 1;
  const hot = new Function("n", `let sum = ${unique}; for (let i = 0; i < n; i++) sum = (sum * 31 + i) | 0; return sum;`) as (n: number) => number;
  let total = 0;
  for (let i = 0; i < 1500; i++) total = (total + hot(20)) | 0;
  return (total + hot(100_000)) | 0;
}
