/** Every call the tracer stops at, and how it is read. @module */
import { SYSCALLS } from "../../ffi/constants/syscall.ts";
import { arch } from "../../ffi/arch.ts";
import type { CallSpec } from "./call.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { IO } from "./io.ts";
import { PROCESSES } from "./processes.ts";
import { SIGNALS } from "./signals.ts";
import { SOCKETS } from "./sockets.ts";

export interface KnownCall {
  name: string;
  spec: CallSpec;
}

/** The calls of a level by number on this machine. Calls this machine lacks (open on aarch64) are left out. */
export function callsOf(level: "tree" | "fds"): Map<number, KnownCall> {
  const all: Record<string, CallSpec> = { ...PROCESSES, ...DESCRIPTORS, ...IO, ...SOCKETS, ...SIGNALS };
  const known = new Map<number, KnownCall>();
  for (const [name, spec] of Object.entries(all)) {
    const number = SYSCALLS[arch].get(name);
    if (number !== undefined && (level === "fds" || spec.level === "tree")) known.set(number, { name, spec });
  }
  return known;
}
