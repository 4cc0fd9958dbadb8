/**
 * Checks of arguments, made before the call. Every refusal reads `Cannot <call>: <argument> is <value>, must be <limit>`
 * and carries the `code` that Node gives to its like.
 *
 * @module
 */

/** `code` of an error about an argument. */
export type ArgumentCode = "ERR_INVALID_ARG_TYPE" | "ERR_INVALID_ARG_VALUE" | "ERR_OUT_OF_RANGE";

const MAX_FD = 0x7fffffff;
const MAX_ENTRIES = 1 << 24; // a list of holes costs nothing to make and minutes to walk
const MAX_PID = 0x7fffffff;
const MAX_ARG = 131071; // MAX_ARG_STRLEN less the NUL, execve(2)

/** A TypeError: the argument is of the wrong type. */
export function wrongType(call: string, name: string, value: unknown, limit: string): TypeError {
  return coded(new TypeError(refusal(call, name, value, limit)), "ERR_INVALID_ARG_TYPE");
}

/** A TypeError: the type is right, the content can never be. */
export function wrongValue(call: string, name: string, value: unknown, limit: string): TypeError {
  return coded(new TypeError(refusal(call, name, value, limit)), "ERR_INVALID_ARG_VALUE");
}

/** A RangeError: a number outside its range. */
export function outOfRange(call: string, name: string, value: unknown, limit: string): RangeError {
  return coded(new RangeError(refusal(call, name, value, limit)), "ERR_OUT_OF_RANGE");
}

/** A RangeError: a text or list that is too short or too long; `size` says how long in words ("140 bytes"). */
export function wrongSize(call: string, name: string, size: string, limit: string): RangeError {
  return coded(new RangeError(`Cannot ${call}: ${name} has ${size}, must have ${limit}`), "ERR_OUT_OF_RANGE");
}

/** An integer from `min` to `max`; -0, which not every FFI takes, is refused where no negative number may stand, and given back as 0 elsewhere. */
export function checkInteger(call: string, name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== "number") throw wrongType(call, name, value, integerLimit(min, max));
  if (!Number.isInteger(value) || value < min || value > max || (min >= 0 && Object.is(value, -0))) throw outOfRange(call, name, value, integerLimit(min, max));
  return value + 0;
}

function integerLimit(min: number, max: number): string {
  return `an integer from ${min} to ${max}`;
}

/** A descriptor number. Whether it is open is for the kernel to say (EBADF). */
export function checkFd(call: string, value: unknown, name = "fd"): number {
  return checkInteger(call, name, value, 0, MAX_FD);
}

/** The number of one process. */
export function checkPid(call: string, value: unknown, name = "pid"): number {
  return checkInteger(call, name, value, 1, MAX_PID);
}

/** A set of flags: none outside `allowed`. */
export function checkFlags(call: string, name: string, value: unknown, allowed: number): number {
  const bits = checkInteger(call, name, value, 0, 0xffffffff);
  if ((bits & ~allowed) !== 0) throw outOfRange(call, name, bits, `a set of the flags in ${allowed >>> 0}`);
  return bits;
}

/** A text C can take: no NUL, no lone surrogate, at most `max` bytes in UTF-8. */
export function checkString(call: string, value: unknown, name = "path", max = MAX_ARG): string {
  if (typeof value !== "string") throw wrongType(call, name, value, "a string");
  if (value.includes("\0")) throw wrongValue(call, name, value, "without NUL bytes");
  if (/\p{Surrogate}/u.test(value)) throw wrongValue(call, name, value, "without lone surrogates");
  const length = byteLength(value);
  if (length > max) throw wrongSize(call, name, `${length} bytes`, `at most ${max}`);
  return value;
}

/** A list of texts C can take, of at least `least` entries. */
export function checkStrings(call: string, value: unknown, name: string, least = 0): string[] {
  if (!Array.isArray(value)) throw wrongType(call, name, value, "an array of strings");
  if (value.length < least) throw wrongSize(call, name, `${value.length} entries`, `at least ${least}`);
  return Array.from(value, (entry: unknown, i) => checkString(call, entry, `${name}[${i}]`)); // a hole is an entry too
}

/** A list of anything; a hole is an entry too. */
export function checkArray<T>(call: string, value: readonly T[], name: string): T[] {
  if (!Array.isArray(value)) throw wrongType(call, name, value, "an array");
  if (value.length > MAX_ENTRIES) throw wrongSize(call, name, `${value.length} entries`, `at most ${MAX_ENTRIES}`);
  return Array.from(value);
}

/** An object that is no array. */
export function checkObject(call: string, value: unknown, name: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(call, name, value, "an object");
}

/** A value of an options object, or undefined; anything but an object is refused. */
export function checkOptions(call: string, value: unknown): void {
  if (value !== undefined) checkObject(call, value, "options");
}

/** A function. */
export function checkFunction(call: string, value: unknown, name: string): void {
  if (typeof value !== "function") throw wrongType(call, name, value, "a function");
}

/** Bytes a text takes in UTF-8. */
function byteLength(text: string): number {
  return encoder.encode(text).length;
}

const encoder = new TextEncoder();

function refusal(call: string, name: string, value: unknown, limit: string): string {
  return `Cannot ${call}: ${name} is ${shown(value)}, must be ${limit}`;
}

/** A value as it stands in a message: short and on one line. */
function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "function") return "a function";
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

function coded<E extends Error>(error: E, code: ArgumentCode): E & { code: ArgumentCode } {
  return Object.assign(error, { code });
}
