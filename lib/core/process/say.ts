/** Writing to descriptor 2 without the runtime's streams. @module */
import { libc } from "../../ffi/mod.ts";

const encoder = new TextEncoder();

/** Writes a line to standard error; a failure to do so is of no consequence. */
export function say(line: string): void {
  const bytes = encoder.encode(`${line}\n`);
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.subarray(done);
    const written = libc().write(2, rest, rest.length);
    if (written <= 0) return;
    done += written;
  }
}
