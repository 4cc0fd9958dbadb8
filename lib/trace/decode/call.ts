/** One system call of one thread, from entry to return. @module */
import type { BlockEvent, Op } from "../../model/event.ts";
import type { FactReader } from "../facts.ts";

/** Decodes argument `i` for reading. */
export type Arg = (call: Call, i: number) => string;

/** An argument the kernel fills in: shown by name until the call has returned with success. */
export interface OutArg {
  out: string;
  decode: Arg;
}

export interface CallSpec {
  /** "tree": part of the smallest level too. */
  level: "tree" | "fds";
  args: readonly (Arg | OutArg)[];
  /** How many arguments this call has, where that depends on them. */
  count?: (call: Call) => number;
  /** Reads at entry what may be gone or changed at exit. */
  entry?: (call: Call) => void;
  /** What a successful call did. */
  op?: (call: Call) => Op | undefined;
  /** A second thing it did: the other descriptor of a call that moves data between two. */
  also?: (call: Call) => Op | undefined;
  /** What a sleeping call waits for. */
  on?: (call: Call) => BlockEvent["on"];
  /** The result says nothing (rt_sigreturn restores a register). */
  noResult?: true;
  /** It may sleep uninterruptibly while its child runs (vfork). */
  vfork?: (call: Call) => boolean;
}

export class Call {
  readonly name: string;
  readonly number: number;
  readonly spec: CallSpec;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the recording at entry. */
  readonly at: number;
  readonly facts: FactReader;
  /** Decoded arguments. */
  readonly text: string[] = [];
  /** What the spec kept at entry. */
  kept: unknown;
  ret = 0;
  returned = false;
  readonly #words: Int32Array;

  constructor(name: string, number: number, spec: CallSpec, task: { pid: number; tid: number }, at: number, words: Int32Array, facts: FactReader) {
    this.name = name;
    this.number = number;
    this.spec = spec;
    this.pid = task.pid;
    this.tid = task.tid;
    this.at = at;
    this.facts = facts;
    this.#words = words.slice();
  }

  /** Argument as a C int. */
  int(i: number): number {
    return this.#words[2 * i] ?? 0;
  }
  /** Argument as an unsigned int. */
  uint(i: number): number {
    return this.int(i) >>> 0;
  }
  /** Argument as size_t or address, exact up to 2^53. */
  size(i: number): number {
    return this.uint(i) + ((this.#words[2 * i + 1] ?? 0) >>> 0) * 4294967296;
  }
  /** Argument as off_t. */
  offset(i: number): number {
    return this.uint(i) + (this.#words[2 * i + 1] ?? 0) * 4294967296;
  }

  /** The same call again, as the kernel restarts one that a signal interrupted. */
  repeats(number: number, words: Int32Array): boolean {
    return this.number === number && this.#words.every((word, i) => word === words[i]);
  }

  /** Decodes what can be known before the call returns. */
  enter(): void {
    const { args, count } = this.spec;
    const length = count ? count(this) : args.length;
    for (let i = 0; i < length; i++) {
      const arg = args[i];
      if (arg) this.text[i] = typeof arg === "function" ? arg(this, i) : `&${arg.out}`;
    }
    this.spec.entry?.(this);
  }

  /** Decodes what the kernel filled in. */
  leave(): void {
    this.returned = true;
    const { args } = this.spec;
    for (let i = 0; i < this.text.length; i++) {
      const arg = args[i];
      if (arg && typeof arg !== "function") this.text[i] = arg.decode(this, i);
    }
  }
}

/** Marks an argument as filled in by the kernel. */
export function out(name: string, decode: Arg): OutArg {
  return { out: name, decode: (call, i) => (call.size(i) === 0 ? "NULL" : decode(call, i)) };
}
