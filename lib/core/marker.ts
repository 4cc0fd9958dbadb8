/**
 * Marks a program leaves for a tracer: a prctl(2) with an operation number the kernel does not know.
 * It fails with EINVAL and changes nothing; a tracer that stops at prctl reads its arguments.
 *
 * @module
 */
import { libc, scratch } from "../ffi/mod.ts";
import { checkInteger, checkString, wrongType, wrongValue } from "./validate.ts";

/**
 * The operation number of every mark: "FSCP" in ASCII. {@linkcode announceBegin} and the others make it.
 *
 * @see https://man7.org/linux/man-pages/man2/prctl.2.html
 */
export const MARK = 0x46534350;

/**
 * Second argument of the mark: what it says. Third and fourth are its operands.
 *
 * @example
 * ```ts
 * import { MARK, MARK_KIND } from "forkscope";
 * console.log(MARK_KIND.begin, MARK === 0x46534350); // 1 true
 * ```
 */
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

/**
 * True once {@linkcode announceBegin} was called; the other marks are made only then. A forked child inherits it. Never fails.
 *
 * @example
 * ```ts
 * import { announceBegin, isAnnouncing } from "forkscope";
 * console.log(isAnnouncing()); // false
 * announceBegin();
 * console.log(isAnnouncing()); // true
 * ```
 */
export function isAnnouncing(): boolean {
  return announcing;
}

/**
 * Says that the program proper begins. Never fails.
 *
 * @example
 * ```ts
 * import { announceBegin, isAnnouncing } from "forkscope";
 * announceBegin();
 * console.log(isAnnouncing()); // true
 * ```
 */
export function announceBegin(): void {
  announcing = true;
  mark(MARK_KIND.begin, 0, 0);
}

/**
 * Says which line of the source runs. Never fails.
 *
 * @example
 * ```ts
 * import { announceBegin, announceLine, getpid } from "forkscope";
 * announceBegin();
 * announceLine(4);
 * console.log(getpid() > 0); // true
 * ```
 */
export function announceLine(line: number): void {
  checkInteger("announceLine", "line", line, 0, Number.MAX_SAFE_INTEGER);
  if (announcing) mark(MARK_KIND.line, line, 0);
}

/**
 * Publishes an observation of the program itself, as JSON.
 *
 * @throws {TypeError} the value is no JSON
 * @example
 * ```ts
 * import { announceBegin, announceFact, getpid } from "forkscope";
 * announceBegin();
 * announceFact("who I am", getpid());
 * ```
 */
export function announceFact(name: string, value: unknown): void {
  checkString("announceFact", name, "name");
  if (!announcing) return;
  const bytes = encoder.encode(asJson(name, value));
  using room = scratch();
  const block = room.take(bytes.length);
  block.bytes.set(bytes);
  mark(MARK_KIND.fact, block.address, bytes.length);
}

/**
 * Says that the calls that follow are (or are no longer) the library's own housekeeping. Never fails.
 *
 * @example
 * ```ts
 * import { announceBegin, announceQuiet, getpid } from "forkscope";
 * announceBegin();
 * announceQuiet(true);
 * getpid(); // a tracer leaves it out
 * announceQuiet(false);
 * ```
 */
export function announceQuiet(on: boolean): void {
  if (typeof on !== "boolean") throw wrongType("announceQuiet", "on", on, "true or false");
  if (announcing) mark(MARK_KIND.quiet, on ? 1 : 0, 0);
}

function asJson(name: string, value: unknown): string {
  try {
    return JSON.stringify({ name, value });
  } catch (cause) {
    throw Object.assign(wrongValue("announceFact", "value", value, "what JSON can hold"), { cause });
  }
}

function mark(kind: number, a: number, b: number): void {
  libc().prctl(MARK, kind, a, b, 0);
}
