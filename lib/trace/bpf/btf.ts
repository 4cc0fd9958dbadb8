/**
 * Where the running kernel's structures have their members: /sys/kernel/btf/vmlinux, read once.
 *
 * @see https://docs.kernel.org/bpf/btf.html
 * @module
 */
import { bytesOf, ROOT } from "../../core/proc/file.ts";

const FILE = "/sys/kernel/btf/vmlinux";
const MAGIC = 0xeb9f;
const KIND = { array: 3, struct: 4, union: 5, enum: 6, typedef: 8, volatile: 9, const: 10, prototype: 13, variable: 14, section: 15, tag: 17, enum64: 19, int: 1 } as const;
const NAMES_NOTHING = new Set<number>([KIND.typedef, KIND.volatile, KIND.const]);
const encoder = new TextEncoder();
const TYPE = 12;
const MEMBER = 12;
/** Bytes behind a type's head: fixed, and for each of its members. */
const TAIL = new Map<number, readonly [fixed: number, each: number]>([
  [KIND.int, [4, 0]], [KIND.array, [12, 0]], [KIND.struct, [0, 12]], [KIND.union, [0, 12]], [KIND.enum, [0, 8]], [KIND.prototype, [0, 8]],
  [KIND.variable, [4, 0]], [KIND.section, [0, 12]], [KIND.tag, [4, 0]], [KIND.enum64, [0, 12]],
]);

/** Offsets of members in the structures of this kernel. */
export class KernelTypes {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #strings: number;
  /** Place of each type; types are numbered from 1. */
  readonly #types: number[] = [0];
  readonly #structs = new Map<string, number>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#view.getUint16(0, true) !== MAGIC) throw new Error(`read ${FILE}: this is no BTF`);
    const head = this.#word(4);
    this.#strings = head + this.#word(16);
    const from = head + this.#word(8);
    const to = from + this.#word(12);
    for (let at = from; at < to; at += this.#length(at)) this.#types.push(at);
  }

  /** Of the running kernel. */
  static ofThisKernel(): KernelTypes {
    return new KernelTypes(bytesOf(ROOT, FILE));
  }

  /** Offset in bytes of `struct.member`, also of a member of an unnamed part; undefined when this kernel has no such thing. */
  find(struct: string, member: string): number | undefined {
    const id = this.#struct(struct);
    return id === undefined ? undefined : this.#member(id, member);
  }

  /** As {@linkcode find}. @throws {Error} when there is none */
  offset(struct: string, member: string): number {
    const found = this.find(struct, member);
    if (found === undefined) throw new Error(`this kernel's types have no ${struct}.${member}`);
    return found;
  }

  #word(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #length(at: number): number {
    const info = this.#word(at + 4);
    const [fixed, each] = TAIL.get(kindOf(info)) ?? [0, 0];
    return TYPE + fixed + each * (info & 0xffff);
  }

  #text(offset: number): string {
    let end = this.#strings + offset;
    while (this.#bytes[end] !== 0) end++;
    return String.fromCharCode(...this.#bytes.subarray(this.#strings + offset, end));
  }

  /** Few structures are asked for among ten thousand: their names are compared as bytes. */
  #struct(name: string): number | undefined {
    const known = this.#structs.get(name);
    if (known !== undefined) return known;
    const wanted = encoder.encode(`${name}\0`);
    const id = this.#types.findIndex((at, i) => i > 0 && kindOf(this.#word(at + 4)) === KIND.struct && this.#isNamed(at, wanted));
    if (id > 0) this.#structs.set(name, id);
    return id > 0 ? id : undefined;
  }

  #isNamed(at: number, name: Uint8Array): boolean {
    const from = this.#strings + this.#word(at);
    for (let i = 0; i < name.length; i++) if (this.#bytes[from + i] !== name[i]) return false;
    return true;
  }

  #member(id: number, name: string): number | undefined {
    const at = this.#types[id] ?? 0;
    const info = this.#word(at + 4);
    const bits = info >>> 31 === 1;
    for (let i = 0; i < (info & 0xffff); i++) {
      const member = at + TYPE + MEMBER * i;
      const offset = (bits ? this.#word(member + 8) & 0xffffff : this.#word(member + 8)) / 8;
      const called = this.#text(this.#word(member));
      if (called === name) return offset;
      const inside = called === "" ? this.#unnamed(this.#word(member + 4), name) : undefined;
      if (inside !== undefined) return offset + inside;
    }
    return undefined;
  }

  #unnamed(id: number, name: string): number | undefined {
    let of = id;
    while (NAMES_NOTHING.has(this.#kind(of))) of = this.#word((this.#types[of] ?? 0) + 8);
    const kind = this.#kind(of);
    return kind === KIND.struct || kind === KIND.union ? this.#member(of, name) : undefined;
  }

  #kind(id: number): number {
    return kindOf(this.#word((this.#types[id] ?? 0) + 4));
  }
}

function kindOf(info: number): number {
  return (info >>> 24) & 0x1f;
}
