/**
 * libc, loaded at the first call of a thread; importing this does nothing to the process.
 *
 * @module
 */
import type { Backend, Functions, Table } from "./backend/types.ts";
import { backend } from "./backend/select.ts";
import { SystemError } from "./error.ts";
import { SYMBOLS } from "./symbols.ts";
import { setWatch, unwatched, type Watch, watchable } from "./watch.ts";

/** Every C function of the table, callable. */
export type Libc = Functions<typeof SYMBOLS>;

const NAMES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

let loaded: Libc | undefined;
let loadedName: string | undefined;
let errnoAddress = 0;

/** The loaded libc. Throws where there is none to call: no FFI, not Linux. */
export function libc(): Libc {
  return (loaded ??= load(usable()));
}

/** More functions of the same libc, for what not every libc has; to be kept by the caller. Throws when one is missing. */
export function loadMore<const T extends Table>(table: T): Functions<T> {
  libc();
  return watchable(usable().load(loadedName ?? "", table));
}

/** Name of the library that was loaded: "libc.so.6" is glibc, the others musl. */
export function libcName(): string {
  libc();
  return loadedName ?? "";
}

/** libc as it was loaded, whoever watches: for the few calls between which no other code may run. They are told by callBegins. */
export function plainLibc(): Libc {
  return unwatched(libc());
}

/** Sets who is told of each call to libc, or nobody. */
export function watchCalls(watch: Watch | undefined): void {
  libc();
  setWatch(watch, new Int32Array(usable().memory(errnoAddress, Int32Array.BYTES_PER_ELEMENT)));
}

/** errno of the calling thread; read it right after the call that failed. */
export function errno(): number {
  return usable().readI32(errnoAddress);
}

/** Throws {@linkcode SystemError} when `result` is -1; else gives it back. The only place where -1 becomes an error. */
export function check(result: number, syscall: string, args: readonly unknown[] = []): number {
  if (result === -1) throw new SystemError(syscall, errno(), args);
  return result;
}

/** The backend, or the reason why nothing can be called. */
export function usable(): Backend {
  if (!backend) throw new Error("Cannot call libc: this runtime has no FFI; run the program under Bun or Deno");
  if (backend.os !== "linux") throw new Error(`Cannot call libc: forkscope needs Linux, this is ${backend.os}`);
  return backend;
}

function load(by: Backend): Libc {
  let first: unknown;
  for (const name of NAMES) {
    try {
      errnoAddress = by.load(name, { __errno_location: { args: [], result: "ptr" } }).__errno_location();
      loadedName = name;
      return watchable(oneByOne(by, name, SYMBOLS));
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/**
 * A table whose functions are loaded each at its first use: a runtime compiles a way into every function it loads (Deno takes 0.15 ms for
 * one), and a program uses a few of them. A function that was used is a property of the table's own.
 */
function oneByOne<const T extends Table>(by: Backend, library: string, table: T): Functions<T> {
  const toCome: Record<string, unknown> = {};
  const functions = Object.create(toCome) as Record<string, unknown>;
  for (const [name, signature] of Object.entries(table)) {
    const get = (): unknown => (functions[name] = by.load(library, { [name]: signature })[name]);
    const set = (value: unknown): void => void Object.defineProperty(functions, name, { value, writable: true, enumerable: true, configurable: true });
    Object.defineProperty(toCome, name, { get, set, enumerable: true });
  }
  return functions as Functions<T>;
}
