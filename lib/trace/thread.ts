/** The tracer's worker: it takes a while to load, and may be started before it is known what is to be traced. @module */
import type { FromWorker } from "./types.ts";

/** A worker, and when it listens: a message sent before may be lost. */
export interface Thread {
  worker: Worker;
  listens: Promise<void>;
}

let ahead: Thread | undefined;

/** Has the next trace find its worker loaded. */
export function startAhead(): void {
  ahead ??= start();
}

/** The worker started ahead, or a new one. */
export function takeThread(): Thread {
  const thread = ahead ?? start();
  ahead = undefined;
  return thread;
}

function start(): Thread {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const listens = new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => { if (data.say === "ready") resolve(); });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    });
  });
  listens.catch(() => {}); // told when it is used
  return { worker, listens };
}
