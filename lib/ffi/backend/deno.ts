/** The contract over Deno.dlopen. */
import { host } from "./deno_host.ts";
import type { ArgType, Backend, Callable, Functions, Notifier, ResultType, Signature, Table } from "./types.ts";

type Opaque = object | null;
type CFunction = (...args: unknown[]) => unknown;
interface ThreadSafeCallback {
  pointer: Opaque;
  ref(): number;
  unref(): number;
  close(): void;
}
interface DenoFfi {
  version: { deno: string };
  build: { os: string; arch: string };
  permissions: { querySync(wanted: { name: "ffi" }): { state: "granted" | "prompt" | "denied" } };
  dlopen(path: string, symbols: Record<string, { parameters: string[]; result: string }>): { symbols: Record<string, unknown> };
  UnsafePointer: { of(view: ArrayBufferView): Opaque; value(pointer: Opaque): bigint; create(value: bigint): Opaque };
  UnsafeCallback: { threadSafe(definition: { parameters: string[]; result: string }, run: (cookie: number) => void): ThreadSafeCallback };
  UnsafeFnPointer: new (pointer: Opaque, definition: { parameters: string[]; result: string }) => { call(...args: unknown[]): unknown };
  UnsafePointerView: new (pointer: Opaque) => { getInt32(offset?: number): number; copyInto(target: Uint8Array, offset?: number): void; getArrayBuffer(length: number): ArrayBuffer };
}
declare const Deno: DenoFfi;

const ARG: Record<ArgType, string> = { i32: "i32", u32: "u32", i64: "i64", usize: "usize", ptr: "usize", buf: "buffer" };
const RESULT: Record<ResultType, string> = { i32: "i32", u32: "u32", i64: "i64", ptr: "usize", void: "void" };

/** Makes the backend; called once by select.ts. */
export function open(): Backend {
  return {
    runtime: "deno",
    version: Deno.version.deno,
    os: Deno.build.os,
    arch: Deno.build.arch,
    permission: () => Deno.permissions.querySync({ name: "ffi" }).state,
    load<const T extends Table>(library: string, table: T): Functions<T> {
      const spec: Record<string, { parameters: string[]; result: string }> = {};
      for (const [name, s] of Object.entries(table)) spec[name] = { parameters: s.args.map((a) => ARG[a]), result: RESULT[s.result] };
      return inNumbers(table, Deno.dlopen(library, spec).symbols as Record<string, CFunction>) as unknown as Functions<T>;
    },
    callable<const S extends Signature>(address: number, { args, result }: S): Callable<S> {
      const pointer = Deno.UnsafePointer.create(BigInt(address));
      const made = new Deno.UnsafeFnPointer(pointer, { parameters: args.map((a) => ARG[a]), result: RESULT[result] });
      const call = (...values: unknown[]): unknown => made.call(...values);
      return (result === "i64" || result === "ptr" ? narrow(call) : call) as Callable<S>;
    },
    address(view) {
      void view.buffer; // a small array lies in the moving heap until its buffer is asked for
      return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(view)));
    },
    host,
    readI32: (address) => new Deno.UnsafePointerView(Deno.UnsafePointer.create(BigInt(address))).getInt32(),
    readBytes(address, length) {
      const out = new Uint8Array(length);
      new Deno.UnsafePointerView(Deno.UnsafePointer.create(BigInt(address))).copyInto(out);
      return out;
    },
    memory: (address, length) => new Deno.UnsafePointerView(Deno.UnsafePointer.create(BigInt(address))).getArrayBuffer(length),
    notifier,
  };
}

function notifier(run: (cookie: number) => void): Notifier {
  const callback = Deno.UnsafeCallback.threadSafe({ parameters: ["u32"], result: "void" }, run);
  callback.unref();
  let alive = false;
  return {
    address: Number(Deno.UnsafePointer.value(callback.pointer)),
    keepAlive(on) {
      if (on === alive) return;
      alive = on;
      if (on) callback.ref();
      else callback.unref();
    },
    close: () => callback.close(),
  };
}

/**
 * The contract's numbers around functions that take and give 64 bits. V8 calls C directly only where such an argument is a bigint, and
 * only from code that calls one function and no other: so each gets a wrapper of its own, compiled from text.
 */
function inNumbers(table: Table, symbols: Record<string, CFunction>): Record<string, CFunction> {
  const wide = Object.entries(table).filter(([, { args, result }]) => isWide(result) || args.some(isWide));
  const wrappers = wide.map(([name, { args, result }]) => {
    const names = args.map((_, i) => `a${i}`);
    const call = `${name}(${args.map((type, i) => (isWide(type) ? `BigInt(a${i})` : `a${i}`)).join(", ")})`;
    return `${name}: (${names.join(", ")}) => ${isWide(result) ? `Number(${call})` : call}`;
  });
  const names = wide.map(([name]) => name).join(", ");
  try {
    const wrap = new Function(`{ ${names} }`, `return { ${wrappers.join(",\n")} };`) as (all: typeof symbols) => typeof symbols;
    return { ...symbols, ...wrap(symbols) };
  } catch (error) {
    if (!(error instanceof EvalError)) throw error; // code from text may be forbidden
    return { ...symbols, ...Object.fromEntries(wide.map(([name, { result }]) => [name, isWide(result) ? narrow(symbols[name]) : symbols[name]])) as typeof symbols };
  }
}

function isWide(type: ArgType | ResultType): boolean {
  return type === "i64" || type === "usize" || type === "ptr";
}

/** 64-bit results arrive as bigint. */
function narrow(f: CFunction | undefined): CFunction {
  if (!f) throw new TypeError("Cannot narrow a missing function");
  return (...args) => Number(f(...args));
}
