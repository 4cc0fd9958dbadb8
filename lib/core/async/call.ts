/** One raw system call that blocks a thread made for it, and not the event loop. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import type { Job } from "./job.ts";
import { count } from "./pending.ts";
import { interruptCall, startCall } from "./threads.ts";

/** What a call is made for: how an error names it, and what gives it up. */
export interface Asker {
  /** Name of the public call. */
  readonly call: string;
  /** Its arguments as the caller gave them. */
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
}

/** Arguments of a system call: integers and addresses. A function is asked anew for each try, as for the time that is left. */
export type Values = readonly number[] | (() => readonly number[]);

/**
 * Makes a system call on a call thread and gives its result. Memory that the call reads or writes must be kept by the caller until then,
 * and must be nobody else's: see {@linkcode allocate}. A call that a signal interrupts is made again.
 *
 * @param name as in SYSCALLS: "flock"
 * @throws {SystemError} what the call fails with; EAGAIN: no further thread
 * @throws the signal's reason: it was aborted before there was a result
 */
export function callAsync(name: string, values: Values, { call, args, signal }: Asker): Promise<number> {
  const number = syscallNumber(name);
  return new Promise((resolve, reject) => {
    let job: Job | undefined;
    const abort = (): void => {
      if (job) interruptCall(job);
    };
    const end = (): void => {
      signal?.removeEventListener("abort", abort);
      count(-1);
    };
    const heard = (result: number): void => {
      if (result === -ERRNO.EINTR && !signal?.aborted) return start();
      end();
      if (result >= 0) resolve(result);
      else if (result === -ERRNO.EINTR) reject(signal?.reason);
      else reject(new SystemError(call, -result, args));
    };
    const start = (): void => {
      try {
        job = startCall(call, number, typeof values === "function" ? values() : values, heard);
      } catch (error) {
        end();
        reject(error);
      }
    };
    count(1);
    signal?.addEventListener("abort", abort);
    start();
  });
}
