/** POSIX semaphores without a name, in shared memory. @module */
import { check } from "../../ffi/mod.ts";
import { SEM } from "../../ffi/layout/thread.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { addressIn } from "./mapping.ts";
import { checkSemaphore, forget, rememberIn, SEM_VALUE_MAX } from "./semaphore.ts";
import { PosixSemaphore } from "./semaphore_owned.ts";

const ALIGN = 8;
const SHARED = 1;

/**
 * `sem_init(sem, 1, value)`: makes a semaphore without a name in shared memory. Nobody may be using what was there.
 *
 * @param buffer mapped memory; other processes find it at the same offset, see {@linkcode SharedSemaphore.at}
 * @param offset in bytes, a multiple of 8; a semaphore takes 32
 * @param value 0 to 2^31 - 1
 * @returns its address in this process, for the other calls, as long as the memory is mapped
 * @throws {TypeError} no mapped memory
 * @see https://man7.org/linux/man-pages/man3/sem_init.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_getvalue, sem_init, sem_wait } from "forkscope";
 * const semaphore = sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 2);
 * sem_wait(semaphore);
 * console.log(sem_getvalue(semaphore)); // 1
 * ```
 */
export function sem_init(buffer: ArrayBuffer, offset: number, value: number): number {
  entering("sem_init");
  const address = addressIn("sem_init", buffer, offset, SEM.size, ALIGN);
  checkInteger("sem_init", "value", value, 0, SEM_VALUE_MAX);
  check(posixIpcFunctions().sem_init(address, SHARED, value), "sem_init", [offset, value]);
  rememberIn(address, buffer, offset);
  return address;
}

/**
 * `sem_destroy(sem)`: this process uses the semaphore no more. Nobody may be waiting for it. The memory stays.
 *
 * @throws {TypeError} not a semaphore of sem_init
 * @see https://man7.org/linux/man-pages/man3/sem_destroy.3.html
 * @example
 * ```ts
 * import { MAP_ANONYMOUS, MAP_SHARED, mmap, sem_destroy, sem_init } from "forkscope";
 * sem_destroy(sem_init(mmap(4096, MAP_SHARED | MAP_ANONYMOUS), 0, 1));
 * ```
 */
export function sem_destroy(semaphore: number): void {
  entering("sem_destroy");
  checkSemaphore("sem_destroy", semaphore, "memory");
  check(posixIpcFunctions().sem_destroy(semaphore), "sem_destroy", [semaphore]);
  forget(semaphore);
}

/**
 * A semaphore in shared memory, where a C program finds its sem_t.
 *
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, MAP_ANONYMOUS, MAP_SHARED, mmap, SharedSemaphore } from "forkscope";
 * const memory = mmap(4096, MAP_SHARED | MAP_ANONYMOUS);
 * const semaphore = SharedSemaphore.create(memory, 0, 0);
 * const child = forkRun(() => SharedSemaphore.at(memory).post());
 * semaphore.wait();
 * child.wait();
 * console.log(semaphore.value); // 0
 * ```
 */
export class SharedSemaphore extends PosixSemaphore {
  /** Bytes that one takes. */
  static readonly size: number = SEM.size;
  /** Its address, for the calls. */
  readonly address: number;

  private constructor(address: number) {
    super();
    this.address = address;
  }

  /** Makes one; see {@linkcode sem_init}. */
  static create(buffer: ArrayBuffer, offset = 0, value = 1): SharedSemaphore {
    return new SharedSemaphore(sem_init(buffer, offset, value));
  }

  /** The one that was made at this place, here or in another process. What lies there is believed to be one. */
  static at(buffer: ArrayBuffer, offset = 0): SharedSemaphore {
    entering("SharedSemaphore.at");
    const address = addressIn("use a semaphore", buffer, offset, SEM.size, ALIGN);
    rememberIn(address, buffer, offset);
    return new SharedSemaphore(address);
  }
}
