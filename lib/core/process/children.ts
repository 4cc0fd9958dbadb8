/**
 * The children this thread made through the library. wait() and waitpid(-1) reap these, and orphans that were
 * adopted, and nothing that the runtime's own child process API waits for.
 *
 * @module
 */

const own = new Set<number>();

/** fork or spawn made this child. */
export function born(pid: number): void {
  own.add(pid);
}

/** The child was reaped. */
export function reaped(pid: number): void {
  own.delete(pid);
}

/** True for a child made by the library and not reaped yet. */
export function isOwn(pid: number): boolean {
  return own.has(pid);
}

/** Children made by the library and not reaped yet, oldest first. */
export function ownChildren(): number[] {
  return [...own];
}

/** True while there are any. */
export function hasChildren(): boolean {
  return own.size > 0;
}

/** In a forked child: the parent's children are not its own. */
export function forgetChildren(): void {
  own.clear();
}
