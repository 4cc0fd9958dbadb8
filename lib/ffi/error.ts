/**
 * The one error a failed call throws.
 *
 * @module
 */
import { ERRNO, errnoCode, errnoMessage, type ErrnoCode } from "./errno.ts";

/**
 * A call to the system failed. `message` reads `openat("/nowhere"): ENOENT, No such file or directory`.
 *
 * @example
 * ```ts
 * import { close, SystemError } from "forkscope";
 * try {
 *   close(999);
 * } catch (error) {
 *   if (error instanceof SystemError) console.log(error.syscall, error.code, error.args[0]); // "close" "EBADF" 999
 * }
 * ```
 */
export class SystemError extends Error {
  /** "SystemError". */
  override readonly name = "SystemError";
  /** errno as a number: 2. */
  readonly errno: number;
  /** errno by name: "ENOENT". */
  readonly code: string;
  /** Name of the call: "openat". */
  readonly syscall: string;
  /** The arguments as the caller gave them. */
  readonly args: readonly unknown[];

  constructor(syscall: string, errno: number, args: readonly unknown[] = [], note?: string) {
    refuseNonsense(syscall, errno, args, note);
    super(`${syscall}(${Array.from(args, (one) => show(one)).join(", ")}): ${errnoCode(errno)}, ${note ?? errnoMessage(errno)}`);
    this.errno = errno;
    this.code = errnoCode(errno);
    this.syscall = syscall;
    this.args = args;
  }

  /** True when the errno has one of these names. */
  is(...codes: ErrnoCode[]): boolean {
    return codes.some((code) => typeof code === "string" && ERRNO[code] === this.errno);
  }
}

function refuseNonsense(syscall: unknown, errno: unknown, args: unknown, note: unknown): void {
  const rules = { syscall: [typeof syscall === "string", "a string"], errno: [typeof errno === "number", "a number"], args: [Array.isArray(args), "an array"], note: [note === undefined || typeof note === "string", "a string or left out"] } as const;
  for (const [name, [fits, limit]] of Object.entries(rules)) {
    if (!fits) throw Object.assign(new TypeError(`Cannot make a SystemError: ${name} is of the wrong type, must be ${limit}`), { code: "ERR_INVALID_ARG_TYPE" });
  }
}

/** An argument as it stands in an error message: short, quoted, never a dump. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(show).join(", ")}${value.length > 8 ? ", ..." : ""}]`;
  if (typeof value === "object" && value !== null) return "{...}";
  return String(value);
}
