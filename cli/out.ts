/**
 * Writing to stdout and stderr, and leaving without losing what was written.
 *
 * @module
 */

import type { Failure } from "../engine/protocol.ts";

/** Where lines go. */
export interface Out {
  write(text: string): void;
  /** Columns and rows when it is a terminal. */
  size?: { columns: number; rows: number };
}

export function standardOut(stream: NodeJS.WriteStream = process.stdout): Out {
  const size = stream.isTTY ? { columns: stream.columns || 80, rows: stream.rows || 24 } : undefined;
  return { write: (text) => { stream.write(text); }, ...(size ? { size } : {}) };
}

/** Ends the program once both streams have taken what they were given. */
export async function leave(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => { stream.write("", () => { resolve(); }); })));
  process.exit(code);
}

/** A reader that went away (`| head`) ends the program quietly, as SIGPIPE would. */
export function endWithReader(end: () => void): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    end();
    process.exit(141);
  });
}

/** Says on stderr what went wrong, and what helps. */
export function sayFailure({ message, hint }: Failure): void {
  process.stderr.write(`forkscope: ${message}\n${hint ? `forkscope: ${hint}\n` : ""}`);
}
