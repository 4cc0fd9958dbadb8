/** Every call the tracer stops at, and how it is read. @module */
import { syscalls } from "../../ffi/constants/syscall.ts";
import type { TraceLevel } from "../types.ts";
import { arch } from "../../ffi/arch.ts";
import { word } from "./args.ts";
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

/** The calls that a level looks at, by number on this machine. Calls this machine lacks (open on aarch64) are left out. */
export function callsOf(level: TraceLevel): Map<number, KnownCall> {
  const known = new Map<number, KnownCall>();
  if (level === "tree") return known;
  const all: Record<string, CallSpec> = { ...PROCESSES, ...DESCRIPTORS, ...IO, ...SOCKETS, ...SIGNALS };
  for (const [name, number] of syscalls(arch)) {
    const spec = Object.hasOwn(all, name) ? all[name] : undefined;
    if (spec) known.set(number, { name, spec });
    else if (level === "all") known.set(number, { name, spec: PLAIN });
  }
  return known;
}

/** A call of which no more is known than its arguments. */
const PLAIN: CallSpec = { later: true, args: [word, word, word, word, word, word] };
