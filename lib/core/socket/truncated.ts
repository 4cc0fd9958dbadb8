/** Descriptors were lost on their way into this process. @module */

/** Not every descriptor of a message could be received: too little room, or no free number. What arrived was closed again. */
export class ControlTruncatedError extends Error {
  override readonly name = "ControlTruncatedError";
  readonly code = "ERR_CONTROL_TRUNCATED";
  /** Descriptors that arrived and were closed. How many were lost beyond them the kernel does not tell. */
  readonly closed: number;
  /** Room there was. */
  readonly maxFds: number;
  /** The bytes of the message, which are consumed. */
  readonly data: Uint8Array;

  constructor(fd: number, closed: number, maxFds: number, data: Uint8Array) {
    super(`Cannot receive all descriptors from ${fd}: room for ${maxFds}, ${closed} arrived and closed, the rest lost`);
    this.closed = closed;
    this.maxFds = maxFds;
    this.data = data;
  }
}
