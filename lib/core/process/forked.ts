/** Whether this process is a child that the library forked. @module */

let forked = false;

/** True in a forked child. */
export function isForkedChild(): boolean {
  return forked;
}

/** Called with true in a forked child, before anything else. */
export function setForked(now: boolean): void {
  forked = now;
}
