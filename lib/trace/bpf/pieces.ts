/**
 * Parts of programs that several have: who is watched, a record in the making, pieces of memory appended to it.
 *
 * A record is put together in a room of its processor's own and sent whole. What changes from step to step (where the next piece goes,
 * which descriptors are left) is kept in that room too, not in registers: what is loaded from there is any number to the kernel's
 * verifier, so that paths through the program meet again and it is verified in little time.
 *
 * @module
 */
import { Assembler, HELPER, type Register } from "./asm.ts";
import type { KernelTypes } from "./btf.ts";
import { HEAD, MOST, PIECE, PIECE_KIND } from "./records.ts";

/** The room. */
export const ROOM = 8192;
/** A piece is begun only below this. */
export const FULL = 5500;
/** Behind the record: where the next piece goes, the piece's beginning, and what is kept meanwhile. */
export const KEPT = { at: 7000, length: 7008, argument: 7016, table: 7024, count: 7032, dentry: 7040, mount: 7048, message: 7056, descriptors: 7168 } as const;
/** Stack: what helpers fill. */
export const STACK = { key: -8, process: -16, word: -24, pointer: -32 } as const;
const NO_WAKEUP = 1;

/** A register that a base address may stand in: r1 is where a copy goes. */
export type Base = Exclude<Register, 1>;

export interface Maps {
  /** Processes watched. */
  watched: number;
  /** Calls in progress, by thread. */
  inCall: number;
  /** What to do at each call. */
  wanted: number;
  ring: number;
  lost: number;
}

/** A program in the making. r9 holds the room once {@linkcode room} was called. */
export class Program extends Assembler {
  readonly maps: Maps;
  readonly types: KernelTypes;

  constructor(maps: Maps, types: KernelTypes) {
    super();
    this.maps = maps;
    this.types = types;
  }

  /** Offset of a member in this kernel. */
  off(struct: string, member: string): number {
    return this.types.offset(struct, member);
  }

  /** Looks up a key on the stack; r0 is the value, or the program goes to `none`. */
  lookUp(map: number, key: number, none: string): void {
    this.map(1, map);
    this.move(2, 10);
    this.math("add", 2, key);
    this.help(HELPER.mapLookup);
    this.when(0, "eq", 0, none);
  }

  /** Goes to `none` unless the current process is watched. Thread and process stand on the stack afterwards, as a key. */
  onlyWatched(none: string): void {
    this.help(HELPER.currentPidTgid);
    this.store(8, 10, STACK.key, 0);
    this.math("shr", 0, 32);
    this.store(8, 10, STACK.process, 0);
    this.lookUp(this.maps.watched, STACK.process, none);
  }

  /** Keys on the stack: the current thread, its process. */
  readonly thread = STACK.key;
  readonly process = STACK.process;

  /** r9: this processor's room, with the head of a record of `size` bytes in it. */
  room(fd: number, kind: number, size: number, none: string): void {
    this.storeValue(4, 10, STACK.word, 0);
    this.lookUp(fd, STACK.word, none);
    this.move(9, 0);
    this.storeValue(8, 9, HEAD.kind, kind);
    this.help(HELPER.ktime);
    this.store(8, 9, HEAD.at, 0);
    this.help(HELPER.currentPidTgid);
    this.store(8, 9, HEAD.tid, 0);
    this.storeValue(8, 9, KEPT.at, size);
  }

  /** Sends the record; one for which the ring has no room is counted as lost. */
  send(): void {
    const sent = this.newLabel("sent");
    this.map(1, this.maps.ring);
    this.move(2, 9);
    this.load(8, 3, 9, KEPT.at);
    this.when(3, "above", ROOM - 1024, sent);
    this.set(4, NO_WAKEUP);
    this.help(HELPER.ringOutput);
    this.when(0, "eq", 0, sent);
    this.lose();
    this.label(sent);
  }

  /** One more was lost. */
  lose(): void {
    const none = this.newLabel("none");
    this.storeValue(4, 10, STACK.word, 0);
    this.lookUp(this.maps.lost, STACK.word, none);
    this.set(1, 1);
    this.atomicAdd(0, 0, 1);
    this.label(none);
  }

  /** Copies kernel memory to where r1 points. */
  copy(size: number, from: Base, offset: number): void {
    this.set(2, size);
    if (from !== 3) this.move(3, from);
    if (offset !== 0) this.math("add", 3, offset);
    this.help(HELPER.readKernel);
  }

  /** A number of kernel memory into a register; 0 where it cannot be read. */
  read(to: Register, from: Register, offset: number, size: 1 | 2 | 4 | 8 = 8): void {
    this.storeValue(8, 10, STACK.pointer, 0);
    this.move(3, from);
    this.move(1, 10);
    this.math("add", 1, STACK.pointer);
    this.copy(size, 3, offset);
    this.load(8, to, 10, STACK.pointer);
  }

  /** The same into the room. */
  keep(at: number, from: Base, offset: number, size: number): void {
    this.move(1, 9);
    this.math("add", 1, at);
    this.copy(size, from, offset);
  }

  /** r1: where the next piece goes; goes to `full` when the room is used up. */
  next(full: string): void {
    this.load(8, 1, 9, KEPT.at);
    this.when(1, "above", FULL, full);
    this.math("add", 1, { register: 9 });
  }

  /** Ends the piece at `at`, whose `KEPT.length` bytes are there, and makes room for the next. */
  close(kind: number, full: string): void {
    this.next(full);
    this.load(8, 2, 9, KEPT.length);
    this.math("and", 2, 0xfff);
    this.storeValue(4, 1, PIECE.kind, kind);
    this.store(4, 1, PIECE.length, 2);
    this.load(8, 3, 9, KEPT.argument);
    this.store(8, 1, PIECE.about, 3);
    this.math("add", 2, PIECE.size + 7);
    this.math("and", 2, ~7);
    this.load(8, 1, 9, KEPT.at);
    this.math("add", 1, { register: 2 });
    this.store(8, 9, KEPT.at, 1);
  }

  /** Appends memory of the process: address in KEPT.argument, length in KEPT.length. Nothing when it cannot be read. */
  memory(full: string, kind: number = PIECE_KIND.memory, most: number = MOST): void {
    const skip = this.newLabel("unread");
    this.load(8, 2, 9, KEPT.length);
    this.when(2, "eq", 0, skip);
    this.when(2, "above", most, skip);
    this.math("and", 2, 2 * most - 1);
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.load(8, 3, 9, KEPT.argument);
    this.when(3, "eq", 0, skip);
    this.help(HELPER.readUser);
    this.when(0, "notEq", 0, skip);
    this.close(kind, full);
    this.label(skip);
  }

  /** Appends a text that ends with NUL, or its beginning: address in KEPT.argument. */
  text(full: string): void {
    const skip = this.newLabel("unread");
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.set(2, MOST);
    this.load(8, 3, 9, KEPT.argument);
    this.when(3, "eq", 0, skip);
    this.help(HELPER.readUserString);
    this.when(0, "above", MOST, skip);
    this.store(8, 9, KEPT.length, 0);
    this.close(PIECE_KIND.memory, full);
    this.label(skip);
  }

  /** Appends a piece of kernel memory of a fixed size. */
  kernel(kind: number, from: Base, offset: number, size: number, full: string): void {
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.copy(size, from, offset);
    this.storeValue(8, 9, KEPT.length, size);
    this.storeValue(8, 9, KEPT.argument, 0);
    this.close(kind, full);
  }
}
