/** Which processors a process may run on. @module */
import { type Block, type Scratch } from "../../ffi/mod.ts";

const WORD = 8;

/** A cpu_set_t with these processors in it, as long as it has to be. */
export function cpuSet(room: Scratch, cpus: readonly number[]): Block {
  const set = room.take(WORD * (1 + (Math.max(0, ...cpus) >> 6)));
  for (const cpu of cpus) set.bytes[cpu >> 3] = (set.bytes[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return set;
}
