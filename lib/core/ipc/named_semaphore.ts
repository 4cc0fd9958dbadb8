/** POSIX semaphores with names. @module */
import { check, errno, scratch, SystemError } from "../../ffi/mod.ts";
import { O_CREAT, O_EXCL } from "../../ffi/constants/file.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { explained } from "../explain.ts";
import { entering } from "../tap.ts";
import { checkFlags, checkInteger } from "../validate.ts";
import { checkName } from "./name.ts";
import { placeNotes } from "./posix_notes.ts";
import { checkSemaphore, forget, remember, SEM_VALUE_MAX } from "./semaphore.ts";
import { PosixSemaphore } from "./semaphore_owned.ts";

const MODES = 0o777;

/**
 * `sem_open(name, oflag, mode, value)`: opens or makes a semaphore in /dev/shm, which lives until {@linkcode sem_unlink} or the next boot.
 * A forked child has it too.
 *
 * @param name a slash, then at most 250 bytes without one
 * @param flags 0, or O_CREAT with or without O_EXCL
 * @param value 0 to 2^31 - 1, of a new one
 * @returns its address, for the other calls; the same when it is open already
 * @throws {SystemError} ENOENT: none has the name; EEXIST: O_EXCL; EACCES; ENOMEM, EMFILE, ENOSPC
 * @see https://man7.org/linux/man-pages/man3/sem_open.3.html
 * @example
 * ```ts
 * import { getpid, O_CREAT, sem_close, sem_getvalue, sem_open, sem_post, sem_unlink, sem_wait } from "forkscope";
 * const semaphore = sem_open(`/demo-${getpid()}`, O_CREAT, 0o600, 1);
 * sem_unlink(`/demo-${getpid()}`);
 * sem_wait(semaphore);
 * console.log(sem_getvalue(semaphore)); // 0
 * sem_post(semaphore);
 * sem_close(semaphore);
 * ```
 */
export function sem_open(name: string, flags = 0, mode = 0o600, value = 0): number {
  entering("sem_open");
  checkName("sem_open", name);
  checkFlags("sem_open", "flags", flags, O_CREAT | O_EXCL);
  checkFlags("sem_open", "mode", mode, MODES);
  checkInteger("sem_open", "value", value, 0, SEM_VALUE_MAX);
  using room = scratch();
  const address = posixIpcFunctions().sem_open(room.string(name), flags, mode, value);
  if (address === 0) throw explained(new SystemError("sem_open", errno(), [name, flags, mode, value]), placeNotes((flags & O_CREAT) !== 0));
  remember(address);
  return address;
}

/**
 * `sem_close(sem)`: closes a semaphore; its value stays. What this program still waits for by an Async form ends with ERR_MEMORY_GONE.
 *
 * @throws {TypeError} not what sem_open gave
 * @see https://man7.org/linux/man-pages/man3/sem_close.3.html
 * @example
 * ```ts
 * import { getpid, O_CREAT, sem_close, sem_open, sem_unlink } from "forkscope";
 * const semaphore = sem_open(`/demo-${getpid()}`, O_CREAT, 0o600, 1);
 * sem_close(semaphore);
 * sem_unlink(`/demo-${getpid()}`);
 * ```
 */
export function sem_close(semaphore: number): void {
  entering("sem_close");
  checkSemaphore("sem_close", semaphore, "name");
  forget(semaphore);
  check(posixIpcFunctions().sem_close(semaphore), "sem_close", [semaphore]);
}

/**
 * `sem_unlink(name)`: takes the name away; the semaphore goes when nobody has it open.
 *
 * @throws {SystemError} ENOENT: none has the name; EACCES: another user's
 * @see https://man7.org/linux/man-pages/man3/sem_unlink.3.html
 * @example
 * ```ts
 * import { getpid, NamedSemaphore, sem_unlink } from "forkscope";
 * using semaphore = NamedSemaphore.create(`/demo-${getpid()}`, 3);
 * sem_unlink(`/demo-${getpid()}`);
 * console.log(semaphore.value); // 3
 * ```
 */
export function sem_unlink(name: string): void {
  entering("sem_unlink");
  checkName("sem_unlink", name);
  using room = scratch();
  check(posixIpcFunctions().sem_unlink(room.string(name)), "sem_unlink", [name]);
}

/**
 * A named semaphore that is open. Dispose closes it; the name stays until {@linkcode sem_unlink}.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpid, NamedSemaphore, sem_unlink } from "forkscope";
 * using semaphore = NamedSemaphore.create(`/demo-${getpid()}`, 0);
 * sem_unlink(`/demo-${getpid()}`);
 * forkRun(() => semaphore.post()).wait();
 * console.log(semaphore.tryWait()); // true
 * ```
 */
export class NamedSemaphore extends PosixSemaphore {
  readonly #address: number;
  #open = true;

  private constructor(address: number) {
    super();
    this.#address = address;
  }

  /** Makes one. Throws EEXIST when there is such a name. */
  static create(name: string, value = 1, mode = 0o600): NamedSemaphore {
    return new NamedSemaphore(sem_open(name, O_CREAT | O_EXCL, mode, value));
  }

  /** Opens the one that has the name. */
  static open(name: string): NamedSemaphore {
    return new NamedSemaphore(sem_open(name));
  }

  /** Its address, for the calls; 0 once it was closed. */
  get address(): number {
    return this.#open ? this.#address : 0;
  }

  /** Closes it; nothing when that was done. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    sem_close(this.#address);
  }
}
