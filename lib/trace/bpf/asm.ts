/**
 * eBPF programs assembled in memory: instructions of 8 bytes, jumps by label.
 *
 * A register keeps its meaning by the kernel's convention: r1 to r5 are arguments of a helper and lost by it, r0 is its result,
 * r6 to r9 are kept, r10 is the top of the stack of 512 bytes.
 *
 * @see https://docs.kernel.org/bpf/standardization/instruction-set.html
 * @module
 */

export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
export type Size = 1 | 2 | 4 | 8;

/** Helpers of the kernel by number (enum bpf_func_id). */
export const HELPER = {
  mapLookup: 1, mapUpdate: 2, mapDelete: 3, ktime: 5, currentPidTgid: 14, currentTask: 35,
  readUser: 112, readKernel: 113, readUserString: 114, readKernelString: 115, ringOutput: 130,
  currentTaskTyped: 158, registers: 175,
} as const;

const INSTRUCTION = 8;
const SIZES = { 1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18 } as const;
const MEM = 0x60;
const [LDX, ST, STX] = [0x01, 0x02, 0x03];
const [ALU64, BY_REGISTER] = [0x07, 0x08];
const ALU = { add: 0x00, sub: 0x10, or: 0x40, and: 0x50, shl: 0x60, shr: 0x70, mov: 0xb0 } as const;
const JUMP = { always: 0x05, eq: 0x15, above: 0x25, notEq: 0x55, signedBelow: 0xc5, signedAbove: 0x65, atLeast: 0x35, anySet: 0x45 } as const;
const ATOMIC_ADD = 0xdb;
const CALL = 0x85;
const EXIT = 0x95;
const LOAD_MAP = 0x18;
const PSEUDO_MAP_FD = 1;

export type Condition = Exclude<keyof typeof JUMP, "always">;

interface Instruction {
  code: number;
  to: number;
  from: number;
  offset: number;
  value: number;
  label?: string;
}

export class Assembler {
  readonly #code: Instruction[] = [];
  readonly #labels = new Map<string, number>();
  #fresh = 0;

  /** A label nobody else has. */
  newLabel(name: string): string {
    return `${name}#${this.#fresh++}`;
  }

  /** The next instruction is where jumps to this label go. */
  label(name: string): void {
    this.#labels.set(name, this.#code.length);
  }

  #add(code: number, to: number, from: number, offset: number, value: number, label?: string): void {
    this.#code.push({ code, to, from, offset, value, ...(label === undefined ? {} : { label }) });
  }

  set(to: Register, value: number): void {
    this.#add(ALU64 | ALU.mov, to, 0, 0, value);
  }
  move(to: Register, from: Register): void {
    this.#add(ALU64 | ALU.mov | BY_REGISTER, to, from, 0, 0);
  }
  /** By a number, or by a register's value. */
  math(what: Exclude<keyof typeof ALU, "mov">, to: Register, by: number | { register: Register }): void {
    if (typeof by === "number") this.#add(ALU64 | ALU[what], to, 0, 0, by);
    else this.#add(ALU64 | ALU[what] | BY_REGISTER, to, by.register, 0, 0);
  }
  load(size: Size, to: Register, from: Register, offset: number): void {
    this.#add(LDX | MEM | SIZES[size], to, from, offset, 0);
  }
  store(size: Size, to: Register, offset: number, from: Register): void {
    this.#add(STX | MEM | SIZES[size], to, from, offset, 0);
  }
  storeValue(size: Size, to: Register, offset: number, value: number): void {
    this.#add(ST | MEM | SIZES[size], to, 0, offset, value);
  }
  go(label: string): void {
    this.#add(JUMP.always, 0, 0, 0, 0, label);
  }
  /** Jumps when the register compares so with a number or another register. */
  when(register: Register, is: Condition, to: number | { register: Register }, label: string): void {
    if (typeof to === "number") this.#add(JUMP[is], register, 0, 0, to, label);
    else this.#add(JUMP[is] | BY_REGISTER, register, to.register, 0, 0, label);
  }
  /** Adds a register to memory, as one step for all processors. */
  atomicAdd(to: Register, offset: number, by: Register): void {
    this.#add(ATOMIC_ADD, to, by, offset, 0);
  }
  help(helper: number): void {
    this.#add(CALL, 0, 0, 0, helper);
  }
  /** The map behind a descriptor. */
  map(to: Register, fd: number): void {
    this.#add(LOAD_MAP, to, PSEUDO_MAP_FD, 0, fd);
    this.#add(0, 0, 0, 0, 0);
  }
  exit(): void {
    this.set(0, 0);
    this.#add(EXIT, 0, 0, 0, 0);
  }

  /** The program as bpf(2) takes it. */
  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(INSTRUCTION * this.#code.length));
    this.#code.forEach(({ code, to, from, offset, value, label }, i) => {
      const at = INSTRUCTION * i;
      view.setUint8(at, code);
      view.setUint8(at + 1, to | (from << 4));
      view.setInt16(at + 2, label === undefined ? offset : this.#find(label) - i - 1, true);
      view.setInt32(at + 4, value, true);
    });
    return new Uint8Array(view.buffer);
  }

  #find(label: string): number {
    const at = this.#labels.get(label);
    if (at === undefined) throw new Error(`assemble: no such label, ${label}`);
    return at;
  }
}
