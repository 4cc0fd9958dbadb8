/**
 * Randomness of a forked child. Every generator of the runtime is copied by fork and would repeat in the child what it gives in the
 * parent: Math.random, crypto.getRandomValues, crypto.randomUUID, node:crypto.
 *
 * In the child the first three are replaced by getrandom(2), and the runtime's own generators, which other ways may reach
 * (node:crypto, functions captured before), are driven past the point where they take fresh entropy from the kernel.
 *
 * @module
 */
import { allocate, type Block, check, errno, ERRNO, libc } from "../../ffi/mod.ts";

/** Bytes taken from the kernel at once: one call serves many numbers. */
const POOL = 4096;
/** What getRandomValues gives at most, and what the runtimes' generators give before they reseed. */
const QUOTA = 65536;
/** Twice the number of UUIDs that runtimes make ahead. */
const UUIDS_AHEAD = 256;

const INTEGER_ARRAY = /^(?:Big)?(?:Int|Uint)(?:8|16|32|64)(?:Clamped)?Array$/;

let pool: Block | undefined;
let used = POOL;
let replaced = false;

/** To be called in a child straight after fork. */
export function reseed(): void {
  used = POOL;
  native ??= nativeGenerators();
  burn(native);
  if (!replaced) replace();
  replaced = true;
}

interface Generators {
  values(bytes: Uint8Array<ArrayBuffer>): void;
  uuid(): void;
}

let native: Generators | undefined;

function nativeGenerators(): Generators {
  const { crypto } = globalThis;
  const { getRandomValues, randomUUID } = crypto;
  return { values: (bytes) => getRandomValues.call(crypto, bytes), uuid: () => randomUUID.call(crypto) };
}

/** Draws from the runtime's generators until they have gone to the kernel. */
function burn(generators: Generators): void {
  const sink = new Uint8Array(QUOTA);
  generators.values(sink);
  generators.values(sink);
  for (let i = 0; i < UUIDS_AHEAD; i++) generators.uuid();
}

function replace(): void {
  put(Math, "random", random);
  const { crypto } = globalThis;
  for (const object of [crypto, Object.getPrototypeOf(crypto) as object]) {
    put(object, "getRandomValues", getRandomValues);
    put(object, "randomUUID", randomUUID);
  }
}

/** A number in [0, 1) with 53 random bits. */
function random(): number {
  const { view } = room();
  const at = need(8);
  return ((view.getUint32(at) >>> 5) * 67108864 + (view.getUint32(at + 4) >>> 6)) / 9007199254740992;
}

function getRandomValues<T extends ArrayBufferView>(array: T): T {
  const kind = Object.prototype.toString.call(array).slice(8, -1);
  if (!INTEGER_ARRAY.test(kind)) throw new DOMException(`Cannot fill a ${kind}: an integer typed array is needed`, "TypeMismatchError");
  if (array.byteLength > QUOTA) throw new DOMException(`Cannot fill ${array.byteLength} bytes: at most ${QUOTA} at once`, "QuotaExceededError");
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const count = Math.min(bytes.length - done, POOL);
    const at = need(count);
    const drawn = room().bytes.subarray(at, at + count);
    bytes.set(drawn, done);
    drawn.fill(0);
    done += count;
  }
  return array;
}

function randomUUID(): string {
  const at = need(16);
  const drawn = room().bytes.subarray(at, at + 16);
  drawn[6] = ((drawn[6] ?? 0) & 0x0f) | 0x40;
  drawn[8] = ((drawn[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(drawn, (byte) => (byte + 256).toString(16).slice(1)).join("");
  drawn.fill(0);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
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

/** Some of these properties cannot be redefined and only be assigned to. */
function put(object: object, name: string, value: unknown): void {
  const fixed = Object.getOwnPropertyDescriptor(object, name)?.configurable === false;
  if (fixed) Reflect.set(object, name, value);
  else Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: true });
}
