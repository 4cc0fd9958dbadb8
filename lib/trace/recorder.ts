/** Writes a recording while it happens: whole lines, appended, so that it is readable whatever ends the writer. @module */
import { errno, errnoCode, ERRNO, libc, scratch } from "../ffi/mod.ts";
import type { Event, RecordingHeader } from "../model/event.ts";
import { encodeEvent, encodeHeader } from "../model/recording.ts";
import { TraceError } from "./types.ts";

const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_CLOEXEC = 0o2000000;
const FULL = 1 << 16;
const encoder = new TextEncoder();

export class Recorder {
  readonly #fd: number;
  readonly #path: string;
  #waiting: string[] = [];
  #length = 0;

  /** Begins a recording; a file of this name is replaced. */
  constructor(path: string, header: RecordingHeader) {
    using room = scratch();
    this.#path = path;
    this.#fd = libc().open(room.string(path), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600);
    if (this.#fd < 0) throw new TraceError({ call: "open", errno: errnoCode(errno()), message: `write the recording ${path}: ${errnoCode(errno())}` });
    this.#add(encodeHeader(header));
    this.flush();
  }

  add(event: Event): void {
    this.#add(encodeEvent(event));
    if (this.#length >= FULL) this.flush();
  }

  /** Writes what there is; one write holds whole lines. */
  flush(): void {
    if (this.#length === 0) return;
    let bytes = encoder.encode(this.#waiting.join(""));
    this.#waiting = [];
    this.#length = 0;
    while (bytes.length > 0) {
      const count = libc().write(this.#fd, bytes, bytes.length);
      if (count < 0 && errno() === ERRNO.EINTR) continue;
      if (count < 0) throw new TraceError({ call: "write", errno: errnoCode(errno()), message: `write the recording ${this.#path}: ${errnoCode(errno())}` });
      bytes = bytes.slice(count);
    }
  }

  close(): void {
    this.flush();
    libc().close(this.#fd);
  }

  #add(line: string): void {
    this.#waiting.push(line);
    this.#length += line.length;
  }
}
