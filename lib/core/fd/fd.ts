/**
 * A descriptor with an owner: closed once, at the end of a `using` scope or by close().
 *
 * @module
 */
import { F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, FD_CLOEXEC, O_CLOEXEC } from "../../ffi/constants/file.ts";
import type { AsyncOptions } from "../async/pending.ts";
import { checkFd, checkInteger } from "../validate.ts";
import { fcntl, pipe2 } from "./dup.ts";
import { read, write, writeAll } from "./io.ts";
import { readAsync, writeAllAsync, writeAsync } from "./io_async.ts";
import { watch } from "./lost.ts";
import { close, open } from "./open.ts";
import { disown, isOwned, isOwner, own } from "./owned.ts";

let construct: (number: number) => Fd;

/** Takes ownership of a descriptor that a call has just given: it is known to be open and new. */
export function ownNew(number: number): Fd {
  return construct(number);
}

/**
 * An owned descriptor. Those it makes are close-on-exec.
 *
 * A number has at most one owner. close(number) or dup2 onto the number ends the ownership: the object then never
 * touches what the number comes to mean. A forked child owns its copy of the entry by the same object. An object that is lost
 * without a close leaves its descriptor open: {@linkcode onLostFd} tells of it.
 *
 * @example
 * ```ts
 * import { Fd, O_RDONLY } from "forkscope";
 * using file = Fd.open("/etc/hostname", O_RDONLY);
 * console.log(file.number);
 * ```
 */
export class Fd {
  readonly #number: number;
  /** Stands for this object among the owners, which would keep the object itself alive. */
  readonly #owner = {};

  private constructor(number: number) {
    this.#number = number;
  }

  static {
    construct = (number) => {
      const fd = new Fd(number);
      own(number, fd.#owner);
      watch(fd, number, fd.#owner);
      return fd;
    };
  }

  /**
   * Takes ownership of an open descriptor.
   *
   * @throws {SystemError} EBADF: not open
   * @throws {Error} ERR_FD_OWNED: another Fd owns it
   */
  static adopt(number: number): Fd {
    checkFd("adopt a descriptor", number, "number");
    fcntl(number, F_GETFD);
    if (!isOwned(number)) return ownNew(number);
    throw Object.assign(new Error(`Cannot adopt descriptor ${number}: another Fd owns it`), { code: "ERR_FD_OWNED" });
  }

  /** Opens a file close-on-exec; see {@linkcode open}. */
  static open(path: string, flags: number, mode = 0o666): Fd {
    return ownNew(open(path, checkInteger("open", "flags", flags, 0, 0x7fffffff) | O_CLOEXEC, mode));
  }

  /** Makes a pipe, both ends close-on-exec; see {@linkcode pipe2}. */
  static pipe(flags = 0): { read: Fd; write: Fd } {
    const [r, w] = pipe2(checkInteger("pipe2", "flags", flags, 0, 0x7fffffff) | O_CLOEXEC);
    return { read: ownNew(r), write: ownNew(w) };
  }

  /** The number. Throws once the descriptor was closed or given away. */
  get number(): number {
    if (this.isOpen) return this.#number;
    throw Object.assign(new Error(`Cannot use descriptor ${this.#number}: it was closed or taken`), { code: "ERR_FD_RELEASED" });
  }

  /** True while this object owns the descriptor. */
  get isOpen(): boolean {
    return isOwner(this.#number, this.#owner);
  }

  /** Close-on-exec mark of the table entry. */
  get cloexec(): boolean {
    return (fcntl(this.number, F_GETFD) & FD_CLOEXEC) !== 0;
  }
  set cloexec(on: boolean) {
    fcntl(this.number, F_SETFD, on ? FD_CLOEXEC : 0);
  }

  /** A second owned descriptor, close-on-exec, for the same open file description. */
  dup(): Fd {
    return ownNew(fcntl(this.number, F_DUPFD_CLOEXEC, 3));
  }

  /** See {@linkcode read}. */
  read(buffer: ArrayBufferView): number {
    return read(this.number, buffer);
  }

  /** See {@linkcode readAsync}. */
  async readAsync(buffer: ArrayBufferView, options?: AsyncOptions): Promise<number> {
    return readAsync(this.number, buffer, options);
  }

  /** See {@linkcode write}. */
  write(data: ArrayBufferView | string): number {
    return write(this.number, data);
  }

  /** See {@linkcode writeAsync}. */
  async writeAsync(data: ArrayBufferView | string, options?: AsyncOptions): Promise<number> {
    return writeAsync(this.number, data, options);
  }

  /** See {@linkcode writeAll}. */
  writeAll(data: ArrayBufferView | string): void {
    writeAll(this.number, data);
  }

  /** See {@linkcode writeAllAsync}. */
  async writeAllAsync(data: ArrayBufferView | string, options?: AsyncOptions): Promise<void> {
    return writeAllAsync(this.number, data, options);
  }

  /** Gives the number away, once: who takes it closes it. */
  take(): number {
    const number = this.number;
    disown(number);
    return number;
  }

  /** Closes the descriptor; nothing when that was done or it was taken. */
  close(): void {
    if (this.isOpen) close(this.#number);
  }
  [Symbol.dispose](): void {
    this.close();
  }
}
