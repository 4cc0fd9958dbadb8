/** Which bytes that were written are those that were read: they leave a pipe or socket in the order in which they came. @module */
import type { Passage } from "./stream.ts";

/** Bytes that one process gave and another took. */
export interface Share {
  /** Event of the other side. */
  n: number;
  pid: number;
  bytes: number;
}

interface Waiting {
  passage: Passage;
  left: number;
}

/** `written` and not yet read, or `early`: read by a call that was seen to return before that which wrote. */
interface Lane {
  written: Waiting[];
  early: Waiting[];
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  /** `whole`: a read takes one message, and what does not fit is gone. */
  pass({ key, whole }: { key: string; whole: boolean }, passage: Passage): void {
    let lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, (lane = { written: [], early: [] }));
    const [here, there] = passage.what === "write" ? [lane.written, lane.early] : [lane.early, lane.written];
    const left = exchange(passage, there, whole);
    if (left > 0 || (whole && passage.bytes === 0 && passage.shares.length === 0)) here.push({ passage, left });
  }
}

/** Shares a passage's bytes with those that wait on the other side, oldest first; gives what is left of it. */
function exchange(passage: Passage, waiting: Waiting[], whole: boolean): number {
  if (whole && waiting.length > 0) {
    share(passage, passage.bytes, waiting, true);
    return 0;
  }
  let left = passage.bytes;
  while (left > 0 && waiting.length > 0) left -= share(passage, left, waiting, false);
  return left;
}

/** With the oldest; gives how many bytes. */
function share(passage: Passage, left: number, waiting: Waiting[], whole: boolean): number {
  const [first] = waiting;
  if (first === undefined) return 0;
  const bytes = Math.min(left, first.left);
  passage.shares.push({ n: first.passage.n, pid: first.passage.pid, bytes });
  first.passage.shares.push({ n: passage.n, pid: passage.pid, bytes });
  first.left -= bytes;
  if (whole || first.left === 0) waiting.shift();
  return bytes;
}
