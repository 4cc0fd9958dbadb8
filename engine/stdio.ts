/**
 * Where a watched program's 0, 1 and 2 go when nobody reads them.
 *
 * @module
 */
import { O_RDWR, O_CLOEXEC, open } from "../lib/core/mod.ts";

let opened: number | undefined;

/** A descriptor of /dev/null. Opened through the library: Deno's own files have no kernel number. */
export function nullDevice(): number {
  return (opened ??= open("/dev/null", O_RDWR | O_CLOEXEC));
}
