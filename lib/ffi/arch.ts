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

/** One past the last address a program can have: with four-level page tables, and with 48-bit addresses. */
export const END_OF_USER_SPACE: Readonly<Record<Arch, number>> = { x86_64: 0x7ffffffff000, aarch64: 0xfffffffff000 };
