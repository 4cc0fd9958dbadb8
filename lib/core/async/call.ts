/** One raw system call that blocks a thread made for it, and not the event loop. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { callBegins, ERRNO, SystemError } from "../../ffi/mod.ts";
import type { Job } from "./job.ts";
import { count } from "./pending.ts";
import { interruptCall, startCall } from "./threads.ts";

/** What a call is made for: how an error names it, and what gives it up. */
export interface Asker {
  /** Name of the C call. */
  readonly call: string;
  /** Its arguments as the caller gave them. */
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
}

/** Arguments of a system call: integers and addresses. A function is asked anew for each try, as for the time that is left. */
export type Values = readonly number[] | (() => readonly number[]);

/**
 * Makes a system call on a call thread and gives its result. Memory that the call reads or writes must be there until then and be
 * nobody else's: {@linkcode CMemory}. A call that a signal interrupts is made again.
 *
 * @param name as in SYSCALLS: "flock"
 * @param again false: a call that a signal interrupts fails with EINTR
 * @throws {SystemError} what the call fails with; EAGAIN: no further thread
 * @throws the signal's reason: it was aborted before there was a result
 */
export function callAsync(name: string, values: Values, { call, args, signal }: Asker, again = true): Promise<number> {
  const number = syscallNumber(name);
  return new Promise((resolve, reject) => {
    let job: Job | undefined;
    let told: ReturnType<typeof callBegins>;
    const abort = (): void => {
      if (job) interruptCall(job);
    };
    const end = (): void => {
      signal?.removeEventListener("abort", abort);
      count(-1);
    };
    const heard = (result: number): void => {
      told?.(Math.max(-1, result), Math.max(0, -result), job?.tid);
      if (result === -ERRNO.EINTR && again && !signal?.aborted) return start();
      end();
      if (result >= 0) resolve(result);
      else if (result === -ERRNO.EINTR && signal?.aborted) reject(signal.reason);
      else reject(new SystemError(call, -result, args));
    };
    const start = (): void => {
      try {
        const taken = typeof values === "function" ? values() : values;
        told = callBegins(name, taken);
        job = startCall(call, number, taken, heard);
      } catch (error) {
        end();
        reject(error);
      }
    };
    if (signal?.aborted) return reject(signal.reason); // since its asker has looked
    count(1);
    signal?.addEventListener("abort", abort);
    start();
  });
}
