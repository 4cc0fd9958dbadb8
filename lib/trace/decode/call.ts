/** One system call of one thread, from entry to return. @module */
import type { Op, WaitsOn } from "../../model/event.ts";
import type { FactReader } from "../facts.ts";
import { Kept, readBytes, showing } from "../tracee_memory.ts";
import { preview, PREVIEW } from "./text.ts";

/** Decodes argument `i` for reading. */
export interface Arg {
  (call: Call, i: number): string;
  /** Fetches the memory that decoding reads, where that is done later. */
  fetch?: (call: Call, i: number, into: Kept) => void;
}

/** An argument the kernel fills in: shown by name until the call has returned with success. */
export interface OutArg {
  out: string;
  decode: Arg;
}

export interface CallSpec {
  /** Its arguments are decoded after the thread has gone on: all memory they read is fetched before. */
  later?: true;
  args: readonly (Arg | OutArg)[];
  /** How many arguments this call has, where that depends on them. */
  count?: (call: Call) => number;
  /** Reads at entry what may be gone or changed at exit. */
  entry?: (call: Call) => void;
  /** What a successful call did. */
  op?: (call: Call) => Op | undefined;
  /** Address and length of the bytes that moved, whose beginning goes into the op. */
  moved?: (call: Call) => Piece | undefined;
  /** A second thing it did: the other descriptor of a call that moves data between two. */
  also?: (call: Call) => Op | undefined;
  /** What a sleeping call waits for. */
  on?: (call: Call) => WaitsOn | undefined;
  /** The result says nothing (rt_sigreturn restores a register). */
  noResult?: true;
  /** It may sleep uninterruptibly while its child runs (vfork). */
  vfork?: (call: Call) => boolean;
}

/** A piece of a process's memory. */
export interface Piece {
  base: number;
  length: number;
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
  /** Fetched at entry, and at return. */
  #before: Kept | undefined;
  #after: Kept | undefined;
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

  /** At entry: takes from the process what is needed to show the call. True: {@linkcode showEntry} is due. */
  enter(): boolean {
    const { args, later, entry } = this.spec;
    if (later) {
      for (let i = 0; i < args.length; i++) {
        const arg = args[i];
        if (typeof arg === "function" && arg.fetch) arg.fetch(this, i, (this.#before ??= new Kept()));
      }
    } else this.#decodeEntry();
    entry?.(this);
    return later === true;
  }

  /** Decodes what can be known before the call returns. */
  showEntry(): void {
    showing(this.#before ?? NOTHING, () => { this.#decodeEntry(); });
  }

  /** The same at once: the process may go on before it is asked again. */
  showEntryNow(): void {
    this.showEntry();
    this.#before = undefined;
  }

  /** At a return with success: takes what the kernel filled in. True: {@linkcode showReturn} is due. */
  leave(): boolean {
    this.returned = true;
    const { args, later, moved } = this.spec;
    if (!later) {
      this.#decodeReturn();
      return false;
    }
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (arg && typeof arg !== "function" && arg.decode.fetch) arg.decode.fetch(this, i, (this.#after ??= new Kept()));
    }
    const piece = moved?.(this);
    if (piece) (this.#after ??= new Kept()).fetch(this.tid, piece.base, Math.min(piece.length, PREVIEW));
    return true;
  }

  /** Decodes what the kernel filled in; `op` gets the beginning of what moved. */
  showReturn(op?: Op): void {
    showing(this.#after ?? NOTHING, () => {
      this.#decodeReturn();
      const piece = op && this.spec.moved?.(this);
      if (piece && "bytes" in op) Object.assign(op, previewAt(this, piece.base, piece.length));
    });
  }

  #decodeEntry(): void {
    const { args, count } = this.spec;
    const length = count ? count(this) : args.length;
    for (let i = 0; i < length; i++) {
      const arg = args[i];
      if (arg) this.text[i] = typeof arg === "function" ? arg(this, i) : `&${arg.out}`;
    }
  }

  #decodeReturn(): void {
    const { args } = this.spec;
    for (let i = 0; i < this.text.length; i++) {
      const arg = args[i];
      if (arg && typeof arg !== "function") this.text[i] = arg.decode(this, i);
    }
  }
}

const NOTHING = new Kept();

/** The first bytes at an address, for the event. */
export function previewAt(call: Call, address: number, length: number): { preview?: string } {
  const bytes = length > 0 ? readBytes(call.tid, address, Math.min(length, PREVIEW)) : undefined;
  return bytes ? { preview: preview(bytes) } : {};
}

/** Marks an argument as filled in by the kernel. */
export function out(name: string, decode: Arg): OutArg {
  const shown: Arg = (call, i) => (call.size(i) === 0 ? "NULL" : decode(call, i));
  if (decode.fetch) shown.fetch = decode.fetch;
  return { out: name, decode: shown };
}
