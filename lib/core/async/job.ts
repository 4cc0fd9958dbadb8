/**
 * Job blocks: what a call thread and this one share. See lib/ffi/native/call_thread/x86_64.s for the other side.
 *
 * They lie in mapped memory, which outlives whatever happens to a JavaScript heap.
 *
 * @module
 */
import { MAP_ANONYMOUS, PROT_READ, PROT_WRITE } from "../../ffi/constants/ipc.ts";
import { FUTEX_WAKE_PRIVATE, MAP_PRIVATE } from "../../ffi/constants/memory.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { Block, check, libc, plainLibc, usable } from "../../ffi/mod.ts";
import { nativeFunctions } from "../../ffi/native/functions.ts";

/** What a block says of its thread. */
export const STATE = { idle: 0, run: 1, done: 2, quit: 3, gone: 4 } as const;

const SIZE = 128;
const CHUNK = 65536;
const AT = { state: 0, aborted: 4, tid: 8, number: 16, args: 24, result: 72, cookie: 80, callback: 88, gate: 96, worker: 104, pid: 108 };
const EVERYONE = 0x7fffffff;
const FUTEX = syscallNumber("futex");

let room: { block: Block; used: number } | undefined;

/** Memory that stays for the life of the process, zeroed. */
export function mapped(length: number): Block {
  const address = check(nativeFunctions().mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), "mmap", [length]);
  return new Block(new Uint8Array(usable().memory(address, length)), address);
}

/** The next piece of such memory. */
function take(): Block {
  if (!room || room.used === CHUNK) room = { block: mapped(CHUNK), used: 0 };
  const start = room.used;
  room.used += SIZE;
  return new Block(room.block.bytes.subarray(start, start + SIZE), room.block.address + start);
}

/** A 32-bit word that threads wait on by futex(2). */
class Word {
  readonly #cell: Int32Array<ArrayBuffer>;
  readonly address: number;

  constructor(block: Block, offset: number) {
    this.#cell = new Int32Array(block.bytes.buffer as ArrayBuffer, block.bytes.byteOffset + offset, 1);
    this.address = block.address + offset;
  }

  get value(): number {
    return Atomics.load(this.#cell, 0);
  }
  set value(value: number) {
    Atomics.store(this.#cell, 0, value);
  }
  wake(): void {
    plainLibc().syscall(FUTEX, this.address, FUTEX_WAKE_PRIVATE, EVERYONE, 0, 0, 0);
  }
}

/** What the gate says: open, closed for the length of a fork, closed for good. */
export const GATE = { open: 0, closed: 1, ended: 2 } as const;

let gate: { word: Word; staying: Word } | undefined;

function theGate(): { word: Word; staying: Word } {
  if (gate) return gate;
  const block = take();
  return (gate = { word: new Word(block, 0), staying: new Word(block, 4) });
}

/** While its value is not 0, no call thread calls back. */
export function gateWord(): Word {
  return theGate().word;
}

/** How many threads will not leave the handler that interrupted them. */
export function staying(): Word {
  return theGate().staying;
}

/** A block, and what is said and read through it. */
export class Job {
  readonly address: number;
  readonly #block: Block;
  readonly #state: Word;
  readonly #aborted: Word;

  constructor(cookie: number, callback: number) {
    this.#block = take();
    this.address = this.#block.address;
    this.#state = new Word(this.#block, AT.state);
    this.#aborted = new Word(this.#block, AT.aborted);
    this.#block.setU64(AT.cookie, cookie);
    this.#block.setU64(AT.callback, callback);
    this.#block.setU64(AT.gate, gateWord().address);
    const { getpid, gettid } = libc();
    this.#block.setI32(AT.worker, gettid() === getpid() ? 0 : gettid());
    this.#block.setI32(AT.pid, getpid());
  }

  get state(): number {
    return this.#state.value;
  }
  /** The thread's id; 0 until it has begun. */
  get tid(): number {
    return this.#block.i32(AT.tid);
  }
  /** What the kernel answered: from -4095 to -1 an errno. */
  get result(): number {
    return this.#block.i64(AT.result);
  }

  /** For a new thread. */
  reset(): void {
    this.#block.setI32(AT.tid, 0);
    this.#state.value = STATE.idle;
  }

  /** Has the thread make a call. */
  run(number: number, args: readonly number[]): void {
    this.#block.setU64(AT.number, number);
    for (let i = 0; i < 6; i++) this.#block.setU64(AT.args + 8 * i, args[i] ?? 0);
    this.#aborted.value = 0;
    this.#say(STATE.run);
  }

  /** A call that the thread has not made yet will not be made. */
  abort(): void {
    this.#aborted.value = 1;
  }

  /** Ends the thread. */
  quit(): void {
    this.#say(STATE.quit);
  }

  #say(state: number): void {
    this.#state.value = state;
    this.#state.wake();
  }
}
