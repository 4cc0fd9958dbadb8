/**
 * Words for a failure that has a limit behind it: which one, how high it is, and how it is raised.
 *
 * @module
 */
import { ERRNO, type ErrnoCode, errnoMessage, SystemError } from "../ffi/mod.ts";
import { ROOT, text } from "./proc/file.ts";

/** What to say of a failure by its name; nothing where it says undefined. Asked only when the call has failed. */
export type Notes = Readonly<Partial<Record<ErrnoCode, () => string | undefined>>>;

/** Runs `call`; its SystemError, where a note is for it, says more. */
export function explaining<T>(notes: Notes, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw explained(error, notes);
  }
}

/** The error, with its note. */
export function explained(error: unknown, notes: Notes): unknown {
  if (!(error instanceof SystemError)) return error;
  const [, say] = Object.entries(notes).find(([code]) => ERRNO[code as ErrnoCode] === error.errno) ?? [];
  const note = quietly(say);
  return note === undefined ? error : new SystemError(error.syscall, error.errno, error.args, `${errnoMessage(error.errno)}: ${note}`);
}

/** The numbers of a file of /proc/sys, such as "kernel/sem"; none where it cannot be read. */
export function tunable(name: string): number[] {
  return (quietly(() => text(ROOT, `/proc/sys/${name}`)) ?? "").trim().split(/\s+/).filter(Boolean).map(Number);
}

/** "kernel.msgmni is 3; sysctl -w kernel.msgmni=N raises it". */
export function raised(name: string): string {
  const dotted = name.replaceAll("/", ".");
  const values = tunable(name);
  const wanted = values.length > 1 ? `"${values.map(() => "N").join(" ")}"` : "N";
  return `${dotted} is ${values.join(" ") || "unknown"}; sysctl -w ${dotted}=${wanted} raises it`;
}

function quietly<T>(ask: (() => T) | undefined): T | undefined {
  try {
    return ask?.();
  } catch {
    return undefined;
  }
}
