/** Descriptors were lost on their way into this process. @module */
import { checkFd, checkInteger } from "../validate.ts";

/**
 * Not everything beside a message could be received: more than `maxFds`, no free number, too little `controlBytes`. What arrived was closed
 * again.
 *
 * @example
 * ```ts
 * import { ControlTruncatedError, recvmsg, sendmsg, socketpair } from "forkscope";
 * const [a, b] = socketpair();
 * sendmsg(a, { data: "x", fds: [0, 1] });
 * try {
 *   recvmsg(b, { maxFds: 1 });
 * } catch (error) {
 *   console.log(error instanceof ControlTruncatedError && error.maxFds); // 1
 * }
 * ```
 */
export class ControlTruncatedError extends Error {
  /** "ControlTruncatedError". */
  override readonly name = "ControlTruncatedError";
  /** For those who tell errors by their code. */
  readonly code = "ERR_CONTROL_TRUNCATED";
  /** Descriptors that arrived and were closed. How many were lost beyond them the kernel does not tell. */
  readonly closed: number;
  /** Descriptors to take at most. */
  readonly maxFds: number;
  /** The bytes of the message, which are consumed. */
  readonly data: Uint8Array;

  constructor(fd: number, closed: number, maxFds: number, data: Uint8Array) {
    checkFd("make a ControlTruncatedError", fd);
    checkInteger("make a ControlTruncatedError", "closed", closed, 0, 0x7fffffff);
    checkInteger("make a ControlTruncatedError", "maxFds", maxFds, 0, 0x7fffffff);
    const why = closed < maxFds ? "; RLIMIT_NOFILE may have left no number, or controlBytes no room" : "";
    super(`Cannot receive all descriptors from ${fd}: room for ${maxFds}, ${closed} arrived and closed, the rest lost${why}`);
    this.closed = closed;
    this.maxFds = maxFds;
    this.data = data;
  }
}
