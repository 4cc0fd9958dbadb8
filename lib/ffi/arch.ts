/**
 * The machine, for the few values that differ between machines.
 *
 * @module
 */
import { backend } from "./backend/select.ts";

/** The machines the library knows. */
export type Arch = "x86_64" | "aarch64";

/** The machine this program runs on; x86_64 where there is no FFI to ask (nothing is called there). */
export const arch: Arch = backend?.arch === "aarch64" ? "aarch64" : "x86_64";
