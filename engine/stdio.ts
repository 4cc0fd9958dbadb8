/**
 * Where a watched program's 0, 1 and 2 go when nobody reads them.
 *
 * @module
 */
import { close, open } from "../lib/core/fd/open.ts";
import { lseek, read } from "../lib/core/fd/io.ts";
import { O_CLOEXEC, O_RDWR, O_TMPFILE, SEEK_SET } from "../lib/ffi/constants/file.ts";
import { SystemError } from "../lib/ffi/mod.ts";

const MOST = 4096;
let opened: number | undefined;

/** A descriptor of /dev/null. Opened through the library: Deno's own files have no kernel number. */
export function nullDevice(): number {
  return (opened ??= open("/dev/null", O_RDWR | O_CLOEXEC));
}

/** A nameless file that keeps what a program writes; where there can be none it keeps nothing. */
export class Capture {
  readonly #file = temporaryFile();

  /** The descriptor to hand over. */
  get fd(): number {
    return this.#file ?? nullDevice();
  }

  /** What was written, its first bytes; then the file is gone. */
  take(): string {
    if (this.#file === undefined) return "";
    const bytes = new Uint8Array(new ArrayBuffer(MOST));
    lseek(this.#file, 0, SEEK_SET);
    const length = read(this.#file, bytes);
    close(this.#file);
    return new TextDecoder().decode(bytes.subarray(0, length)).trim();
  }
}

function temporaryFile(): number | undefined {
  try {
    return open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0o600);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
