/**
 * Marks a program leaves for a tracer: a prctl(2) with an operation number the kernel does not know.
 * It fails with EINVAL and changes nothing; a tracer that stops at prctl reads its arguments.
 *
 * @module
 */
import { libc, scratch } from "../ffi/mod.ts";

/** The operation number of every mark: "FSCP" in ASCII. */
export const MARK = 0x46534350;

/** Second argument of the mark: what it says. Third and fourth are its operands. */
export const MARK_KIND = {
  /** The story begins: what came before was start-up. */
  begin: 1,
  /** Operand: line of the story's source that runs now (1-based). */
  line: 2,
  /** Operands: address and length of UTF-8 JSON `{"name":..., "value":...}`. */
  fact: 3,
  /** Operand 1: what follows the library does for itself; 0: no longer. */
  quiet: 4,
} as const;

const encoder = new TextEncoder();
let announcing = false;

/** True once {@linkcode announceBegin} was called; the other marks are made only then. A forked child inherits it. */
export function isAnnouncing(): boolean {
  return announcing;
}

/** Says that the program proper begins. */
export function announceBegin(): void {
  announcing = true;
  mark(MARK_KIND.begin, 0, 0);
}

/** Says which line of the source runs. */
export function announceLine(line: number): void {
  if (announcing) mark(MARK_KIND.line, line, 0);
}

/** Publishes an observation of the program itself, as JSON. */
export function announceFact(name: string, value: unknown): void {
  if (!announcing) return;
  const bytes = encoder.encode(JSON.stringify({ name, value }));
  using room = scratch();
  const block = room.take(bytes.length);
  block.bytes.set(bytes);
  mark(MARK_KIND.fact, block.address, bytes.length);
}

/** Says that the calls that follow are (or are no longer) the library's own housekeeping. */
export function announceQuiet(on: boolean): void {
  if (announcing) mark(MARK_KIND.quiet, on ? 1 : 0, 0);
}

function mark(kind: number, a: number, b: number): void {
  libc().prctl(MARK, kind, a, b, 0);
}
