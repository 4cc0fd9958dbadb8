/** Writes a recording while it happens: whole frames, appended, so that it is readable whatever ends the writer. @module */
import { deflateRawSync } from "node:zlib";
import { errno, errnoCode, ERRNO, libc, scratch } from "../ffi/mod.ts";
import type { Event, RecordingHeader } from "../model/event.ts";
import { RecordingWriter } from "../model/recording_frames.ts";
import { TraceError } from "./types.ts";

const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_CLOEXEC = 0o2000000;
const SIGXFSZ = 25;
const SIG_IGN = 1;
/** Bytes, before compression, that are written without waiting for the next pause. */
const FULL = 1 << 16;
/** Compresses events to a quarter and takes a tenth of the time that packing them takes; higher levels gain little. */
const LEVEL = 1;

export class Recorder {
  /** Why nothing is written any more: the disk is full, a limit was met. What was written stays readable. */
  failure: TraceError | undefined;
  readonly #fd: number;
  readonly #path: string;
  readonly #writer: RecordingWriter;

  /** Begins a recording; a file of this name is replaced. */
  constructor(path: string, header: RecordingHeader) {
    using room = scratch();
    this.#path = path;
    this.#writer = new RecordingWriter(header, (bytes) => deflateRawSync(bytes, { level: LEVEL }));
    this.#fd = libc().open(room.string(path), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600);
    if (this.#fd < 0) throw this.#failed("open");
    libc().signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is met by EFBIG; the command gets the default action back
    this.#write(this.#writer.begin());
  }

  add(event: Event): void {
    if (this.failure) return;
    this.#writer.add(event);
    if (this.#writer.waiting >= FULL) this.flush();
  }

  /** Writes what there is. */
  flush(): void {
    if (this.#writer.waiting > 0) this.#write(this.#writer.take());
  }

  close(): void {
    this.flush();
    libc().close(this.#fd);
  }

  #write(bytes: Uint8Array): void {
    let left = bytes;
    while (left.length > 0 && !this.failure) {
      const count = libc().write(this.#fd, left, left.length);
      if (count >= 0) left = left.slice(count);
      else if (errno() !== ERRNO.EINTR) this.failure = this.#failed("write");
    }
  }

  #failed(call: string): TraceError {
    return new TraceError({ call, errno: errnoCode(errno()), message: `write the recording ${this.#path}: ${errnoCode(errno())}` });
  }
}
