/** Chooses the runtime's backend once, at import. Loading C code waits for the first call. */
import type { Backend } from "./types.ts";

const isDeno = "Deno" in globalThis;
const isBun = "Bun" in globalThis;

/** The backend of the running runtime, or undefined where there is no FFI (Node, a browser). */
export const backend: Backend | undefined = isDeno
  ? (await import("./deno.ts")).open()
  : isBun
    ? (await import("./bun.ts")).open()
    : undefined;
