/** The bytes that pass, of whom they are asked for and up to limits: read while the thread that moved them is held. @module */
import { fdLink } from "../core/proc/fd.ts";
import type { Op } from "../model/event.ts";
import type { Piece } from "./decode/call.ts";
import { quietly } from "./quietly.ts";
import { readBytes } from "./tracee_memory.ts";
import type { DataOptions } from "./types.ts";

/** Bytes that one read of a process's memory gives at most, and that become one text at a time. */
const CHUNK = 1 << 16;
const AT_ONCE = 1 << 13;

export class DataKeeper {
  readonly #options: DataOptions;
  readonly #all: boolean;
  /** Bytes kept so far, by what the descriptor names. */
  readonly #kept = new Map<string, number>();

  constructor(options: DataOptions) {
    this.#options = options;
    this.#all = options.of.includes("all");
  }

  /** Puts what a call moved into its op, if it is asked for. */
  keep(pid: number, tid: number, op: Op, pieces: readonly Piece[]): void {
    if (!("bytes" in op) || op.bytes <= 0 || pieces.length === 0) return;
    const link = quietly(() => fdLink(pid, op.fd));
    if (link === undefined || !this.#wants(op.fd, link)) return;
    const { perCall, perStream } = this.#options;
    const kept = this.#kept.get(link) ?? 0;
    const data = readData(tid, pieces, Math.min(op.bytes, perCall, perStream - kept));
    this.#kept.set(link, kept + data.length);
    op.data = data;
  }

  #wants(fd: number, link: string): boolean {
    return this.#all || this.#options.of.some((word) => isNamed(word, fd, link));
  }
}

/** A number names a descriptor, a kind all of its kind, a folder what is in it, anything else what /proc shows for the descriptor. */
function isNamed(word: string, fd: number, link: string): boolean {
  if (/^\d+$/.test(word)) return Number(word) === fd;
  if (word === "pipe" || word === "socket") return link.startsWith(`${word}:`);
  if (word === "file") return link.startsWith("/");
  return word.endsWith("/") ? link.startsWith(word) : link === word;
}

/** The first `most` bytes of pieces, one character each; fewer where memory ends. */
function readData(tid: number, pieces: readonly Piece[], most: number): string {
  let text = "";
  for (const { base, length } of pieces) {
    for (let done = 0; done < length && text.length < most; ) {
      const bytes = readBytes(tid, base + done, Math.min(CHUNK, length - done, most - text.length));
      if (!bytes || bytes.length === 0) return text;
      text += characters(bytes);
      done += bytes.length;
    }
  }
  return text;
}

function characters(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return text;
}
