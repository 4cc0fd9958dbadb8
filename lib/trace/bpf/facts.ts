/** What the kernel noted of descriptors when a call returned, as the facts that decoding asks for. @module */
import type { Block } from "../../ffi/mod.ts";
import { S_IFMT } from "../../ffi/constants/file.ts";
import type { FdFacts } from "../../model/event.ts";
import { type Facts, type Position, typeOf, UNIX_TYPES } from "../facts.ts";
import { setMembers } from "../signal_set.ts";
import type { Kept } from "../tracee_memory.ts";
import { DESCRIPTOR, PIECE, PIECE_KIND } from "./records.ts";

const O_CLOEXEC = 0o2000000;
const AF_UNIX = 1;
/** Device numbers inside the kernel: 20 bits of minor. */
const MINOR_BITS = 20;
const FAMILY_LENGTH = 2;
const TYPES = new Map([["file", true], ["block", true]]);
const decoder = new TextDecoder();

/** Of one record at a time: {@linkcode take} it, then ask. What it does not hold is unknown. */
export class NotedFacts implements Facts {
  /** Domain and type of sockets by inode, as their socket call named them. */
  readonly #sockets = new Map<string, string>();
  readonly #descriptors = new Map<number, FdFacts>();
  #cwd: string | undefined;
  #blocked: number[] | undefined;
  /** Of an exec: its program, and its arguments. */
  program: string | undefined;
  argv: string[] = [];

  /** Reads the pieces of a record from an offset on; memory goes to `kept`. */
  take(record: Block, from: number, kept: Kept): void {
    this.#descriptors.clear();
    this.#cwd = undefined;
    this.#blocked = undefined;
    this.program = undefined;
    this.argv = [];
    for (let at = from; at + PIECE.size <= record.length; ) {
      const length = record.u32(at + PIECE.length);
      this.#piece(record, at, length, kept);
      at += PIECE.size + ((length + 7) & ~7);
    }
  }

  #piece(record: Block, at: number, length: number, kept: Kept): void {
    const data = at + PIECE.size;
    const bytes = record.bytes.subarray(data, data + length);
    switch (record.u32(at + PIECE.kind)) {
      case PIECE_KIND.memory: return kept.put(record.u64(at + PIECE.about), bytes);
      case PIECE_KIND.descriptor: return void this.#descriptors.set(record.u32(at + PIECE.about), describe(record.u32(at + PIECE.about), record, data, bytes.subarray(DESCRIPTOR.names)));
      case PIECE_KIND.directory: return void (this.#cwd = pathOf(bytes));
      case PIECE_KIND.mask: return void (this.#blocked = setMembers(record.u32(data), record.u32(data + 4)));
      case PIECE_KIND.program: return void (this.program = pathOf(bytes));
      case PIECE_KIND.arguments: return void (this.argv = decoder.decode(bytes).split("\0").slice(0, -1));
    }
  }

  fd(_pid: number, fd: number, socket?: string): FdFacts | undefined {
    const facts = this.#descriptors.get(fd);
    if (facts?.type !== "socket") return facts;
    if (socket !== undefined) this.#sockets.set(facts.inode, socket);
    const name = this.#sockets.get(facts.inode) ?? facts.socket;
    return name === undefined ? facts : { ...facts, socket: name };
  }

  position(_pid: number, fd: number): Position | undefined {
    const facts = this.#withOffset(fd);
    return facts && { pos: facts.pos, size: facts.size ?? 0 };
  }

  offset(_pid: number, fd: number): number | undefined {
    return this.#withOffset(fd)?.pos;
  }

  peer(pid: number, fd: number): string | undefined {
    return this.fd(pid, fd)?.peer;
  }

  socketName(pid: number, fd: number): string | undefined {
    return this.fd(pid, fd)?.socket;
  }

  pidOf(): undefined {
    return undefined;
  }

  cwd(): string | undefined {
    return this.#cwd;
  }

  name(): undefined {
    return undefined;
  }

  blocked(): number[] | undefined {
    return this.#blocked;
  }

  #withOffset(fd: number): FdFacts | undefined {
    const facts = this.#descriptors.get(fd);
    return facts && TYPES.has(facts.type) ? facts : undefined;
  }
}

function describe(fd: number, record: Block, at: number, names: Uint8Array): FdFacts {
  const mode = record.u32(at + DESCRIPTOR.mode);
  const inode = record.u64(at + DESCRIPTOR.inode);
  const link = linkOf(mode, inode, names, record.u32(at + DESCRIPTOR.unlinked) === 1);
  const type = typeOf(mode, link);
  const dev = deviceOf(record.u32(at + DESCRIPTOR.device));
  const facts: FdFacts = {
    fd, link, inode: `${dev}:${inode}`, type, flags: record.u32(at + DESCRIPTOR.flags) & ~O_CLOEXEC, cloexec: record.u32(at + DESCRIPTOR.cloexec) === 1,
    pos: TYPES.has(type) ? record.u64(at + DESCRIPTOR.offset) : 0,
  };
  if (type === "file") facts.size = record.u64(at + DESCRIPTOR.size);
  if (type === "socket") socketOf(facts, record, at, dev);
  return facts;
}

function socketOf(facts: FdFacts, record: Block, at: number, dev: number): void {
  if (record.u32(at + DESCRIPTOR.family) !== AF_UNIX) return;
  const name = UNIX_TYPES.get(record.u32(at + DESCRIPTOR.type));
  if (name !== undefined) facts.socket = name;
  const peer = record.u64(at + DESCRIPTOR.peer);
  if (peer > 0) facts.peer = `${dev}:${peer}`;
  const length = record.u32(at + DESCRIPTOR.addressLength) - FAMILY_LENGTH;
  if (length > 0) facts.address = unixAddress(record.bytes.subarray(at + DESCRIPTOR.address + FAMILY_LENGTH, at + DESCRIPTOR.address + FAMILY_LENGTH + length));
}

function unixAddress(bytes: Uint8Array): string {
  if (bytes[0] === 0) return `@${decoder.decode(bytes.subarray(1))}`;
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** As stat(2) gives it. */
function deviceOf(kernel: number): number {
  const minor = kernel & ((1 << MINOR_BITS) - 1);
  return (minor & 0xff) + ((kernel >>> MINOR_BITS) << 8) + (minor >>> 8) * 2 ** 20;
}

const S_IFIFO = 0o010000;
const S_IFSOCK = 0o140000;

/** As the link in /proc/pid/fd reads. */
function linkOf(mode: number, inode: number, names: Uint8Array, unlinked: boolean): string {
  if ((mode & S_IFMT) === S_IFSOCK) return `socket:[${inode}]`;
  const path = pathOf(names);
  if ((mode & S_IFMT) === S_IFIFO && path === "/") return `pipe:[${inode}]`;
  if ((mode & S_IFMT) === 0) return `anon_inode:${path.slice(1)}`;
  return unlinked ? `${path} (deleted)` : path;
}

/** Names stand from the last one up, each ending with NUL. */
function pathOf(names: Uint8Array): string {
  return `/${decoder.decode(names).split("\0").filter(Boolean).reverse().join("/")}`;
}
