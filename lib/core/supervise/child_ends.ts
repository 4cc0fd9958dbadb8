/** Hearing of it when a child of this process ends, on the event loop, whoever made it. @module */
import { hasEventLoop } from "../async/pending.ts";

const heard = new Set<() => void>();

/** Calls `listener` some time after each end of a child; several ends may be one call. The result stops that. Nothing in a forked child. */
export function onChildEnd(listener: () => void): () => void {
  if (!hasEventLoop()) return () => {};
  if (heard.size === 0) process.on("SIGCHLD", tell);
  heard.add(listener);
  return () => {
    if (heard.delete(listener) && heard.size === 0) process.off("SIGCHLD", tell);
  };
}

function tell(): void {
  for (const listener of heard) listener();
}
