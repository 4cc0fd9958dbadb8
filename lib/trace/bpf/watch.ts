/**
 * The programs at work: maps made, programs loaded and attached, records read from the ring as they come.
 *
 * @module
 */
import { Block, libc, usable } from "../../ffi/mod.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import type { KnownCall } from "../decode/table.ts";
import { KernelTypes } from "./btf.ts";
import { attach, KernelMap, loadProgram, MAP, misses } from "./kernel.ts";
import { callCount, wantedBytes } from "./orders.ts";
import { ROOM } from "./pieces.ts";
import { programs } from "./programs.ts";
import { IN_CALL, WANTED } from "./records.ts";

const PAGE = 4096;
const RING = 1 << 25;
const MOST_PROCESSES = 1 << 15;
const MOST_CALLS = 1 << 15;
const PROT_READ = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const BUSY = 0x80000000;
const DISCARDED = 0x40000000;
const LENGTH = 0x3fffffff;
const RECORD_HEAD = 8;

/** A call that has not returned. */
export interface InCall {
  pid: number;
  tid: number;
  number: number;
  words: Int32Array;
  /** Nanoseconds of CLOCK_MONOTONIC at its entry. */
  at: number;
}

export class Watch {
  readonly #watched = new KernelMap(MAP.hash, 4, 8, MOST_PROCESSES);
  readonly #inCall = new KernelMap(MAP.hash, 8, IN_CALL.size, MOST_CALLS);
  readonly #lost = new KernelMap(MAP.array, 4, 8, 1);
  readonly #wanted: KernelMap;
  readonly #ring = new KernelMap(MAP.ring, 0, 0, RING);
  readonly #fds: number[] = [];
  readonly #programs: number[] = [];
  readonly #consumer: Block;
  readonly #data: Block;
  readonly #mapped: { address: number; length: number; buffer: ArrayBuffer }[] = [];
  #at = 0;
  #seen = 0;

  /** Watches nobody yet. `calls`: the calls of interest, by number. */
  constructor(calls: Iterable<readonly [number: number, call: KnownCall]>) {
    this.#wanted = new KernelMap(MAP.array, 4, WANTED.size, callCount());
    let any = false;
    for (const [number, call] of calls) {
      this.#wanted.set(number, 0, wantedBytes(number, call));
      any = true;
    }
    this.#consumer = this.#map(PAGE, PROT_READ_WRITE, 0);
    this.#data = this.#map(PAGE + 2 * RING, PROT_READ, PAGE);
    try {
      this.#attach(any);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #attach(calls: boolean): void {
    const room = (): number => {
      const map = new KernelMap(MAP.perProcessorArray, 4, ROOM, 1);
      this.#fds.push(map.fd);
      return map.fd;
    };
    const maps = { watched: this.#watched.fd, inCall: this.#inCall.fd, wanted: this.#wanted.fd, ring: this.#ring.fd, lost: this.#lost.fd };
    const rooms = { returned: room(), forked: room(), executed: room(), ended: room(), delivered: room(), generated: room() };
    const loaded = programs(maps, rooms, KernelTypes.ofThisKernel(), calls).map(({ tracepoint, code }) => {
      const program = loadProgram(tracepoint, code);
      this.#programs.push(program);
      return { tracepoint, program };
    });
    for (const { tracepoint, program } of loaded) this.#fds.push(attach(tracepoint, program));
  }

  #map(length: number, protection: number, offset: number): Block {
    const address = ipcFunctions().mmap(0, length, protection, MAP_SHARED, this.#ring.fd, offset);
    const buffer = usable().memory(address, length);
    this.#mapped.push({ address, length, buffer });
    return new Block(new DataView(buffer), address);
  }

  add(pid: number): void {
    this.#watched.set(pid, 0, ONE);
  }

  /** Sleeps until a record comes, or this long. */
  wait(milliseconds: number): void {
    libc().usleep(1000 * milliseconds);
  }

  /** How much of the ring is taken by records not read yet: 0 to 1. */
  get fill(): number {
    return (this.#data.u64(0) - this.#at) / RING;
  }

  /** Hands over every record there is, in order; a block is valid during the call alone. False: there was none. */
  drain(take: (record: Block) => void): boolean {
    const data = this.#data;
    const end = data.u64(0);
    const any = this.#at < end;
    while (this.#at < end) {
      const at = PAGE + (this.#at % RING);
      const head = data.u32(at);
      if (head & BUSY) break;
      const length = head & LENGTH;
      if (!(head & DISCARDED)) take(new Block(data.view, data.address, at + RECORD_HEAD, length));
      this.#at += (length + RECORD_HEAD + 7) & ~7;
    }
    this.#consumer.setU64(0, this.#at);
    return any;
  }

  /** Records lost since the last call. */
  lost(): number {
    const now = (this.#lost.get(0)?.u64(0) ?? 0) + this.#programs.reduce((sum, program) => sum + misses(program), 0);
    const more = now - this.#seen;
    this.#seen = now;
    return more;
  }

  /** Calls that have not returned. */
  inCall(): InCall[] {
    const found: InCall[] = [];
    for (const { low, high } of this.#inCall.keys()) {
      const value = this.#inCall.get(low, high);
      if (!value) continue;
      const words = new Int32Array(16);
      for (let i = 0; i < words.length; i++) words[i] = value.i32(IN_CALL.words + 4 * i);
      found.push({ pid: high, tid: low, number: value.u64(IN_CALL.number), words, at: value.u64(IN_CALL.entered) });
    }
    return found;
  }

  /** A thread's number is no more, and its call with it. */
  forget(tid: number, pid: number): void {
    this.#inCall.delete(tid, pid);
  }

  close(): void {
    for (const fd of [...this.#fds, ...this.#programs, this.#watched.fd, this.#inCall.fd, this.#lost.fd, this.#wanted.fd, this.#ring.fd]) libc().close(fd);
    for (const { address, length, buffer } of this.#mapped.splice(0)) {
      structuredClone(buffer, { transfer: [buffer] });
      ipcFunctions().munmap(address, length);
    }
  }
}

const ONE = new Uint8Array(8).fill(1, 0, 1);
