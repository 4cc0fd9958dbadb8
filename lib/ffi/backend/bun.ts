/** The contract over bun:ffi. */
import { CFunction, dlopen, JSCallback, ptr, read, toArrayBuffer } from "bun:ffi";
import { host } from "./bun_host.ts";
import type { ArgType, Backend, Callable, Functions, Notifier, ResultType, Signature, Table } from "./types.ts";

declare const Bun: { version: string };
declare const process: { platform: string; arch: string };
declare function setInterval(call: () => void, ms: number): { ref(): void; unref(): void };
declare function clearInterval(timer: unknown): void;

/** The longest a timer can be, in ms. */
const LONG = 0x7fffffff;

const ARG: Record<ArgType, string> = { i32: "i32", u32: "u32", i64: "i64_fast", usize: "u64_fast", ptr: "u64_fast", buf: "ptr" };
const RESULT: Record<ResultType, string> = { i32: "i32", u32: "u32", i64: "i64_fast", ptr: "u64_fast", void: "void" };
const ARCH: Record<string, string> = { x64: "x86_64", arm64: "aarch64" };

/** Makes the backend; called once by select.ts. */
export function open(): Backend {
  return {
    runtime: "bun",
    version: Bun.version,
    os: process.platform,
    arch: ARCH[process.arch] ?? process.arch,
    permission: () => "granted",
    load<const T extends Table>(library: string, table: T): Functions<T> {
      const spec: Record<string, { args: string[]; returns: string }> = {};
      for (const [name, s] of Object.entries(table)) spec[name] = { args: s.args.map((a) => ARG[a]), returns: RESULT[s.result] };
      return dlopen(library, spec).symbols as unknown as Functions<T>;
    },
    callable<const S extends Signature>(address: number, { args, result }: S): Callable<S> {
      return CFunction({ ptr: address, args: args.map((a) => ARG[a]), returns: RESULT[result] }) as unknown as Callable<S>;
    },
    address(view) {
      void view.buffer; // a small array is moved when its buffer is first asked for
      return ptr(view);
    },
    host,
    readI32: (address) => read.i32(address, 0),
    readBytes: (address, length) => new Uint8Array(toArrayBuffer(address, 0, length)).slice(),
    memory: (address, length) => toArrayBuffer(address, 0, length),
    notifier,
  };
}

/** A callback keeps no event loop alive here: a timer does. */
function notifier(run: (cookie: number) => void): Notifier {
  const callback = new JSCallback(run, { args: ["u32"], returns: "void", threadsafe: true });
  const timer = setInterval(() => {}, LONG);
  timer.unref();
  return {
    address: callback.ptr,
    keepAlive(on) {
      if (on) timer.ref();
      else timer.unref();
    },
    close() {
      clearInterval(timer);
      callback.close();
    },
  };
}
