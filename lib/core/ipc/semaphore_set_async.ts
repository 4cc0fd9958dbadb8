/** System V semaphores without blocking the event loop. @module */
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { errno, ERRNO, scratch, SystemError } from "../../ffi/mod.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { type Asker, callAsync } from "../async/call.ts";
import { CMemory } from "../async/memory.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { explained } from "../explain.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, setTimespec } from "../time.ts";
import { checkOperations, OPERATION_NOTES, type SemaphoreOperation, written } from "./semaphore_set.ts";
import { checkId } from "./sysv.ts";

/**
 * {@linkcode semop} without blocking the event loop. Given up, it has done nothing; done, it stays done.
 *
 * SEM_UNDO is the process's, whichever of its threads makes the call.
 *
 * @throws {SystemError} as semop
 * @see https://man7.org/linux/man-pages/man2/semop.2.html
 * @example
 * ```ts
 * import { SemaphoreSet, semopAsync } from "forkscope";
 * using set = SemaphoreSet.create([0]);
 * setTimeout(() => set.release({ undo: false }), 5);
 * await semopAsync(set.id, [{ num: 0, op: -1 }], { signal: AbortSignal.timeout(10_000) });
 * console.log(set.values[0]); // 0
 * ```
 */
export async function semopAsync(semid: number, operations: readonly SemaphoreOperation[], options?: AsyncOptions): Promise<void> {
  entering("semopAsync");
  checkId("semopAsync", "semid", semid);
  checkOperations("semopAsync", operations);
  await operated(semid, operations, undefined, { call: "semop", args: [semid, operations], signal: asyncSignal("semopAsync", options) });
}

/**
 * {@linkcode semtimedop} without blocking the event loop.
 *
 * @param timeout in milliseconds, fractions allowed
 * @throws {SystemError} EAGAIN: the time is over, or IPC_NOWAIT; else as semop
 * @see https://man7.org/linux/man-pages/man2/semop.2.html
 * @example
 * ```ts
 * import { SemaphoreSet, semtimedopAsync, SystemError } from "forkscope";
 * using set = SemaphoreSet.create([0]);
 * try {
 *   await semtimedopAsync(set.id, [{ num: 0, op: -1 }], 5);
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "EAGAIN"
 * }
 * ```
 */
export async function semtimedopAsync(semid: number, operations: readonly SemaphoreOperation[], timeout: number, options?: AsyncOptions): Promise<void> {
  entering("semtimedopAsync");
  checkId("semtimedopAsync", "semid", semid);
  checkOperations("semtimedopAsync", operations);
  checkMilliseconds("semtimedopAsync", "timeout", timeout);
  const asker = { call: "semtimedop", args: [semid, operations, timeout], signal: asyncSignal("semtimedopAsync", options) };
  await operated(semid, operations, timeout, asker);
}

/** Tries, and where it would wait has a thread wait. */
async function operated(semid: number, operations: readonly SemaphoreOperation[], timeout: number | undefined, asker: Asker): Promise<void> {
  const list = tried(semid, operations, asker);
  if (!list) return;
  using memory = CMemory.of(asker.call, list);
  using span = new CMemory(asker.call, TIMESPEC.size);
  const end = performance.now() + (timeout ?? 0);
  const values = (): number[] => {
    if (timeout !== undefined) span.put(timespecOf(Math.max(0, end - performance.now())));
    return [semid, memory.address, operations.length, timeout === undefined ? 0 : span.address];
  };
  try {
    await callAsync("semtimedop", values, asker);
  } catch (error) {
    throw explained(error, OPERATION_NOTES);
  }
}

/** Nothing when the operations are done; what C wants of them when they would have to wait. */
function tried(semid: number, operations: readonly SemaphoreOperation[], { call, args }: Asker): Uint8Array | undefined {
  using room = scratch();
  const list = written(operations, room);
  const none = room.take(TIMESPEC.size);
  if (ipcFunctions().semtimedop(semid, list.address, operations.length, none.address) === 0) return undefined;
  if (errno() !== ERRNO.EAGAIN && errno() !== ERRNO.EINTR) throw explained(new SystemError(call, errno(), args), OPERATION_NOTES);
  return list.bytes.slice();
}

function timespecOf(milliseconds: number): Uint8Array {
  using room = scratch();
  const block = room.take(TIMESPEC.size);
  setTimespec(block, 0, milliseconds);
  return block.bytes.slice();
}
