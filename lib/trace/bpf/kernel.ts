/**
 * bpf(2): maps, programs, raw tracepoints.
 *
 * @see https://man7.org/linux/man-pages/man2/bpf.2.html
 * @module
 */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { allocate, type Block, errno, errnoCode, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { TraceError } from "../types.ts";

const COMMAND = { createMap: 0, lookup: 1, update: 2, delete: 3, nextKey: 4, load: 5, info: 15, openRawTracepoint: 17 } as const;
const ATTRIBUTES = 144;
const RAW_TRACEPOINT = 17;
const LOG = 1 << 16;
const INFO = { size: 232, recursionMisses: 208 };

export const MAP = { hash: 1, array: 2, ring: 27, perProcessorArray: 6 } as const;

type Field = readonly [offset: number, value: number, size: 4 | 8];

/** The call with its attributes set; -1 on failure. */
function bpf(command: number, fields: readonly Field[]): number {
  using room = scratch();
  const attributes = room.take(ATTRIBUTES);
  for (const [offset, value, size] of fields) {
    if (size === 8) attributes.setU64(offset, value);
    else attributes.setU32(offset, value >>> 0);
  }
  return libc().syscall(syscallNumber("bpf"), command, attributes.address, ATTRIBUTES, 0, 0, 0);
}

function done(result: number, what: string): number {
  if (result < 0) throw new SystemError("bpf", errno(), [what]);
  return result;
}

/** A map of the kernel; its keys have 4 or 8 bytes and are given as halves of 32 bits. */
export class KernelMap {
  readonly fd: number;
  readonly #key: Block;
  readonly #value: Block;

  constructor(type: number, keySize: number, valueSize: number, entries: number) {
    this.fd = done(bpf(COMMAND.createMap, [[0, type, 4], [4, keySize, 4], [8, valueSize, 4], [12, entries, 4]]), "BPF_MAP_CREATE");
    this.#key = allocate(16);
    this.#value = allocate(Math.max(8, valueSize));
  }

  set(low: number, high: number, value: Uint8Array): void {
    this.#setKey(low, high);
    this.#value.bytes.set(value);
    done(bpf(COMMAND.update, [[0, this.fd, 4], [8, this.#key.address, 8], [16, this.#value.address, 8]]), "BPF_MAP_UPDATE_ELEM");
  }

  /** The value, overwritten by the next call; undefined when there is none. */
  get(low: number, high = 0): Block | undefined {
    this.#setKey(low, high);
    return bpf(COMMAND.lookup, [[0, this.fd, 4], [8, this.#key.address, 8], [16, this.#value.address, 8]]) === 0 ? this.#value : undefined;
  }

  delete(low: number, high = 0): void {
    this.#setKey(low, high);
    bpf(COMMAND.delete, [[0, this.fd, 4], [8, this.#key.address, 8]]);
  }

  /** All keys; those that come and go meanwhile may be missed. */
  keys(): { low: number; high: number }[] {
    const found: { low: number; high: number }[] = [];
    const next = this.#key.address + 8;
    for (let from = 0; bpf(COMMAND.nextKey, [[0, this.fd, 4], [8, from, 8], [16, next, 8]]) === 0; from = this.#key.address) {
      found.push({ low: this.#key.u32(8), high: this.#key.u32(12) });
      this.#setKey(this.#key.u32(8), this.#key.u32(12));
    }
    return found;
  }

  #setKey(low: number, high: number): void {
    this.#key.setU32(0, low);
    this.#key.setU32(4, high);
  }
}

/** Loads a program; what the verifier refuses is told with the end of its log. */
export function loadProgram(name: string, code: Uint8Array): number {
  const instructions = allocate(code.length);
  instructions.bytes.set(code);
  const log = allocate(LOG);
  using room = scratch();
  const licence = room.string("GPL");
  const plain: Field[] = [[0, RAW_TRACEPOINT, 4], [4, code.length / 8, 4], [8, instructions.address, 8], [16, licence, 8]];
  const fd = bpf(COMMAND.load, plain);
  if (fd >= 0) return fd;
  const why = errno();
  if (errnoCode(why) === "EPERM") throw new SystemError("bpf", why, ["BPF_PROG_LOAD"]);
  bpf(COMMAND.load, [...plain, [24, 1, 4], [28, LOG, 4], [32, log.address, 8]]);
  const text = log.text(0, LOG).trimEnd().split("\n").slice(-3).join("; ");
  throw new TraceError({ call: "bpf(BPF_PROG_LOAD)", errno: errnoCode(why), message: `load the program for ${name}: ${errnoCode(why)}${text === "" ? "" : `: ${text}`}`, hint: "trace without --engine bpf" });
}

/** Runs a program at a tracepoint until the descriptor is closed. */
export function attach(tracepoint: string, program: number): number {
  using room = scratch();
  return done(bpf(COMMAND.openRawTracepoint, [[0, room.string(tracepoint), 8], [8, program, 4]]), `BPF_RAW_TRACEPOINT_OPEN ${tracepoint}`);
}

/** How often a program was not run, because it ran already on that processor. */
export function misses(program: number): number {
  using room = scratch();
  const info = room.take(INFO.size);
  const failed = bpf(COMMAND.info, [[0, program, 4], [4, INFO.size, 4], [8, info.address, 8]]) !== 0;
  return failed ? 0 : info.u64(INFO.recursionMisses);
}
