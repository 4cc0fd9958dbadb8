/** One system call of one thread, from entry to return. @module */
import type { Op, WaitsOn } from "../../model/event.ts";
import type { Facts } from "../facts.ts";
import { Kept, readBytes, showing } from "../tracee_memory.ts";
import { preview, PREVIEW } from "./text.ts";

/** Decodes argument `i` for reading; undefined: this call has neither it nor those behind it. */
export interface Arg {
  (call: Call, i: number): string | undefined;
  /** Fetches the memory that decoding reads, where that is done later. */
  fetch?: (call: Call, i: number, into: Kept) => void;
  /** It follows pointers within what it reads: it must be decoded while the thread is held. */
  now?: true;
  /** The kernel fills it in: how it reads once the call has returned with success. */
  after?: Arg;
}

export interface CallSpec extends Deed {
  /** Its arguments are decoded after the thread has gone on: all memory they read is fetched before. */
  later: boolean;
  args: readonly Arg[];
  /** What the result means, beside its number. */
  note?: Arg;
}

/** What a call does, as far as the model is concerned. */
export interface Deed {
  /** Other arguments than those of its signature. */
  args?: readonly Arg[];
  /** Decoded while the thread is held, although it need not be: its text is asked for before the call returns. */
  atOnce?: true;
  /** Reads at entry what may be gone or changed at exit. */
  entry?: (call: Call) => void;
  /** What a successful call did. */
  op?: (call: Call) => Op | undefined;
  /** Where the bytes lie that moved, the beginning of which goes into the op. */
  moved?: (call: Call) => readonly Piece[];
  /** What else it did: at the other descriptor of a call that moves data between two, or the further messages of one that moves many. */
  also?: (call: Call) => Also[];
  /** What a sleeping call waits for. */
  on?: (call: Call) => WaitsOn | undefined;
  /** The result says nothing (rt_sigreturn restores a register). */
  noResult?: true;
  /** It may sleep uninterruptibly while its child runs (vfork). */
  vfork?: (call: Call) => boolean;
}

/** A further thing that a call did, and where the bytes lie that moved then. */
export interface Also {
  op: Op;
  moved?: readonly Piece[];
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
  readonly facts: Facts;
  /** Decoded arguments. */
  readonly text: string[] = [];
  /** What the result means, beside its number. */
  note: string | undefined;
  /** What the spec kept at entry. */
  kept: unknown;
  ret = 0;
  returned = false;
  /** A signal interrupted it, which was told. */
  restartTold = false;
  /** Fetched at entry, and at return. */
  #before: Kept | undefined;
  #after: Kept | undefined;
  readonly #words: Int32Array;

  constructor(name: string, number: number, spec: CallSpec, task: { pid: number; tid: number }, at: number, words: Int32Array, facts: Facts) {
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

  /** The rest of this call under the name by which the kernel goes on with it. */
  resumed(name: string, number: number, at: number): Call {
    const spec = name === this.name ? this.spec : { ...this.spec, args: [() => `<... resuming interrupted ${this.name} ...>`], entry: () => {} };
    const call = new Call(name, number, spec, { pid: this.pid, tid: this.tid }, at, this.#words, this.facts);
    call.kept = this.kept;
    return call;
  }

  /** The same call again, as the kernel restarts one that a signal interrupted. */
  repeats(number: number, words: Int32Array): boolean {
    return this.number === number && this.#words.every((word, i) => word === words[i]);
  }

  /** At entry: takes from the process what is needed to show the call. True: {@linkcode showEntry} is due. */
  enter(): boolean {
    const { args, later, entry } = this.spec;
    if (later) {
      for (let i = 0; i < args.length; i++) args[i]?.fetch?.(this, i, (this.#before ??= new Kept()));
    } else this.#decodeEntry();
    entry?.(this);
    return later;
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
    const { args, later, moved, note } = this.spec;
    if (!later) {
      this.#decodeReturn();
      return false;
    }
    for (let i = 0; i < args.length; i++) args[i]?.after?.fetch?.(this, i, (this.#after ??= new Kept()));
    note?.fetch?.(this, 0, (this.#after ??= new Kept()));
    const piece = moved?.(this)[0];
    if (piece) (this.#after ??= new Kept()).fetch(this.tid, piece.base, Math.min(piece.length, PREVIEW));
    return true;
  }

  /** Decodes what the kernel filled in; `op` gets the beginning of what moved. */
  showReturn(op?: Op): void {
    showing(this.#after ?? NOTHING, () => {
      this.#decodeReturn();
      const piece = op && this.spec.moved?.(this)[0];
      if (piece && "bytes" in op) Object.assign(op, previewAt(this, piece.base, piece.length));
    });
  }

  /** Perhaps after it has returned: decoding sees the call as it was. */
  #decodeEntry(): void {
    const { args } = this.spec;
    const { returned } = this;
    this.returned = false;
    for (let i = 0; i < args.length; i++) {
      const text = args[i]?.(this, i);
      if (text === undefined) break;
      this.text[i] = text;
    }
    this.returned = returned;
  }

  #decodeReturn(): void {
    const { args, note } = this.spec;
    for (let i = 0; i < this.text.length; i++) {
      const text = args[i]?.after?.(this, i);
      if (text !== undefined) this.text[i] = text;
    }
    this.note = note?.(this, 0);
  }
}

const NOTHING = new Kept();

/** The first bytes at an address, for the event. */
export function previewAt(call: Call, address: number, length: number): { preview?: string } {
  const bytes = length > 0 ? readBytes(call.tid, address, Math.min(length, PREVIEW)) : undefined;
  return bytes ? { preview: preview(bytes) } : {};
}

/** Marks an argument as filled in by the kernel: shown by name, or as `before` says, until the call has returned with success. */
export function out(name: string, decode: Arg, before: Arg = () => `&${name}`): Arg {
  const after: Arg = (call, i) => (call.size(i) === 0 ? "NULL" : decode(call, i));
  if (decode.fetch) after.fetch = decode.fetch;
  const arg: Arg = (call, i) => (call.size(i) === 0 ? "NULL" : before(call, i));
  if (before.fetch) arg.fetch = before.fetch;
  return Object.assign(arg, { after }, decode.now || before.now ? { now: true as const } : {});
}
