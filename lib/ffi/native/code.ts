/**
 * Machine code: the few routines that must run where JavaScript cannot (in a thread of their own, in a signal handler, in a child that
 * shares this memory).
 *
 * Each lies in a folder of its own: x86_64.s and aarch64.s are the source, code.ts the bytes, made by `node tools/assemble.mjs`. The code
 * depends on no address: what it has to know comes by its arguments, or by words of it that are filled in when it is loaded.
 *
 * @module
 */
import { MAP_ANONYMOUS, PROT_READ, PROT_WRITE } from "../constants/ipc.ts";
import { MAP_PRIVATE, PROT_EXEC } from "../constants/memory.ts";
import { type Arch, arch } from "../arch.ts";
import { errno, usable } from "../libc.ts";
import { SystemError } from "../error.ts";
import { nativeFunctions } from "./functions.ts";

/** One routine for one machine: its bytes in hexadecimal, and where its symbols lie in them. */
export interface Code<S extends string> {
  readonly bytes: string;
  readonly symbols: Readonly<Record<S, number>>;
}

/** The same routine for each machine. */
export type Codes<S extends string> = Readonly<Record<Arch, Code<S>>>;

const PAGE = 65536; // the largest page of a machine supported
const MAP_FAILED = -1;

/**
 * Loads the routine of this machine into executable memory and gives the addresses of its symbols. It stays for the life of the process
 * and is there in a forked child; load it once. `words`: 64-bit words of the code to fill in, by symbol.
 *
 * @throws {SystemError} ENOMEM; EACCES: the system runs no memory that was written to (as SELinux without execmem)
 */
export function loadCode<S extends string>(codes: Codes<S>, words: Partial<Readonly<Record<S, number>>> = {}): Record<S, number> {
  const { bytes, symbols } = codes[arch];
  const address = map();
  const memory = new DataView(usable().memory(address, PAGE));
  for (let i = 0; i < bytes.length; i += 2) memory.setUint8(i / 2, Number.parseInt(bytes.slice(i, i + 2), 16));
  for (const [symbol, value] of Object.entries<number | undefined>(words)) {
    if (value !== undefined) memory.setBigUint64(symbols[symbol as S], BigInt(value), true);
  }
  seal(address);
  const places = Object.entries<number>(symbols).map(([symbol, offset]) => [symbol, address + offset]);
  return Object.fromEntries(places) as Record<S, number>;
}

function map(): number {
  const address = nativeFunctions().mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address === MAP_FAILED) throw new SystemError("mmap", errno(), [PAGE]);
  return address;
}

/** Readable and executable, never again writable. On aarch64 the kernel makes the caches agree when it maps the page so. */
function seal(address: number): void {
  if (nativeFunctions().mprotect(address, PAGE, PROT_READ | PROT_EXEC) === 0) return;
  throw new SystemError("mprotect", errno(), ["PROT_READ | PROT_EXEC"], "this system lets no program run code that it made");
}
