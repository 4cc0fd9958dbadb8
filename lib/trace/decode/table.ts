/** Every call the tracer stops at, and how it is read. @module */
import { syscalls } from "../../ffi/constants/syscall.ts";
import type { TraceLevel } from "../types.ts";
import { arch } from "../../ffi/arch.ts";
import type { CallSpec, Deed } from "./call.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { IO } from "./io.ts";
import { NOTES } from "./notes.ts";
import { PROCESSES } from "./processes.ts";
import { argumentsOf } from "./signatures.ts";
import { SIGNALS } from "./signals.ts";
import { SOCKETS } from "./sockets.ts";

export interface KnownCall {
  name: string;
  spec: CallSpec;
}

const DEEDS: Record<string, Deed> = { ...PROCESSES, ...DESCRIPTORS, ...IO, ...SOCKETS, ...SIGNALS };

/** The calls that a level looks at, by number on this machine. Calls this machine lacks (open on aarch64) are left out. */
export function callsOf(level: TraceLevel): Map<number, KnownCall> {
  const known = new Map<number, KnownCall>();
  if (level === "tree") return known;
  for (const [name, number] of syscalls(arch)) {
    const deed = Object.hasOwn(DEEDS, name) ? DEEDS[name] : undefined;
    if (deed || level === "all") known.set(number, { name, spec: specOf(name, deed ?? {}) });
  }
  return known;
}

/** What is known of a call: its arguments as its signature has them unless what it does says otherwise. */
export function specOf(name: string, deed: Deed): CallSpec {
  const args = deed.args ?? argumentsOf(name);
  if (!args) throw new RangeError(`Cannot decode ${name}: its arguments are in no table`);
  const note = NOTES[name];
  return { ...deed, args, ...(note ? { note } : {}), later: deed.atOnce !== true && !args.some((arg) => arg.now || arg.after?.now) };
}
