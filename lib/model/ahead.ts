/**
 * Bytes read before their writer was seen to return.
 *
 * Of two processes that run at the same time, the tracer may report the reader's call first. Those bytes are noted
 * on the inode, and the next ones written are they.
 *
 * @module
 */
import type { Inode } from "./world.ts";

/** Bytes written: how many of them are still to be read. */
export function settle(inode: Inode, written: number): number {
  const settled = Math.min(inode.ahead ?? 0, written);
  addAhead(inode, -settled);
  return written - settled;
}

/** Bytes read that nobody was seen to write. */
export function addAhead(inode: Inode, bytes: number): void {
  const ahead = (inode.ahead ?? 0) + bytes;
  if (ahead > 0) inode.ahead = ahead;
  else delete inode.ahead;
}
