/**
 * Randomness after a fork. Every generator of the runtime is copied by fork, and both processes would give the same values from then on.
 *
 * Math.random cannot be given fresh entropy: in the child it is replaced by getrandom(2). The generators behind crypto.getRandomValues,
 * crypto.randomUUID and node:crypto, whichever way they are reached, are driven on in the parent, past all that was made ahead and past
 * the point where they go to the kernel for entropy: what the child goes on from, the parent and its later children never give.
 *
 * @module
 */
import { allocate, type Block, check, errno, ERRNO, libc, usable } from "../../ffi/mod.ts";
import { isForkedChild } from "../process/forked.ts";

/** Bytes taken from the kernel at once: one call serves many numbers. */
const POOL = 4096;

let pool: Block | undefined;
let used = POOL;
/** Math.random as it was when it was last looked at. */
let before = Math.random;

/** In the parent, before a fork: Math.random is what it was there, and in a child numbers of the kernel's. */
export function keepRandom(): void {
  if (Math.random === random) return;
  before = Math.random;
  Object.defineProperty(Math, "random", { value: random, writable: true, configurable: true });
}

/** True when a child has numbers of its parent's left, to be forgotten. */
export function hasNumbersLeft(): boolean {
  return used < POOL;
}

/** In a child. */
export function forgetNumbers(): void {
  used = POOL;
}

let native: { values(): unknown; uuid(): unknown } | undefined;

/** In the parent, straight after the fork: leaves to the child what the runtime's generators were about to give. */
export function driveOn(): void {
  const { bytes, draws, uuids } = usable().host.pastRandom;
  const { values, uuid } = (native ??= generators(new Uint8Array(bytes)));
  for (let i = 0; i < draws; i++) values();
  for (let i = 0; i < uuids; i++) uuid();
}

/** Kept from before the first fork: a program may replace them. */
function generators(sink: Uint8Array<ArrayBuffer>): NonNullable<typeof native> {
  const { crypto } = globalThis;
  const { getRandomValues, randomUUID } = crypto;
  return { values: () => getRandomValues.call(crypto, sink), uuid: () => randomUUID.call(crypto) };
}

function random(): number {
  return isForkedChild() ? drawn() : before();
}

/** A number in [0, 1) with 53 random bits. */
function drawn(): number {
  const { view } = room();
  const at = need(8);
  return ((view.getUint32(at) >>> 5) * 67108864 + (view.getUint32(at + 4) >>> 6)) / 9007199254740992;
}

/** Where `count` fresh bytes lie in the pool. */
function need(count: number): number {
  if (used + count > POOL) fill();
  const at = used;
  used += count;
  return at;
}

function fill(): void {
  const { address } = room();
  for (let got = 0; got < POOL; ) {
    const more = libc().getrandom(address + got, POOL - got, 0);
    if (more < 0 && errno() === ERRNO.EINTR) continue;
    got += check(more, "getrandom", [POOL - got]);
  }
  used = 0;
}

function room(): Block {
  return (pool ??= allocate(POOL));
}
